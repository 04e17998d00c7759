/** What the rings bench and its threads say to each other. The bench's parent process and its worker threads. */

export type RingsTask =
  /** One end of a ring: `records` of `recordBytes` payload, published `batch` at a time. */
  | (RingsTaskCommon & {
      readonly role: 'writer' | 'reader';
      readonly records: number;
      readonly recordBytes: number;
      readonly batch: number;
    })
  /** One side of a doorbell: the sleeper sleeps `wakes` times, the ringer wakes it each time. */
  | (RingsTaskCommon & {
      readonly role: 'sleeper' | 'ringer';
      readonly wakes: number;
      readonly how: WakeHow;
    });

export type WakeHow = 'messagePort' | 'waitAsync';

interface RingsTaskCommon {
  /** The ring, or the line of the doorbell. */
  readonly buffer: SharedArrayBuffer;
  /** Of GateWord. */
  readonly gate: SharedArrayBuffer;
}

/** Words of the gate. `idle` never changes: what a waiting thread rests on. */
export const GateWord = { ready: 0, go: 1, done: 2, idle: 3 } as const;

export interface RingsReport {
  /** From the start of the thread's work to its end. */
  readonly elapsedMs: number;
  /** CPU of this thread meanwhile, user and system. */
  readonly cpuMicros: number;
  /** One a wake. Sleeper: from before the ring to its callback. Ringer: the call that rings. */
  readonly timesMs: readonly number[];
}
