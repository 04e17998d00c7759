/** The figures in docs/benchmarks.md of the benches that look at one part each. Data; the bench's parent process. */

import { figure, type BenchSpec } from './figure-spec.ts';

const HOP: BenchSpec = {
  name: 'hop',
  question: 'What does it cost a player that his match runs on another host?',
  figures: [
    figure('later by p50', 'addedMs/p50', 'ms', 'an answer, by the way through two bridges'),
    figure('later by p99', 'addedMs/p99', 'ms', 'on hosts without other load'),
    figure('beside load p99', 'loaded/addedMs/p99', 'ms', 'the same while mixed matches play'),
    figure('CPU ratio', 'cpuRatio', '', 'both hosts, a proxied message over a local one'),
    figure('CPU, local', 'cpuMicrosPerMessage/local', 'us', 'both hosts, a message'),
    figure('CPU, proxied', 'cpuMicrosPerMessage/proxied', 'us', 'both hosts, a message'),
  ],
};

const BRIDGE_TRAFFIC: BenchSpec = {
  name: 'bridge-traffic',
  question: 'What do linked hosts say to each other while nobody looks for a match?',
  figures: [
    figure('hosts', 'hosts', '', 'all linked, all players on the first'),
    figure(
      'a link, both ways',
      'bytesPerSecond/bothWaysMedian',
      'bytes a second',
      'median of all ends',
    ),
    figure('at most', 'bytesPerSecond/bothWaysMax', 'bytes a second', 'the busiest end'),
    figure(
      'sent by the loaded host',
      'bytesPerSecond/loadedHostSentMax',
      'bytes a second',
      'over one link',
    ),
  ],
};

const SLOW_READERS: BenchSpec = {
  name: 'slow-readers',
  question: 'What do players who stop reading cost those who play on?',
  figures: [
    figure('stalled', 'stalled', 'players', 'stopped reading in their matches'),
    figure('closed', 'closed', 'players', 'of those, by the host, as slow readers'),
    figure('neighbors p99 before', 'p99Ms/before', 'ms', 'input to state, nobody stalled'),
    figure('neighbors p99 beside', 'p99Ms/during', 'ms', 'the same beside them'),
    figure('memory before', 'rssMiB/before', 'MiB', 'of the host'),
    figure('memory at most', 'rssMiB/peak', 'MiB', 'while all were stalled'),
  ],
};

const FLOODS: BenchSpec = {
  name: 'floods',
  question: 'What do players notice while others connect without end?',
  figures: [figure('all asked for was kept', 'verdict/isKept', '', 'losses, ages, log, memory')],
  tables: [
    {
      path: 'rows',
      caption: 'Players who play, alone and under floods:',
      columns: [
        ['flood', 'name'],
        ['age p50 ms', 'ageMs/p50'],
        ['age p99 ms', 'ageMs/p99'],
        ['dropped', 'players/dropped'],
        ['delivered', 'players/delivered'],
        ['expected', 'players/expected'],
        ['connects a second', 'flood/perSecond'],
        ['RSS MiB', 'rssMib'],
      ],
    },
  ],
};

const OPS: BenchSpec = {
  name: 'ops',
  question: 'Do players notice that operators ask the API?',
  figures: [
    figure('p99 in quiet windows', 'quiet/latencyMs/p99', 'ms', 'input to state'),
    figure('p99 while asked', 'asked/latencyMs/p99', 'ms', 'the same beside requests'),
    figure('moved', 'verdict/movedMs', 'ms', 'asked less quiet, the median pair'),
    figure('quiet spread', 'verdict/quietSpreadMs', 'ms', 'how far quiet windows are apart'),
    figure('noticed', 'verdict/hasMoved', '', 'the first is larger than the second'),
    figure('requests', 'requests/perSecond', 'a second', 'answered'),
    figure('failed', 'requests/failed', '', 'requests'),
  ],
};

