/** What a person reads first: how to play, where to look, what it may cost, how to stop. Pure; main thread. */

import { basename } from 'node:path';
import type { HostConfig, ListenerConfig } from './config/host-config.ts';
import { byteText, type WorstCase } from './worst-case-memory.ts';

export interface BannerInputs {
  readonly config: HostConfig;
  readonly version: string;
  /** The ports that were really opened, by listener name and `ops`. */
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly worstCase: WorstCase;
  readonly machineBytes: number;
  /** Below the capacity where the process may not open enough descriptors. */
  readonly connectionsMax: number;
}

type NamedMode = readonly [name: string, mode: HostConfig['modes'][string]];

const LABEL_COLUMNS = 11;
/** What practice players can play: as in bot-thread.ts. */
const PRACTICE_HANDLER = 'capture-the-flag';

/** Several lines, each ended, to be written once before the log. */
export function startBanner(inputs: BannerInputs): string {
  const { config, version } = inputs;
  const rows: (readonly [string, string])[] = [
    ...config.listeners.flatMap((listener) => listenerRows(inputs, listener)),
    ['watch', `http://${opsAddress(config)}:${portOf(inputs, 'ops')}/  (status, metrics, API)`],
    ['modes', playedModes(config).map(modeText).join(', ')],
    ['practice', practiceText(config)],
    ['room for', roomText(inputs)],
    ...memoryRows(inputs),
    ['data', config.host.dataDir],
    ['stop', 'Ctrl-C  (running matches may end first; twice: at once)'],
  ];
  const body = rows.map(([label, value]) => `  ${label.padEnd(LABEL_COLUMNS)}${value}\n`).join('');
  return `\nLonghouse ${version}, host "${config.host.id}"\n\n${body}\n`;
}

function listenerRows(
  inputs: BannerInputs,
  listener: ListenerConfig,
): readonly (readonly [string, string])[] {
  const port = portOf(inputs, listener.name);
  const name = reachableName(listener.bindAddress);
  switch (listener.protocol) {
    case 'line':
      return [
        ['play', `telnet ${name} ${port}    or: nc ${name} ${port}`],
        ['', `type a name, then ${queueCommand(inputs.config)}; /help lists the rest`],
      ];
    case 'frame':
      return [['clients', `${name}:${port}  (frame protocol: docs/protocol.md)`]];
    case 'raw':
      return [['clients', `${name}:${port}  (raw bytes to "${listener.greeter}")`]];
    default:
      return [['clients', `${name}:${port}  (${basename(listener.protocol)})`]];
  }
}

function queueCommand(config: HostConfig): string {
  const [first] = playedModes(config);
  return first === undefined ? '/modes' : `/queue ${first[0]}`;
}

function practiceText(config: HostConfig): string {
  const { bots, patienceMs } = config.practice;
  if (bots === 0) return 'no practice players  (--bots N for some)';
  if (Object.values(config.modes).every(({ handler }) => handler !== PRACTICE_HANDLER)) {
    return `none for these modes: practice players know ${PRACTICE_HANDLER} only`;
  }
  const players = bots === 1 ? '1 practice player joins' : `${bots} practice players join`;
  return `${players} when someone has waited ${patienceMs / 1000} s  (--bots 0 for none)`;
}

function roomText({ config, connectionsMax }: BannerInputs): string {
  const capacity = config.players.capacity.toLocaleString('en');
  if (connectionsMax >= config.players.capacity) return `${capacity} players`;
  const room = connectionsMax.toLocaleString('en');
  return `${room} players, not the configured ${capacity}: raise the limit of open files (ulimit -n)`;
}

function memoryRows({ worstCase, machineBytes }: BannerInputs): [string, string][] {
  const most = byteText(worstCase.bytes);
  const head = `at most ${most}, with every buffer full, of this machine's ${byteText(machineBytes)}:`;
  const parts = worstCase.terms.map(({ name, bytes }) => `${name} ${byteText(bytes)}`);
  const half = Math.ceil(parts.length / 2);
  return [
    ['memory', head],
    ['', `${parts.slice(0, half).join(' + ')} +`],
    ['', parts.slice(half).join(' + ')],
  ];
}

/** Without those that only greet the players of a port. */
function playedModes(config: HostConfig): readonly NamedMode[] {
  const greeters = new Set(config.listeners.map(({ greeter }) => greeter));
  return Object.entries(config.modes).filter(([name]) => !greeters.has(name));
}

function modeText([name, mode]: NamedMode): string {
  return `${name} (${Array.from({ length: mode.teams }, () => mode.teamSize)
    .slice(0, 4)
    .join(' v ')})`;
}

function portOf({ ports }: BannerInputs, name: string): number {
  return ports.find((port) => port.name === name)?.port ?? 0;
}

function opsAddress(config: HostConfig): string {
  const name = reachableName(config.ops.bindAddress);
  return name === 'localhost' ? '127.0.0.1' : name;
}

/** What to type to reach an address that was listened on. */
function reachableName(bindAddress: string): string {
  if (['::', '0.0.0.0', '127.0.0.1', '::1'].includes(bindAddress)) return 'localhost';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}
