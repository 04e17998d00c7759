/** Metrics of the process and of main's own thread: memory, event loop, garbage collection. Main thread. */

import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { every, type Timer } from '../shared/clock.ts';
import { counter, counterBy, gauge, one, type MetricFamily } from './ops/metric-family.ts';

const DELAY_RESOLUTION_MS = 10;
/** Quantiles are of the last whole window, whoever asks how often. */
const WINDOW_MS = 10_000;
const QUANTILES = [0.5, 0.99, 1] as const;

export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  readonly #collections: PerformanceObserver;
  readonly #window: Timer;
  #gcSeconds = 0;
  #delaySeconds: readonly number[] = QUANTILES.map(() => 0);

  constructor() {
    this.#delay.enable();
    this.#window = every(() => this.#endWindow(), WINDOW_MS);
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcSeconds += duration / 1_000;
    });
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  close(): void {
    this.#delay.disable();
    this.#window.cancel();
    this.#collections.disconnect();
  }

  families(): readonly MetricFamily[] {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return [
      counterBy(
        {
          name: 'process_cpu_seconds_total',
          help: 'CPU time of the process, by kind.',
          label: 'kind',
        },
        { user: user / 1e6, system: system / 1e6 },
      ),
      one('process_resident_memory_bytes', 'Memory of the process.', rss),
      one('longhouse_main_heap_bytes', 'JavaScript heap of the main thread.', heapUsed),
      one(
        'longhouse_main_external_bytes',
        'Memory of the main thread outside its heap.',
        external + arrayBuffers,
      ),
      counter(
        'longhouse_main_gc_seconds_total',
        'Time that the main thread spent collecting garbage.',
        [{ value: this.#gcSeconds }],
      ),
      gauge(
        'longhouse_main_event_loop_delay_seconds',
        'How late the main thread gets to its events; quantiles of the last ten seconds.',
        QUANTILES.map((quantile, index) => {
          return {
            labels: { quantile: String(quantile) },
            value: this.#delaySeconds[index] ?? 0,
          };
        }),
      ),
    ];
  }

  #endWindow(): void {
    // What the timer itself waits by design is no delay.
    const restMs = DELAY_RESOLUTION_MS;
    this.#delaySeconds = QUANTILES.map((quantile) => {
      const ms = this.#delay.percentile(quantile * 100) / 1e6;
      return Math.max(0, ms - restMs) / 1_000;
    });
    this.#delay.reset();
  }
}
