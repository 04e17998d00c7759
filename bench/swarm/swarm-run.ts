/**
 * One run of a scenario: starts a host where none is named, lets the swarm loose, watches the levels, and says what came of it.
 * The bench's parent process.
 *
 *   host ready -> processes ready -> seconds ... -> the ramp's end, or a level broke -> everyone leaves -> result
 */

import { copyFileSync } from 'node:fs';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { readProcess } from '../servers/process-meter.ts';
import { startTarget, type Target } from '../servers/targets.ts';
import { rounded } from '../text-table.ts';
import { kneeRange, type KneeRange } from './knee-range.ts';
import { Ramp } from './ramp.ts';
import { peakOf, type Scenario } from './scenario.ts';
import {
  percentilesOf,
  rowOf,
  SecondSum,
  type HostReading,
  type Percentiles,
  type SecondRow,
} from './second-sum.ts';
import { LevelJudge, missText, type Breach } from './service-levels.ts';
import { SwarmFleet } from './swarm-fleet.ts';
import type { Address, CountName, LatencyKind } from './swarm-messages.ts';
import { SwarmScreen } from './swarm-screen.ts';

/** Where one process becomes two, unless asked otherwise. */
const PLAYERS_PER_PROCESS = 5_000;
/** For the processes to cast their persons before the first of them is due. */
const LEAD_MS = 1_000;
const POLL_MS = 100;
/** For the report of the last second. */
const LAST_REPORT_MS = 10_000;

export interface SwarmOptions {
  readonly scenario: Scenario;
  /** Hosts that run elsewhere; none: one is started. */
  readonly against: readonly Address[];
  /** 0: as many as the persons need. */
  readonly processes: number;
  /** In the names of this run's persons. */
  readonly tag: string;
  /** Process of a host on this machine, to read its CPU and memory; 0: none. */
  readonly hostPid: number;
  /** Where the log of the host that was started goes. */
  readonly logPath: string;
  /** Nothing is said while it runs. */
  readonly isQuiet?: boolean;
}

export interface SwarmResult {
  readonly title: string;
  readonly seed: number;
  /** In the names of all persons: finds them in the host's log. */
  readonly tag: string;
  /** True when no level broke. */
  readonly isKept: boolean;
  readonly breaches: readonly Breach[];
  /** The load at which the first level broke. */
  readonly knee: ({ readonly players: number; readonly why: string } & KneeRange) | null;
  readonly playersPeak: number;
  readonly seconds: number;
  readonly processes: number;
  readonly targets: readonly string[];
  readonly counts: Readonly<Record<CountName, number>>;
  readonly latencyMs: Readonly<Record<LatencyKind, Percentiles | null>>;
  /** Waits of a second and more that the end of the run cut off: not in `latencyMs`. */
  readonly stillWaiting: Readonly<Record<LatencyKind, Percentiles | null>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly series: readonly SecondRow[];
}

export async function runSwarm(options: SwarmOptions): Promise<SwarmResult> {
  const { scenario, against } = options;
  const target =
    against.length > 0
      ? undefined
      : await startTarget('host', scenario.host.relayHz, scenario.host.config);
  try {
    const targets = target === undefined ? against : [{ host: '127.0.0.1', port: target.port }];
    return await new SwarmRun(options, targets, target).run();
  } finally {
    // Stopping removes all that the host wrote.
    if (target !== undefined) copyFileSync(target.logPath, options.logPath);
    await target?.stop();
  }
}

class SwarmRun {
  readonly #options: SwarmOptions;
  readonly #targets: readonly Address[];
  readonly #target: Target | undefined;
  readonly #ramp: Ramp;
  readonly #judge: LevelJudge;
  readonly #screen: SwarmScreen;
  readonly #totals = new SecondSum(-1);
  readonly #series: SecondRow[] = [];
  readonly #processes: number;
  readonly #hostPid: number;
  #hostMicros = Number.NaN;
  #hostReadMs = 0;

  constructor(options: SwarmOptions, targets: readonly Address[], target: Target | undefined) {
    const { scenario } = options;
    this.#options = options;
    this.#targets = targets;
    this.#target = target;
    this.#ramp = new Ramp(scenario.stages);
    this.#judge = new LevelJudge(scenario.levels);
    this.#screen = new SwarmScreen(this.#ramp.lengthMs / 1000);
    this.#processes = options.processes || Math.ceil(peakOf(scenario) / PLAYERS_PER_PROCESS);
    this.#hostPid = target?.pid ?? options.hostPid;
  }

  async run(): Promise<SwarmResult> {
    const { scenario, tag } = this.#options;
    const fleet = new SwarmFleet(this.#processes, (second) => this.#onSecond(second));
    try {
      await fleet.ready();
      const startMs = systemClock.nowMs() + LEAD_MS;
      fleet.run({ scenario, tag, targets: this.#targets, startMs });
      await this.#watch(fleet, startMs);
    } finally {
      this.#screen.end();
      await fleet.stop();
    }
    return this.#result(fleet);
  }

  async #watch(fleet: SwarmFleet, startMs: number): Promise<void> {
    const seconds = Math.floor(this.#ramp.lengthMs / 1000);
    const lastMs = startMs + this.#ramp.lengthMs + LAST_REPORT_MS;
    while (fleet.second < seconds - 1 && systemClock.nowMs() < lastMs) {
      fleet.check();
      if (this.#target?.alive() === false) throw new Error('Cannot go on: the host ended');
      if (this.#options.scenario.levels.stop && this.#judge.breaches.length > 0) return;
      await sleep(POLL_MS);
    }
  }

  #onSecond(second: SecondSum): void {
    const missed = this.#judge.judge(second);
    const row = rowOf(second, {
      wanted: this.#ramp.playersAt((second.number + 1) * 1000),
      host: this.#readHost(),
      missed: missed.map(missText),
    });
    this.#series.push(row);
    if (this.#options.isQuiet !== true) this.#screen.show(row);
    this.#totals.merge(second);
  }

  #readHost(): HostReading {
    if (this.#hostPid === 0) return { cpuPercent: null, rssMib: null };
    const nowMs = systemClock.nowMs();
    const { userMicros, systemMicros, rssKib } = readProcess(this.#hostPid);
    const micros = userMicros + systemMicros;
    const percent = (micros - this.#hostMicros) / (nowMs - this.#hostReadMs) / 10;
    this.#hostMicros = micros;
    this.#hostReadMs = nowMs;
    return {
      cpuPercent: Number.isNaN(percent) ? null : rounded(percent, 0),
      rssMib: rounded(rssKib / 1024, 0),
    };
  }

  #result(fleet: SwarmFleet): SwarmResult {
    const { scenario } = this.#options;
    const { breaches } = this.#judge;
    const [first] = breaches;
    return {
      title: scenario.title,
      seed: scenario.seed,
      tag: this.#options.tag,
      isKept: breaches.length === 0,
      breaches,
      knee:
        first === undefined
          ? null
          : {
              players: first.players,
              ...kneeRange(this.#series, first),
              why: missText(first),
            },
      playersPeak: Math.max(0, ...this.#series.map(({ online }) => online)),
      seconds: this.#series.length,
      processes: this.#processes,
      targets: this.#targets.map(({ host, port }) => `${host}:${port}`),
      counts: this.#totals.counts,
      latencyMs: percentilesOf(this.#totals.latencies),
      stillWaiting: percentilesOf(fleet.waits),
      errors: Object.fromEntries(this.#totals.errors),
      series: this.#series,
    };
  }
}
