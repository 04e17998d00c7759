/** Goal: the history has a row for each second, ten minutes of them, whatever the clock does. Method: statuses by hand. */

import { expect, test } from 'vitest';
import { History, HISTORY_SECONDS } from '../../../src/main/ops/history.ts';
import type { HostStatus } from '../../../src/main/ops/host-status.ts';
import { SAMPLE_STATUS } from './sample-status.ts';

function statusAt(messagesOut: number, changes: Partial<HostStatus> = {}): HostStatus {
  const gateways = SAMPLE_STATUS.gateways.map((gateway) => ({ ...gateway, messagesOut }));
  return { ...SAMPLE_STATUS, gateways, ...changes };
}

test('a sample becomes a row of every column; messages become a rate', () => {
  const history = new History();
  history.add(10_000, statusAt(5_000));
  history.add(11_000, statusAt(5_300));
  history.add(14_000, statusAt(5_900));
  expect(history.columns()).toEqual({
    atSeconds: [10, 11, 14],
    players: [12, 12, 12],
    networkPlayers: [12, 12, 12],
    practicePlayers: [7, 7, 7],
    matches: [1, 1, 1],
    messagesOut: [0, 300, 200],
    waits: { ctf: [2.5, 2.5, 2.5], duel: [0, 0, 0] },
    workerLoads: { 0: [0.25, 0.25, 0.25] },
  });
});

test('a mode or worker that was not there leaves a gap and not a zero', () => {
  const history = new History();
  history.add(1_000, statusAt(0, { queues: {}, workers: [] }));
  history.add(2_000, statusAt(0));
  expect(history.columns().waits['ctf']).toEqual([null, 2.5]);
  expect(history.columns().workerLoads['0']).toEqual([null, 0.25]);
});

test('it keeps ten minutes', () => {
  const history = new History();
  for (let second = 1; second <= HISTORY_SECONDS + 50; second += 1) {
    history.add(second * 1000, statusAt(second));
  }
  const { atSeconds, players } = history.columns();
  expect([atSeconds.length, atSeconds[0], players.length]).toEqual([600, 51, 600]);
});

test('a second seen twice counts once; a clock set far back begins anew', () => {
  const history = new History();
  history.add(100_000, statusAt(0));
  history.add(100_900, statusAt(0));
  history.add(99_000, statusAt(0));
  expect(history.columns().atSeconds).toEqual([100]);
  history.add(20_000, statusAt(10));
  expect(history.columns().atSeconds).toEqual([20]);
});
