/**
 * The load as one thing: some load client processes, told together, reported as a sum. The bench's parent process.
 * Invariant: every wait ends, by success, by a client's death, by the server's death, or at its deadline.
 */

import type { ChildProcess } from 'node:child_process';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { exitedWithin, forkScript, isRunning, stopChild } from '../servers/children.ts';
import { sumReports, sumStatuses } from './fleet-report.ts';
import type { FleetReport } from './fleet-report.ts';
import type { LoadModes, LoadOrder, LoadReply, LoadReport, LoadStatus } from './load-messages.ts';
import type { LoadTarget } from '../servers/targets.ts';
import { Transport } from '../transports/player-connection.ts';

/** Where one process becomes two, unless asked otherwise. */
const PLAYERS_PER_PROCESS = 9000;
const PLAYERS_PER_ADDRESS = 100;
const RELAY: LoadModes = { kind: 'one', mode: 'relay' };
const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 5000;
const WATCH_INTERVAL_MS = 50;
/** Between the order and the moment it names, so that all processes have it in time. */
const LEAD_MS = 200;
/** How long after the window a state may still come and count as delivered, above one tick. */
const STRAGGLER_MS = 1500;

export interface FleetOptions {
  readonly players: number;
  /** 0: as many as the players need. */
  readonly processes: number;
  readonly target: LoadTarget;
  /** Number of its first player, where there are several fleets; 0 unless given. */
  readonly firstPlayer?: number;
}

export interface MeasureOptions {
  readonly seconds: number;
  readonly rateHz: number;
  /** Called at the window's edges: read the server's CPU time here. */
  readonly onStart: () => void;
  readonly onEnd: () => void;
}

export class LoadFleet {
  readonly players: number;
  readonly #target: LoadTarget;
  readonly #firstPlayer: number;
  readonly #children: ChildProcess[];
  readonly #counts: number[];
  readonly #statuses = new Map<number, LoadStatus>();
  readonly #reports: LoadReport[] = [];
  #ready = 0;