const METADATA: BenchSpec = {
  name: 'metadata',
  question: 'What does a thread pay to know something, beside a Redis on the same machine?',
  figures: [
    figure('shared memory', 'sharedMemoryNanos', 'ns', 'mean of the three questions'),
    figure('Redis', 'redisNanos', 'ns', 'one round trip on loopback'),
    figure('ratio', 'ratio', '', 'the second over the first'),
    figure('Redis version', 'redisVersion', '', 'of the server'),
  ],
  tables: [
    {
      path: 'questions',
      caption: 'Each question:',
      columns: [
        ['question', 'question'],
        ['shared memory ns', 'sharedMemoryNanos'],
        ['Redis ns', 'redisNanos'],
        ['ratio', 'ratio'],
      ],
    },
  ],
};

const MATCHMAKER: BenchSpec = {
  name: 'matchmaker',
  question: 'How fast, how large and how fair is the matchmaker?',
  figures: [
    figure('pass over 18,000', 'passMs/18000', 'ms', 'all of them matched'),
    figure('pass over 200,000', 'passMs/200000', 'ms', 'all of them matched'),
    figure('one match of 2 x 8 p99', 'splitMsP99', 'ms', 'choice of players and exact split'),
    figure('favorite wins, median', 'winProbability/median', '%', '50 is even; mixed parties'),
    figure('favorite wins, p95', 'winProbability/p95', '%', 'the least even match in twenty'),
    figure(
      'the same, first come',
      'firstCome/winProbability/median',
      '%',
      'blind to ratings, same players',
    ),
    figure('tickets', 'ticketsPerSecond', 'a second', 'from arrival to match'),
    figure('memory a ticket', 'bytesPerTicket', 'bytes', 'beside the ticket itself'),
  ],
};

const RINGS: BenchSpec = {
  name: 'rings',
  question: 'How fast are the rings between threads?',
  figures: [],
  tables: [
    {
      path: 'rings',
      caption: 'One ring between two threads:',
      columns: [
        ['record bytes', 'recordBytes'],
        ['published every', 'batch'],
        ['records a second', 'recordsPerSecond'],
        ['ns a record', 'nanosPerRecord'],
      ],
    },
    {
      path: 'doorbells',
      caption: 'One thread wakes another:',
      columns: [
        ['how', 'how'],
        ['p50 us', 'latencyMicros/p50'],
        ['p99 us', 'latencyMicros/p99'],
        ['CPU of the ringer us', 'ringMicros'],
        ['CPU of the woken us', 'wakeCpuMicros'],
      ],
    },
  ],
};

const SWARM: BenchSpec = {
  name: 'swarm',
  question: 'How does a host fare with people who come, play, talk and go?',
  figures: [
    figure('scenario', 'title', '', 'what was run'),
    figure('all levels kept', 'isKept', '', 'of the scenario'),
    figure('knee', 'knee/players', 'players', 'on line as the first level broke'),
    figure('players', 'playersPeak', '', 'on line at once, at most'),
    figure('seconds', 'seconds', '', 'of the run'),
    figure('login p99', 'latencyMs/login/p99', 'ms', 'from the intended connect to the lobby'),
    figure('state age p99', 'latencyMs/stateAge/p99', 'ms', 'of the newest input (`relay`)'),
    figure('state delay p99', 'latencyMs/stateDelay/p99', 'ms', 'by its tick (`capture-the-flag`)'),
    figure('chat p99', 'latencyMs/chat/p99', 'ms', 'from the intended line to each listener'),
    figure('ping p99', 'latencyMs/ping/p99', 'ms', 'the gateway alone'),
    figure('states missed', 'counts/missed', '', 'ticks that never came'),
    figure('errors', 'counts/errors', '', 'of all kinds'),
  ],
};

export const BESIDE_SPECS: readonly BenchSpec[] = [
  HOP,
  BRIDGE_TRAFFIC,
  SLOW_READERS,
  FLOODS,
  OPS,
  METADATA,
  MATCHMAKER,
  RINGS,
  SWARM,
];
