/** What main tells a match worker at start, and the calls between the two. Types only. */

import type { MessagePort } from 'node:worker_threads';
import type { HostMemory } from '../../shared/host-memory.ts';
import type { WorkerOrder, WorkerReport } from '../../shared/thread-messages.ts';

/** A mode as players see it. */
export interface ModeListing {
  /** In the queue table. */
  readonly row: number;
  readonly name: string;
  readonly teams: number;
  readonly teamSize: number;
}

/** What may change while the worker runs; what a handler needs comes with its task. */
export interface MatchWorkerSettings {
  readonly modes: readonly ModeListing[];
}

/** The same for all match workers: each claims a row of the worker table for itself. */
export interface MatchWorkerData {
  readonly memory: HostMemory;
  readonly settings: MatchWorkerSettings;
  /** A worker's turns start on a grid of this many milliseconds: ticks of a grid cell leave in one batch. */
  readonly turnMs: number;
}

/** The first message of a match worker to main. */
export interface MatchWorkerHello {
  readonly kind: 'hello';
  readonly row: number;
  readonly threadId: number;
  /** The kernel's; undefined where it has none. */
  readonly systemThreadId: number | undefined;
  /** Main calls MatchControl here. */
  readonly control: MessagePort;
  /** Main answers MatchHost here. */
  readonly host: MessagePort;
  /** One end of a bell channel for each gateway, in their order. */
  readonly bells: readonly MessagePort[];
}

/** What main calls on a match worker. */
export interface MatchControl {
  /** Keeps settings until the cell says their version: config-cell.ts. */
  prepare(version: number, settings: MatchWorkerSettings): void;
  /** Takes a turn, which takes over what the cell has put in force. */
  adopt(): void;
  apply(orders: readonly WorkerOrder[]): void;
}

/** What a match worker calls on main. */
export interface MatchHost {
  reportWorker(row: number, reports: readonly WorkerReport[]): void;
}