  constructor(options: FleetOptions) {
    this.players = options.players;
    this.#target = options.target;
    this.#firstPlayer = options.firstPlayer ?? 0;
    const processes = options.processes || Math.ceil(options.players / PLAYERS_PER_PROCESS);
    this.#counts = split(options.players, processes);
    this.#children = this.#counts.map((_count, index) => {
      const child = forkScript(new URL('load-client.ts', import.meta.url), []);
      // Our own script is at the other end.
      child.on('message', (message) => this.#onReply(index, message as LoadReply));
      return child;
    });
  }

  get processes(): number {
    return this.#children.length;
  }

  /** The load clients' process ids. */
  get pids(): readonly number[] {
    return this.#children.map((child) => child.pid ?? 0);
  }

  status(): LoadStatus {
    return sumStatuses([...this.#statuses.values()]);
  }

  async ready(): Promise<void> {
    await this.#until(() => this.#ready === this.processes, START_LIMIT_MS, 'start load clients');
  }

  /** Connects and logs in all players; resolves to the seconds it took. */
  async connect(connectsPerSecond: number, limitMs: number): Promise<number> {
    const startMs = systemClock.nowMs();
    let firstIndex = this.#firstPlayer;
    this.#counts.forEach((players, index) => {
      this.#tell(index, {
        kind: 'connect',
        port: this.#target.port,
        transport: this.#target.transport ?? Transport.frame,
        firstIndex,
        players,
        connectsPerSecond: (connectsPerSecond * players) / this.players,
        addressCount: Math.ceil(this.players / PLAYERS_PER_ADDRESS),
      });
      firstIndex += players;
    });
    const done = (): boolean => this.status().inLobby + this.status().closed >= this.players;
    await this.#until(done, limitMs, 'connect and log in all players');
    return (systemClock.nowMs() - startMs) / 1000;
  }

  /** All players queue at one moment; resolves when each has seen its match's first state. */
  async queue(limitMs: number, modes: LoadModes = RELAY): Promise<void> {
    const atMs = systemClock.nowMs() + LEAD_MS;
    this.#tellAll({ kind: 'queue', atMs, modes });
    const done = (): boolean => this.status().inMatch + this.status().closed >= this.players;
    await this.#until(done, limitMs, 'bring all players into matches');
  }

  /** Inputs start, their phases spread over all players of all processes. */
  play(rateHz: number): void {
    const baseMs = systemClock.nowMs() + LEAD_MS;
    const stepMs = 1000 / rateHz / this.players;
    for (let index = 0; index < this.processes; index += 1) {
      this.#tell(index, { kind: 'play', rateHz, baseMs: baseMs + index * stepMs });
    }
  }

  /** May be called again: each window counts only what is its own. */
  async measure(options: MeasureOptions): Promise<FleetReport> {
    this.#reports.length = 0;
    const startMs = systemClock.nowMs() + LEAD_MS;
    const endMs = startMs + options.seconds * 1000;
    const closeMs = endMs + 1000 / options.rateHz + STRAGGLER_MS;
    const ticks = Math.round(options.seconds * options.rateHz);
    this.#tellAll({ kind: 'measure', startMs, endMs, closeMs, ticks });
    await sleep(startMs - systemClock.nowMs());
    options.onStart();
    await this.#pause(endMs - systemClock.nowMs());
    options.onEnd();
    const done = (): boolean => this.#reports.length === this.processes;
    await this.#until(done, closeMs - systemClock.nowMs() + START_LIMIT_MS, 'collect reports');
    return sumReports(this.#reports);
  }

  async stop(): Promise<void> {
    this.#tellAll({ kind: 'stop' });
    await Promise.all(
      this.#children.map(async (child) => {
        // Told to stop, a client closes its sockets and ends by itself; a signal is for one that does not.
        if (!(await exitedWithin(child, STOP_LIMIT_MS))) await stopChild(child, STOP_LIMIT_MS);
      }),
    );
  }

  #onReply(index: number, reply: LoadReply): void {
    switch (reply.kind) {
      case 'ready':
        this.#ready += 1;
        break;
      case 'status':
        this.#statuses.set(index, reply.status);
        break;
      case 'report':
        this.#reports.push(reply.report);
        break;
    }
  }

  #tell(index: number, order: LoadOrder): void {
    const child = this.#children[index];
    if (child?.connected === true) child.send(order);
  }

  #tellAll(order: LoadOrder): void {
    for (let index = 0; index < this.processes; index += 1) this.#tell(index, order);
  }

  /** Sleeps, unless the server or a client dies first. */
  async #pause(durationMs: number): Promise<void> {
    const endMs = systemClock.nowMs() + durationMs;
    while (systemClock.nowMs() < endMs) {
      this.#assertAlive('measure');
      await sleep(Math.min(1000, Math.max(0, endMs - systemClock.nowMs())));
    }
  }

  async #until(isDone: () => boolean, limitMs: number, action: string): Promise<void> {
    const deadlineMs = systemClock.nowMs() + limitMs;
    while (!isDone()) {
      this.#assertAlive(action);
      if (systemClock.nowMs() > deadlineMs) {
        const players = JSON.stringify(this.status());
        throw new Error(
          `Cannot ${action}: not done in ${Math.round(limitMs / 1000)} s, players: ${players}`,
        );
      }
      await sleep(WATCH_INTERVAL_MS);
    }
  }

  #assertAlive(action: string): void {
    if (!this.#target.alive()) throw new Error(`Cannot ${action}: the ${this.#target.kind} ended`);
    const dead = this.#children.find((child) => !isRunning(child));
    if (dead !== undefined) {
      throw new Error(`Cannot ${action}: a load client ended with code "${dead.exitCode}"`);
    }
  }
}

function split(players: number, processes: number): number[] {
  const share = Math.floor(players / processes);
  const extra = players - share * processes;
  return Array.from({ length: processes }, (_none, index) => share + (index < extra ? 1 : 0));
}
