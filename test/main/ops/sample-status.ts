/** A status as a small host gives it, for tests of what reads one. */

import type { OpsStatus } from '../../../src/main/ops/host-status.ts';

export const SAMPLE_STATUS: OpsStatus = {
  hostId: 'a',
  version: '0.1.0',
  uptimeSeconds: 3_700,
  players: { host: 12, network: 12, hostsHeard: 1, hostsKnown: 1, ageMs: 0 },
  matches: { host: 1, network: 1 },
  queues: {
    ctf: { host: 3, network: 3, oldestMs: 2_500 },
    duel: { host: 0, network: 0, oldestMs: 0 },
  },
  workers: [
    {
      worker: 0,
      state: 'running',
      handlers: 2,
      players: 12,
      load: 0.25,
      heapBytes: 10 * 2 ** 20,
      externalBytes: 2 ** 20,
    },
  ],
  gateways: [{ gateway: 0, state: 'running', connections: 14, players: 12, messagesOut: 0 }],
  lobbies: 1,
  practicePlayers: 7,
  capacity: 20_000,
  notReady: null,
  store: { state: 'good', problem: null },
  configVersion: 0,
  configProblem: null,
  draining: null,
};
