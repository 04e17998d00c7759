/** The hosts of the soak and what is done to them: a worker that hangs, a host that dies. The bench's parent process. */

import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { HostNetwork, type NetworkHost } from '../servers/host-network.ts';
import { readProcess } from '../servers/process-meter.ts';
import { freePortOffset } from '../servers/targets.ts';
import { leftOver, type EmptyStatus, type SoakReading } from './soak-verdict.ts';

const SABOTEUR = fileURLToPath(new URL('../../test/support/handlers/saboteur.ts', import.meta.url));
/** Players meet across hosts as soon as one alone cannot fill a match; one address plays all of them. */
const CONFIG = `
[limits]
connectionsPerAddress = 100000
connectsPerSecondPerAddress = 10000
connectBurstPerAddress = 10000
[modes.duel]
handler = "capture-the-flag"
teamSize = 1
federateAfterSeconds = 1
settings = { map = "yard", matchSeconds = 20 }
[modes.ctf]
handler = "capture-the-flag"
teamSize = 4
smallerAfterSeconds = 5
federateAfterSeconds = 1
settings = { matchSeconds = 30 }
[modes.sabotage]
handler = ${JSON.stringify(SABOTEUR)}
teams = 1
teamSize = 1
tickHz = 1
rated = false
`;
const POLL_MS = 250;
/** Grace times, holds after a lost host, lobbies: all of it is over by then. */
const EMPTY_MS_MAX = 120_000;
const SABOTEUR_MS = 10_000;

export class SoakNetwork {
  readonly #network: HostNetwork;
  readonly #startMs = systemClock.nowMs();

  private constructor(network: HostNetwork) {
    this.#network = network;
  }

  static async start(hosts: number, folder: string): Promise<SoakNetwork> {
    const config = join(folder, 'longhouse.toml');
    writeFileSync(config, CONFIG);
    const network = new HostNetwork({
      hosts,
      portOffset: await freePortOffset(hosts),
      folder,
      flags: ['--config', config, '--bots', '0'],
    });
    await network.ready();
    return new SoakNetwork(network);
  }

  get hosts(): readonly NetworkHost[] {
    return this.#network.hosts;
  }

  get hours(): number {
    return (systemClock.nowMs() - this.#startMs) / 3_600_000;
  }

  /** A player whose match never comes back: the host takes its worker away. */
  async hangWorker(index: number, name: string): Promise<void> {
    const port = this.hosts[index]?.linePort ?? 0;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.write(`login ${name}\n/queue sabotage\n`);
    await sleep(SABOTEUR_MS);
    socket.destroy();
  }

  /** Ends a host as a power cut would, and starts it again. */
  async killHost(index: number, downMs: number): Promise<void> {
    this.#network.kill(index);
    await sleep(downMs);
    this.#network.restart(index);
    await this.#network.ready();
  }

  /** What is left over on hosts where nobody is any more, once nothing changes; empty when all is well. */
  async leftOver(): Promise<readonly string[]> {
    const deadlineMs = systemClock.nowMs() + EMPTY_MS_MAX;
    for (;;) {
      const found = await this.#findings();
      if (found.length === 0 || systemClock.nowMs() > deadlineMs) return found;
      await sleep(POLL_MS);
    }
  }

  readings(): readonly SoakReading[] {
    return this.hosts.map(({ id, pid }) => ({
      hostId: id,
      pid,
      hours: this.hours,
      rssMib: readProcess(pid).rssKib / 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      threads: readdirSync(`/proc/${pid}/task`).length,
    }));
  }

  stop(): Promise<void> {
    return this.#network.stop();
  }

  async #findings(): Promise<readonly string[]> {
    const lists = await Promise.all(
      this.hosts.map(async ({ id, opsPort }) => {
        try {
          const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
          // The host's own schema holds this shape.
          const status = (await response.json()) as EmptyStatus;
          return leftOver(status, this.hosts.length).map((text) => `${id}: ${text}`);
        } catch {
          return [`${id}: does not answer`];
        }
      }),
    );
    return lists.flat();
  }
}
