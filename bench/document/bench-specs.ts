/**
 * Which figures of each bench stand in docs/benchmarks.md, in which order, and what each means in one line. Data; the bench's
 * parent process. Paths lead into the `results` that a bench writes.
 */

import { BESIDE_SPECS } from './beside-specs.ts';
import { figure, type BenchSpec } from './figure-spec.ts';

const RELAY: BenchSpec = {
  name: 'relay',
  question:
    'What does one delivered state cost beside a bare relay, and how long does an input take?',
  figures: [
    figure('CPU a state, host', 'cpuMicrosPerMessage/host', 'us', 'of all threads, input included'),
    figure('CPU a state, bare relay', 'cpuMicrosPerMessage/bare', 'us', 'one thread of `node:net`'),
    figure('ratio', 'ratio', '', 'host over bare, medians'),
    figure('players', 'players', '', 'in matches of 16'),
    figure('rate', 'rateHz', 'Hz', 'inputs and states a second and player'),
    figure('input to state p50', 'latencyMs/p50', 'ms', 'half a tick of waiting is in it'),
    figure('input to state p99', 'latencyMs/p99', 'ms', 'a whole tick of waiting is in it'),
    figure('age of states p99', 'stateAgeMs/p99', 'ms', 'without most of that wait'),
    figure('queue to first state', 'queueToFirstStateMs/max', 'ms', 'the last of all players'),
    figure('delivered', 'delivered', 'states', 'that came'),
    figure('expected', 'expected', 'states', 'that were due'),
    figure('closed', 'closed', '', 'connections lost'),
    figure('send lag p99', 'sendLagMs/p99', 'ms', 'how late the load clients were themselves'),
  ],
};

const CONNECTIONS: BenchSpec = {
  name: 'connections',
  question: 'What does a connected player cost in memory, and how fast can players come?',
  figures: [
    figure('players', 'players', '', 'in lobbies, still connected after the hold'),
    figure('memory a player', 'kibPerPlayer', 'KiB', 'growth of the resident set'),
    figure('connects', 'connectsPerSecond', 'a second', 'from connect to lobby, at most as asked'),
    figure('CPU a connect', 'cpuMicrosPerConnect', 'us', 'connect, login, way into a lobby'),
    figure('empty', 'emptyMib', 'MiB', 'resident, nobody there'),
    figure('full', 'fullMib', 'MiB', 'resident, all there'),
    figure('closed', 'closed', '', 'connections lost'),
    figure('memory a player, bare relay', 'bare/kibPerPlayer', 'KiB', 'the floor of `node:net`'),
  ],
};

const PEERS: BenchSpec = {
  name: 'peers',
  question: 'The same workload on what one would otherwise pick, in the same run.',
  figures: [
    figure('runs', 'runs', '', 'each a fresh server; figures are medians'),
    figure('CPU beside each', 'cpuRatios', '', "the host's CPU a state over theirs"),
  ],
  tables: [
    {
      path: 'rows',
      caption:
        'Knee: most states a second with p99 beyond the tick at most 100 ms and 99 % delivered.',
      columns: [
        ['peer', 'peer'],
        ['version', 'version'],
        ['players', 'players'],
        ['Hz', 'rateHz'],
        ['us a state', 'cpuMicrosPerMessage'],
        ['KiB a player', 'kibPerPlayer'],
        ['RSS MiB', 'rssMib'],
        ['us a connect', 'cpuMicrosPerConnect'],
        ['p50 ms', 'p50Ms'],
        ['p99 ms', 'p99Ms'],
        ['beyond tick p99 ms', 'beyondTickP99Ms'],
        ['delivered', 'delivered'],
        ['expected', 'expected'],
        ['knee a second', 'kneePerSecond'],
      ],
    },
  ],
};

const CAPACITY: BenchSpec = {
  name: 'capacity',
  question: "Where is this machine's knee, and what would 18,000 to 1,000,000 players take?",
  figures: [
    figure('players', 'measuredAtPlayers', '', 'of the search for the knee'),
    figure('knee', 'knee/perSecond', 'states a second', 'host and load clients on one machine'),
    figure('only a lower bound', 'knee/isAtLeast', '', 'no step failed, or the clients were late'),
  ],
  tables: [
    {
      path: 'figures',
      caption: 'What the arithmetic starts from:',
      columns: [
        ['figure', 'name'],
        ['is', 'origin'],
        ['value', 'value'],
        ['unit', 'unit'],
        ['how', 'how'],
      ],
    },
    {
      path: 'rows',
      caption: 'What follows for so many players, all of it computed:',
      columns: [
        ['computed', 'name'],
        ['18,000', 'values/0'],
        ['100,000', 'values/1'],
        ['1,000,000', 'values/2'],
        ['unit', 'unit'],
        ['formula', 'formula'],
      ],
    },
  ],
};

const GROWTH: BenchSpec = {
  name: 'growth',
  question: 'How does cost grow? Exponent 0: not at all; 1: in proportion; 2: with the square.',
  figures: [],
};

const SOAK: BenchSpec = {
  name: 'soak',
  question: 'Is anything left over, and does anything grow, over hours of churn and kills?',
  figures: [
    figure('hours', 'hours', '', 'of coming and going'),
    figure('cycles', 'cycles', '', 'after each of them everyone leaves, and all counts must be 0'),
    figure('workers hung', 'workersHung', '', 'and replaced'),
    figure('hosts killed', 'hostsKilled', '', 'with -9, and started again'),
    figure('seats in matches', 'counts/matches', '', 'taken by players'),
    figure('connections broken', 'counts/drops', '', 'on purpose'),
    figure('left over', 'faults', '', 'counts that were not 0 after a cycle'),
  ],
  tables: [
    {
      path: 'growth',
      caption: 'Each process that lived long enough, without its first two cycles:',
      columns: [
        ['host', 'hostId'],
        ['cycles', 'readings'],
        ['MiB first', 'rssMib/first'],
        ['MiB last', 'rssMib/last'],
        ['MiB an hour', 'rssMibPerHour'],
        ['descriptors least', 'descriptors/least'],
        ['descriptors most', 'descriptors/most'],
      ],
    },
  ],
};

/** In the order of the document. */
export const BENCH_SPECS: readonly BenchSpec[] = [
  RELAY,
  PEERS,
  CONNECTIONS,
  CAPACITY,
  GROWTH,
  ...BESIDE_SPECS,
  SOAK,
];
