/** Goal: the metrics page follows the text format 0.0.4 whatever a label holds. Method: examples of the escapes. */

import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/main/ops/metric-family.ts';
import { metricsText, statusMetrics } from '../../../src/main/ops/metrics-text.ts';
import { SAMPLE_STATUS } from './sample-status.ts';

describe('metricsText()', () => {
  it('escapes help and label values as the format asks', () => {
    const text = metricsText([
      {
        name: 'a_total',
        help: 'one\\two\nthree "four"',
        type: 'counter',
        samples: [
          { labels: { mode: 'x"y\\z\n', team: '1' }, value: 0.5 },
          { value: Infinity },
          { value: NaN },
        ],
      },
    ]);
    expect(text).toBe(
      '# HELP a_total one\\\\two\\nthree "four"\n# TYPE a_total counter\n' +
        'a_total{mode="x\\"y\\\\z\\n",team="1"} 0.5\na_total +Inf\na_total NaN\n',
    );
  });
});

describe('histogram()', () => {
  it('adds the buckets up, as Prometheus wants them', () => {
    const family = histogram({ name: 'wait_seconds', help: 'Waits.', bounds: [1, 2.5] }, [
      { labels: { mode: 'ctf' }, counts: [3, 0, 2], sum: 9.5 },
    ]);
    expect(metricsText([family])).toBe(
      '# HELP wait_seconds Waits.\n# TYPE wait_seconds histogram\n' +
        'wait_seconds_bucket{mode="ctf",le="1"} 3\n' +
        'wait_seconds_bucket{mode="ctf",le="2.5"} 3\n' +
        'wait_seconds_bucket{mode="ctf",le="+Inf"} 5\n' +
        'wait_seconds_sum{mode="ctf"} 9.5\nwait_seconds_count{mode="ctf"} 5\n',
    );
  });
});

describe('statusMetrics()', () => {
  const families = statusMetrics(SAMPLE_STATUS);

  it('names each family once, counters and base units as Prometheus wants them', () => {
    const names = families.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type, help } of families) {
      expect(name).toMatch(/^(longhouse|process)_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|millis|kb|mb|percent)(_|$)/);
      expect(help).toMatch(/\.$/);
    }
  });

  it('turns milliseconds into seconds', () => {
    expect(metricsText(families)).toContain('longhouse_queue_oldest_seconds{mode="ctf"} 2.5\n');
  });
});
