/**
 * Several hosts on this machine as one network: real processes, ports a step apart, the first one known to all others.
 * The bench's parent process. Each host is a process group's leader, so that Ctrl-C is ours to pass on.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { MAIN_HEAP_FLAG } from '../../src/main/main-heap.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';

/** Between the ports of one host and those of the next. */
export const HOST_PORT_STEP = 100;
const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const LINE_PORT = 7777;
const FRAME_PORT = 7778;
const BRIDGE_PORT = 7779;
const OPS_PORT = 7780;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 100;
const SECRET_BYTES = 24;
const LOG_CHARACTERS = 2_000;

export interface HostNetworkOptions {
  readonly hosts: number;
  /** Added to every port of the first host. */
  readonly portOffset: number;
  /** Each host keeps its data and its log in a folder of its own there. */
  readonly folder: string;
  /** Further flags of `start`, for all. */
  readonly flags: readonly string[];
  /** Further settings, for all. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface NetworkHost {
  readonly id: string;
  readonly pid: number;
  readonly linePort: number;
  readonly framePort: number;
  readonly opsPort: number;
  readonly logPath: string;
  alive(): boolean;
}

interface StartedHost {
  readonly child: ChildProcess;
  readonly host: NetworkHost;
}

export class HostNetwork {
  readonly #options: HostNetworkOptions;
  readonly #secret = randomBytes(SECRET_BYTES).toString('hex');
  readonly #started: StartedHost[];

  /** Starts the processes; ready() says when they are one network. */
  constructor(options: HostNetworkOptions) {
    this.#options = options;
    this.#started = Array.from({ length: options.hosts }, (_, index) =>
      startHost(options, index, this.#secret),
    );
    process.once('exit', () => this.#kill());
  }

  get hosts(): readonly NetworkHost[] {
    return this.#started.map(({ host }) => host);
  }

  /** Ends one host as a power cut would. */
  kill(index: number): void {
    this.#started[index]?.child.kill('SIGKILL');
  }

  /** Starts a host that has ended again, with the same folder and ports. */
  restart(index: number): void {
    this.#started[index] = startHost(this.#options, index, this.#secret);
  }

  /** Resolves when each host hears all; rejects with the log of one that ends or does not get there. */
  async ready(): Promise<void> {
    const deadlineMs = systemClock.nowMs() + START_LIMIT_MS;
    for (const host of this.hosts) {
      while ((await hostsHeard(host)) < this.hosts.length) {
        if (host.alive() && systemClock.nowMs() < deadlineMs) {
          await sleep(POLL_MS);
          continue;
        }
        const what = host.alive() ? 'it does not hear all others' : 'it ended';
        throw new Error(
          `Cannot start host "${host.id}": ${what}; its last lines:\n${logEnd(host)}`,
        );
      }
    }
  }

  /** A host that has ended unasked and is none of `known`. */
  async lost(known: ReadonlySet<NetworkHost>): Promise<NetworkHost> {
    for (;;) {
      const gone = this.hosts.find((host) => !host.alive() && !known.has(host));
      if (gone !== undefined) return gone;
      await sleep(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGTERM');
    const deadlineMs = systemClock.nowMs() + STOP_LIMIT_MS;
    const isAlive = (): boolean => this.hosts.some((host) => host.alive());
    while (isAlive() && systemClock.nowMs() < deadlineMs) await sleep(POLL_MS);
    this.#kill();
  }

  #kill(): void {
    for (const { child } of this.#started) child.kill('SIGKILL');
  }
}

/** What `/v1/status` says of the network; 0 while nobody answers. */
async function hostsHeard({ opsPort }: NetworkHost): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
    // The host's own schema holds this shape.
    const status = (await response.json()) as { players?: { hostsHeard?: number } };
    return status.players?.hostsHeard ?? 0;
  } catch {
    // Nothing listens there yet: asked again until the deadline.
    return 0;
  }
}

function startHost(
  { portOffset, folder, flags, environment }: HostNetworkOptions,
  index: number,
  secret: string,
): StartedHost {
  const id = `host-${index + 1}`;
  const offset = portOffset + index * HOST_PORT_STEP;
  const data = join(folder, id);
  mkdirSync(data, { recursive: true });
  const logPath = join(data, 'host.log');
  const place = ['--host-id', id, '--port-offset', String(offset), '--data', data];
  const peerOffset = portOffset + (index === 0 ? HOST_PORT_STEP : 0);
  const peers = ['--peer', `127.0.0.1:${BRIDGE_PORT + peerOffset}`];
  const args = ['start', ...place, ...peers, ...flags];
  const log = openSync(logPath, 'w');
  const child = spawn(process.execPath, [MAIN_HEAP_FLAG, CLI, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      LONGHOUSE_SHUTDOWN_DEADLINE_SECONDS: '0',
      ...process.env,
      ...environment,
      LONGHOUSE_BRIDGE_ENABLED: 'true',
      LONGHOUSE_BRIDGE_SECRET: secret,
    },
  });
  const host = {
    id,
    pid: child.pid ?? 0,
    linePort: LINE_PORT + offset,
    framePort: FRAME_PORT + offset,
    opsPort: OPS_PORT + offset,
    logPath,
    alive: () => child.exitCode === null && child.signalCode === null,
  };
  return { child, host };
}

/** children.ts has this too, but ends the process at once on Ctrl-C; hosts want to be told. */
export function logEnd({ logPath }: NetworkHost): string {
  return readFileSync(logPath, 'utf8').slice(-LOG_CHARACTERS);
}
