/** A run that never was, for the tests of what is written about runs. Test files only. */

import type { ReportFacts } from '../../../bench/swarm/report-html.ts';
import { parseScenario } from '../../../bench/swarm/scenario.ts';
import {
  percentilesOf,
  rowOf,
  SecondSum,
  type SecondRow,
} from '../../../bench/swarm/second-sum.ts';

export const HOSTILE = '<script>alert(1)</script>';

const TEXT = `title = "${HOSTILE}"
[[stages]]
players = 20000
seconds = 30
[[persons]]
name = "a"
mode = "relay"
[[storms]]
atSeconds = 10
[levels]
loginMsP99 = 500
`;

export function madeUpFacts(): ReportFacts {
  const totals = new SecondSum(-1);
  const series = Array.from({ length: 30 }, (_none, number) => madeUpRow(number, totals));
  const waits = new SecondSum(-1);
  for (let count = 0; count < 3; count += 1) waits.latencies.login.record(9000);
  const breach = { level: 'loginMsP99', found: 812, allowed: 500 } as const;
  return {
    scenario: parseScenario(TEXT, 'made up'),
    scenarioText: TEXT,
    machine: { cpu: 'a processor', cores: 2, memoryGib: 8, system: 'Linux' },
    node: 'v26',
    commit: 'abcdef1',
    wallMs: 1_790_000_000_000,
    result: {
      title: HOSTILE,
      seed: 1,
      tag: 'x',
      isKept: false,
      breaches: [{ ...breach, second: 20, players: 14_200 }],
      knee: {
        players: 14_200,
        atLeast: 13_900,
        atMost: 14_500,
        why: 'login p99 passed 500 ms (812 ms)',
      },
      playersPeak: 15_000,
      seconds: 30,
      processes: 2,
      targets: ['127.0.0.1:7778'],
      counts: totals.counts,
      latencyMs: percentilesOf(totals.latencies),
      stillWaiting: percentilesOf(waits.latencies),
      errors: { ECONNRESET: 7, [HOSTILE]: 1 },
      series,
    },
  };
}

function madeUpRow(number: number, totals: SecondSum): SecondRow {
  const sum = new SecondSum(number);
  Object.assign(sum.places, { lobby: 4, queued: 1, playing: 4 });
  Object.assign(sum.counts, { states: 100 + number, errors: 7, dials: 30 });
  for (let count = 0; count < 30; count += 1) sum.latencies.login.record(812);
  sum.latencies.lag.record(90);
  totals.merge(sum);
  const host = { cpuPercent: 64, rssMib: 300 + number };
  return rowOf(sum, { wanted: 10, host, missed: number === 0 ? ['login'] : [] });
}
