/** What a pool of match workers is made of, and whom it tells what. Main thread. */

import type { MessagePort } from 'node:worker_threads';
import type { Reason } from '../shared/reason.ts';
import type { WorkerTable } from '../shared/worker-table.ts';
import type { MatchHost, MatchWorkerData } from '../workers/match/match-settings.ts';

export interface MatchPoolOptions {
  readonly data: MatchWorkerData;
  readonly workers: WorkerTable;
  readonly threads: number;
  readonly heapMbMax: number;
  readonly externalMbMax: number;
  readonly hangMs: number;
  readonly handlersMax: number;
  readonly host: MatchHost;
  /** A worker is ready: bring each gateway its bell, then call ready(). */
  readonly onUp: (row: number, bells: readonly MessagePort[]) => void;
  /** A worker is gone or condemned: nothing of it is to be listened to from now on. Comes before its handlers' ends. */
  readonly onLost: (row: number, reason: Reason, error: Error) => void;
  /** Its thread has exited: empty its rings, then call release(row). */
  readonly onExit: (row: number) => void;
  readonly onError: (error: Error) => void;
}
