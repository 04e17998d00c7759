/** What a host tells the others of a queue besides its length: few buckets, however many wait. Pure. Main and bridge threads. */

/** Upper ends in mu, of all buckets but the last; 25 is where everybody begins. */
export const RATING_BOUNDS: readonly number[] = [10, 15, 20, 25, 30, 35, 40];
/** Upper ends in milliseconds. */
export const WAIT_BOUNDS_MS: readonly number[] = [1_000, 5_000, 15_000, 60_000, 300_000];
/** Upper ends in members. */
export const PARTY_BOUNDS: readonly number[] = [1, 2, 3, 4];

/** Counts by bucket; each has one bucket more than bounds. */
export interface QueueHistograms {
  /** Players by mu. */
  readonly ratings: readonly number[];
  /** Tickets by wait. */
  readonly waits: readonly number[];
  /** Tickets by how many players they hold. */
  readonly parties: readonly number[];
}

/** Of a queue in which nobody waits. */
export const EMPTY_HISTOGRAMS: QueueHistograms = {
  ratings: emptyBuckets(RATING_BOUNDS),
  waits: emptyBuckets(WAIT_BOUNDS_MS),
  parties: emptyBuckets(PARTY_BOUNDS),
};

export function emptyBuckets(bounds: readonly number[]): number[] {
  return Array.from({ length: bounds.length + 1 }, () => 0);
}

/** Adds one to the bucket of `value`; a bound belongs to the bucket that it ends. */
export function addTo(buckets: number[], bounds: readonly number[], value: number): void {
  let bucket = 0;
  while (bucket < bounds.length && value > (bounds[bucket] ?? Infinity)) bucket += 1;
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
