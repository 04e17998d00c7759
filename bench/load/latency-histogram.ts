/**
 * Counts latencies so that the counts of several processes add up exactly. Load clients and the bench's parent.
 * perf_hooks histograms are not used here: they do not cross a process boundary and cannot be rebuilt from what they export.
 *
 *   microseconds   0..255      one bucket each
 *                  256..2^31   128 buckets per power of two: a bucket is at most 0.8 % wide
 *
 * Invariant: `count` is the sum of all buckets; a percentile is the upper edge of its bucket, so it never flatters.
 */

const SUB_BUCKET_BITS = 7;
const SUB_BUCKETS = 2 ** SUB_BUCKET_BITS;
const MICROS_MAX = 2 ** 31 - 1;
const BUCKET_COUNT = bucketOf(MICROS_MAX) + 1;

/** A histogram as it travels: bucket, count, bucket, count, ... of those that are not empty. */
export interface HistogramExport {
  readonly buckets: readonly number[];
  readonly maxMicros: number;
}

export class LatencyHistogram {
  #count = 0;
  #maxMicros = 0;
  readonly #buckets = new Float64Array(BUCKET_COUNT);

  get count(): number {
    return this.#count;
  }

  get maxMs(): number {
    return this.#maxMicros / 1000;
  }

  /** Counts one latency; a negative one (clocks of two processes differ by microseconds) counts as 0. */
  record(latencyMs: number): void {
    const micros = Math.min(MICROS_MAX, Math.max(0, Math.round(latencyMs * 1000)));
    const bucket = bucketOf(micros);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    if (micros > this.#maxMicros) this.#maxMicros = micros;
  }

  /** The latency in ms that `percent` of all stay at or below; 0 when nothing was counted. */
  percentileMs(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen >= wanted) return Math.min(upperEdgeOf(bucket), this.#maxMicros) / 1000;
    }
    return 0;
  }

  export(): HistogramExport {
    const buckets: number[] = [];
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
      const count = this.#buckets[bucket] ?? 0;
      if (count > 0) buckets.push(bucket, count);
    }
    return { buckets, maxMicros: this.#maxMicros };
  }

  /** As new. */
  clear(): void {
    if (this.#count > 0) this.#buckets.fill(0);
    this.#count = 0;
    this.#maxMicros = 0;
  }

  /** Adds what another histogram counted. */
  merge(other: HistogramExport): void {
    for (let position = 0; position + 1 < other.buckets.length; position += 2) {
      const bucket = other.buckets[position] ?? 0;
      const count = other.buckets[position + 1] ?? 0;
      this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + count;
      this.#count += count;
    }
    this.#maxMicros = Math.max(this.#maxMicros, other.maxMicros);
  }
}

function bucketOf(micros: number): number {
  if (micros < SUB_BUCKETS * 2) return micros;
  const shift = 31 - Math.clz32(micros) - SUB_BUCKET_BITS;
  return shift * SUB_BUCKETS + (micros >>> shift);
}

function upperEdgeOf(bucket: number): number {
  if (bucket < SUB_BUCKETS * 2) return bucket;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  const lowerEdge = (bucket - shift * SUB_BUCKETS) * 2 ** shift;
  return lowerEdge + 2 ** shift - 1;
}
