/** The rules between settings, each of which is allowed by itself. Pure; main thread. */

import { isIP } from 'node:net';
import type { HostErrorCode } from '../../shared/errors.ts';
import { checkBridge } from './bridge-checks.ts';
import { BUILT_IN_HANDLERS } from './config-schema.ts';
import type { HostConfig } from './host-config.ts';
import { BUILT_IN_PROTOCOLS } from './listener-schema.ts';
import { checkLogins } from './logins-checks.ts';
import { POINTS_MAX } from './matching-schema.ts';

/** One rule that is broken. `allowed` ends the sentence `found <value>, ...`. */
export interface ConfigConflict {
  readonly path: string;
  readonly value: unknown;
  readonly allowed: string;
  readonly code?: HostErrorCode;
}

/** Names that mean something else than a mode of the configuration. */
const LOBBY = 'lobby';
const PORT_MAX = 65_535;
export const MODES_MAX = 64;
/** A ring must take several of the largest records, else one of them could wait for ever. */
const RECORDS_PER_RING_MIN = 4;

/** All broken rules, in the order of the file. */
export function checkConfig(config: HostConfig): readonly ConfigConflict[] {
  return [
    ...checkListeners(config),
    ...checkPorts(config),
    ...checkBridge(config),
    ...checkThreads(config),
    ...checkLimits(config),
    ...checkLogins(config),
    ...checkRings(config),
    ...checkModes(config),
  ];
}

function* checkListeners(config: HostConfig): Iterable<ConfigConflict> {
  const names = new Set<string>();
  for (const [index, listener] of config.listeners.entries()) {
    const path = `listeners.${index}`;
    if (names.has(listener.name)) {
      yield { path: `${path}.name`, value: listener.name, allowed: 'but another has that name' };
    }
    names.add(listener.name);
    const { greeter } = listener;
    if (greeter !== LOBBY && !Object.hasOwn(config.modes, greeter)) {
      const allowed = `allowed is "${LOBBY}" or a mode: ${quotedList(Object.keys(config.modes))}`;
      yield { path: `${path}.greeter`, value: greeter, allowed };
    }
    const { protocol } = listener;
    if (!BUILT_IN_PROTOCOLS.includes(protocol) && !protocol.startsWith('file:')) {
      const allowed = `allowed is ${quotedList(BUILT_IN_PROTOCOLS)} or a file that is there`;
      yield { path: `${path}.protocol`, value: protocol, allowed, code: 'protocol-file' };
    }
    if (listener.nameFrom !== 'address' && listener.protocol !== 'raw') {
      const allowed = `allowed only where protocol is "raw", here it is "${listener.protocol}"`;
      yield { path: `${path}.nameFrom`, value: listener.nameFrom, allowed };
    }
    if (listener.proxyProtocol && config.limits.trustedProxies.length === 0) {
      const allowed = 'but limits.trustedProxies names no proxy to believe';
      yield { path: `${path}.proxyProtocol`, value: true, allowed };
    }
  }
}

function* checkPorts(config: HostConfig): Iterable<ConfigConflict> {
  const { bridge } = config;
  const places = [
    ...config.listeners.map(({ name, port }, index) => {
      return { path: `listeners.${index}.port`, name: `listener "${name}"`, port };
    }),
    { path: 'ops.port', name: 'ops', port: config.ops.port },
    ...(bridge.enabled ? [{ path: 'bridge.port', name: 'the bridge', port: bridge.port }] : []),
  ];
  const taken = new Map<number, string>();
  const offset = config.host.portOffset === 0 ? '' : ' after host.portOffset';
  for (const { path, name, port } of places) {
    if (port > PORT_MAX) {
      yield { path, value: port, allowed: `allowed is at most ${PORT_MAX}${offset}` };
    }
    const other = taken.get(port);
    if (other !== undefined) yield { path, value: port, allowed: `but ${other} has that port` };
    if (port !== 0) taken.set(port, name);
  }
}

function* checkThreads({ threads, practice, players }: HostConfig): Iterable<ConfigConflict> {
  if (threads.turnMs * 2 > threads.hangMs) {
    const allowed = `allowed is at least twice threads.turnMs (${threads.turnMs})`;
    yield { path: 'threads.hangMs', value: threads.hangMs, allowed };
  }
  if (practice.bots > players.capacity) {
    const allowed = `allowed is at most players.capacity (${players.capacity})`;
    yield { path: 'practice.bots', value: practice.bots, allowed };
  }
}

