/**
 * The swarm as one thing: its processes, told together, their seconds added up in order. The bench's parent process.
 * Invariant: a second is passed on once, when every process has reported it or a later one.
 */

import type { ChildProcess } from 'node:child_process';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { exitedWithin, forkScript, isRunning, stopChild } from '../servers/children.ts';
import type { LatencyHistogram } from '../load/latency-histogram.ts';
import { SecondSum } from './second-sum.ts';
import {
  LATENCIES,
  type LatencyKind,
  type RunOrder,
  type SecondReport,
  type SwarmOrder,
  type SwarmReply,
} from './swarm-messages.ts';
import { histograms } from './swarm-tally.ts';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 20;
/** A process that says nothing for so long hangs. */
const SILENT_MS_MAX = 30_000;

export class SwarmFleet {
  /** What persons still waited for at the end. */
  readonly waits: Record<LatencyKind, LatencyHistogram> = histograms();
  readonly #children: readonly ChildProcess[];
  readonly #onSecond: (second: SecondSum) => void;
  readonly #sums = new Map<number, SecondSum>();
  /** The newest second that each process has reported. */
  readonly #reported: number[];
  #passedOn = -1;
  #ready = 0;
  #heardMs = systemClock.nowMs();

  constructor(processes: number, onSecond: (second: SecondSum) => void) {
    this.#onSecond = onSecond;
    this.#reported = Array.from({ length: processes }, () => -1);
    this.#children = this.#reported.map((_none, index) => {
      const child = forkScript(new URL('swarm-process.ts', import.meta.url), []);
      // Our own script is at the other end.
      child.on('message', (message) => this.#onReply(index, message as SwarmReply));
      return child;
    });
  }

  /** The newest second that all processes have reported; -1 before the first. */
  get second(): number {
    return this.#passedOn;
  }

  async ready(): Promise<void> {
    const deadlineMs = systemClock.nowMs() + START_LIMIT_MS;
    while (this.#ready < this.#children.length) {
      this.check();
      if (systemClock.nowMs() > deadlineMs) {
        throw new Error(
          `Cannot start the swarm: ${this.#ready} of ${this.#children.length} processes`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  run(order: Omit<RunOrder, 'kind' | 'process' | 'processes'>): void {
    const processes = this.#children.length;
    this.#heardMs = order.startMs;
    for (const [index, child] of this.#children.entries()) {
      tell(child, { kind: 'run', ...order, process: index, processes });
    }
  }

  /** Throws when a process has died or hangs. */
  check(): void {
    const dead = this.#children.find((child) => !isRunning(child));
    if (dead !== undefined) {
      throw new Error(`Cannot go on: a process of the swarm ended with code "${dead.exitCode}"`);
    }
    if (systemClock.nowMs() - this.#heardMs > SILENT_MS_MAX) {
      throw new Error(`Cannot go on: a process of the swarm was silent for ${SILENT_MS_MAX} ms`);
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#children) tell(child, { kind: 'end' });
    await Promise.all(
      this.#children.map(async (child) => {
        // Told to end, a process says goodbye and goes by itself; a signal is for one that does not.
        if (!(await exitedWithin(child, STOP_LIMIT_MS))) await stopChild(child, STOP_LIMIT_MS);
      }),
    );
  }

  #onReply(index: number, reply: SwarmReply): void {
    switch (reply.kind) {
      case 'ready':
        this.#ready += 1;
        break;
      case 'second':
        this.#onReport(index, reply.second);
        break;
      case 'left':
        for (const kind of LATENCIES) this.waits[kind].merge(reply.waits[kind]);
        break;
    }
  }

  #onReport(index: number, report: SecondReport): void {
    const sum = this.#sums.get(report.number) ?? new SecondSum(report.number);
    this.#sums.set(report.number, sum);
    sum.add(report);
    this.#reported[index] = report.number;
    const whole = Math.min(...this.#reported);
    for (; this.#passedOn < whole; this.#passedOn += 1) {
      this.#heardMs = systemClock.nowMs();
      const next = this.#sums.get(this.#passedOn + 1);
      this.#sums.delete(this.#passedOn + 1);
      if (next !== undefined) this.#onSecond(next);
    }
  }
}

function tell(child: ChildProcess, order: SwarmOrder): void {
  if (child.connected) child.send(order);
}
