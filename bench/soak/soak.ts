/**
 * `npm run soak -- --hours H`: hours of coming and going on several hosts, with workers that hang and hosts that die; after each cycle
 * everyone leaves, and nothing may be left over. The bench's parent process.
 *
 *   cycle: the swarm plays, a worker of each host hangs, now and then a host dies -> everyone leaves -> counts are 0 -> memory is read
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep } from '../../src/shared/clock.ts';
import { freshSeed, seededRandom } from '../../src/shared/random.ts';
import { parseScenario, type Scenario } from '../swarm/scenario.ts';
import { runSwarm, type SwarmResult } from '../swarm/swarm-run.ts';
import { rounded, textTable } from '../text-table.ts';
import { SoakNetwork } from './soak-network.ts';
import { growthOf, type Growth, type SoakReading } from './soak-verdict.ts';

const SCENARIO = new URL('soak.toml', import.meta.url);
/** Every so many cycles a host dies, in turn. */
const KILL_EVERY = 3;
const DOWN_MS = 4_000;
/** When in a cycle's length things are done to the hosts. */
const HANG_SHARE = 0.3;
const KILL_SHARE = 0.6;

export interface SoakFlags {
  readonly hours: number;
  readonly hosts: number;
  readonly players: number;
  readonly cycleSeconds: number;
}

export interface SoakResult {
  readonly seed: number;
  readonly hours: number;
  readonly cycles: number;
  readonly workersHung: number;
  readonly hostsKilled: number;
  readonly counts: Record<string, number>;
  /** What was left over after a cycle, with its number. */
  readonly faults: readonly string[];
  readonly growth: readonly Growth[];
  readonly readings: readonly SoakReading[];
}

export async function soak(flags: SoakFlags, say: (line: string) => void): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-soak-'));
  const network = await SoakNetwork.start(flags.hosts, folder);
  try {
    const run = new SoakRun(flags, network, say);
    while (network.hours < flags.hours) await run.cycle(folder);
    return run.result();
  } finally {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class SoakRun {
  readonly #flags: SoakFlags;
  readonly #network: SoakNetwork;
  readonly #say: (line: string) => void;
  readonly #seed = freshSeed();
  readonly #random = seededRandom(this.#seed);
  readonly #scenario: Scenario;
  readonly #faults: string[] = [];
  readonly #readings: SoakReading[] = [];
  readonly #counts: Record<string, number> = {};
  #cycles = 0;
  #hung = 0;
  #killed = 0;

  constructor(flags: SoakFlags, network: SoakNetwork, say: (line: string) => void) {
    this.#flags = flags;
    this.#network = network;
    this.#say = say;
    const { players, cycleSeconds } = flags;
    const stage = `[[stages]]\nplayers = ${players}\nseconds = ${cycleSeconds}\n`;
    this.#scenario = parseScenario(`${readFileSync(SCENARIO, 'utf8')}\n${stage}`, 'soak.toml');
  }

  async cycle(folder: string): Promise<void> {
    this.#cycles += 1;
    const swarm = runSwarm({
      scenario: { ...this.#scenario, seed: this.#seed + this.#cycles },
      against: this.#network.hosts.map(({ framePort }) => ({ host: '127.0.0.1', port: framePort })),
      processes: 1,
      tag: `c${this.#cycles}`,
      hostPid: 0,
      isQuiet: true,
      logPath: join(folder, 'unused.log'),
    });
    const [result] = await Promise.all([swarm, this.#sabotage()]);
    this.#add(result);
    const left = await this.#network.leftOver();
    this.#faults.push(...left.map((text) => `after cycle ${this.#cycles}: ${text}`));
    const readings = this.#network.readings();
    this.#readings.push(...readings);
    this.#say(this.#line(result, readings, left));
  }

  result(): SoakResult {
    return {
      seed: this.#seed,
      hours: rounded(this.#network.hours, 2),
      cycles: this.#cycles,
      workersHung: this.#hung,
      hostsKilled: this.#killed,
      counts: this.#counts,
      faults: this.#faults,
      growth: growthOf(this.#readings),
      readings: this.#readings,
    };
  }

  async #sabotage(): Promise<void> {
    const { cycleSeconds, hosts } = this.#flags;
    await sleep(cycleSeconds * 1_000 * HANG_SHARE);
    await this.#network.hangWorker(this.#random.below(hosts), `saboteur-${this.#cycles}`);
    this.#hung += 1;
    await sleep(cycleSeconds * 1_000 * (KILL_SHARE - HANG_SHARE));
    if (this.#cycles % KILL_EVERY !== 0) return;
    await this.#network.killHost((this.#cycles / KILL_EVERY) % hosts, DOWN_MS);
    this.#killed += 1;
  }

  #add({ counts }: SwarmResult): void {
    for (const [name, value] of Object.entries(counts)) {
      this.#counts[name] = (this.#counts[name] ?? 0) + value;
    }
  }

  #line(result: SwarmResult, readings: readonly SoakReading[], left: readonly string[]): string {
    const { counts, playersPeak } = result;
    const memory = readings.map(({ rssMib }) => Math.round(rssMib)).join(' ');
    const files = readings.map(({ descriptors }) => descriptors).join(' ');
    const verdict = left.length === 0 ? 'nothing left over' : left.join('; ');
    return (
      `cycle ${this.#cycles}, ${this.#network.hours.toFixed(2)} h: ${playersPeak} players, ` +
      `${counts.matches} matches, ${counts.drops} drops; ${verdict}; MiB ${memory}, descriptors ${files}`
    );
  }
}

export function soakText(result: SoakResult): string {
  const { hours, cycles, workersHung, hostsKilled, faults, growth, seed } = result;
  const rows = growth.map((one) => [
    one.hostId,
    String(one.readings),
    `${one.rssMib.first.toFixed(0)} to ${one.rssMib.last.toFixed(0)}`,
    one.rssMibPerHour.toFixed(1),
    `${one.descriptors.least} to ${one.descriptors.most}`,
  ]);
  const head = ['host', 'cycles', 'MiB', 'MiB an hour', 'descriptors'];
  return [
    `${hours} hours, ${cycles} cycles, ${workersHung} workers hung, ${hostsKilled} hosts killed, seed ${seed}`,
    textTable(head, rows),
    faults.length === 0 ? 'nothing was left over' : faults.join('\n'),
  ].join('\n');
}