function* checkLimits({ limits }: HostConfig): Iterable<ConfigConflict> {
  for (const key of ['unlimitedAddresses', 'trustedProxies'] as const) {
    const bad = limits[key].find((range) => !isAddressRange(range));
    if (bad === undefined) continue;
    const allowed = 'allowed is an address or a range such as "10.0.0.0/8"';
    yield { path: `limits.${key}`, value: bad, allowed };
  }
  if (limits.inputBytesPerSecond < limits.frameBytesMax) {
    const allowed = `allowed is at least limits.frameBytesMax (${limits.frameBytesMax})`;
    yield { path: 'limits.inputBytesPerSecond', value: limits.inputBytesPerSecond, allowed };
  }
  if (limits.heldBytesMax < limits.frameBytesMax) {
    const allowed = `allowed is at least limits.frameBytesMax (${limits.frameBytesMax})`;
    yield { path: 'limits.heldBytesMax', value: limits.heldBytesMax, allowed };
  }
}

function* checkRings({ rings, limits }: HostConfig): Iterable<ConfigConflict> {
  for (const key of ['upBytes', 'downBytes'] as const) {
    if (!isPowerOfTwo(rings[key])) {
      const allowed = `allowed is a power of two, such as ${nearestPowerOfTwo(rings[key])}`;
      yield { path: `rings.${key}`, value: rings[key], allowed };
    }
  }
  const upBytesMin = limits.heldBytesMax * RECORDS_PER_RING_MIN;
  if (rings.upBytes < upBytesMin) {
    const allowed = `allowed is at least ${RECORDS_PER_RING_MIN} times limits.heldBytesMax (${upBytesMin})`;
    yield { path: 'rings.upBytes', value: rings.upBytes, allowed };
  }
}

function* checkModes(config: HostConfig): Iterable<ConfigConflict> {
  const count = Object.keys(config.modes).length;
  if (count > MODES_MAX) {
    yield { path: 'modes', value: count, allowed: `allowed is at most ${MODES_MAX} of them` };
  }
  for (const [name, mode] of Object.entries(config.modes)) {
    const path = `modes.${name}`;
    if (name === LOBBY) {
      yield { path, value: undefined, allowed: `the name "${LOBBY}" is the host's own` };
    }
    if (name === 'relay' && config.bench.enabled && mode.handler !== 'relay') {
      yield { path, value: undefined, allowed: 'the name "relay" is taken by bench.enabled' };
    }
    if (mode.minTeamSize > mode.teamSize) {
      const allowed = `allowed is at most teamSize (${mode.teamSize})`;
      yield { path: `${path}.minTeamSize`, value: mode.minTeamSize, allowed };
    }
    if (mode.ratingWindow < POINTS_MAX && mode.ratingWindowPerSecond === 0) {
      const allowed = `allowed is more than 0 where ratingWindow is below ${POINTS_MAX}: else some would wait for ever`;
      yield { path: `${path}.ratingWindowPerSecond`, value: 0, allowed };
    }
    if (mode.unevenPercent < 100 && mode.unevenPercentPerSecond === 0) {
      const allowed =
        'allowed is more than 0 where unevenPercent is below 100: else some would wait for ever';
      yield { path: `${path}.unevenPercentPerSecond`, value: 0, allowed };
    }
    if (mode.teams * mode.teamSize > config.players.capacity) {
      const allowed = `but ${mode.teams} teams of that size are more than players.capacity (${config.players.capacity})`;
      yield { path: `${path}.teamSize`, value: mode.teamSize, allowed };
    }
    if (!BUILT_IN_HANDLERS.includes(mode.handler) && !mode.handler.startsWith('file:')) {
      const allowed = `allowed is ${quotedList(BUILT_IN_HANDLERS)} or a file that is there`;
      yield { path: `${path}.handler`, value: mode.handler, allowed, code: 'handler-file' };
    }
  }
}

/** `10.0.0.0/8`, `::1/128`, or one address. */
function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function nearestPowerOfTwo(value: number): number {
  return 2 ** Math.round(Math.log2(value));
}

function quotedList(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}
