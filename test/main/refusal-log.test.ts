/** Goal: an attack costs one line a second and reason, and a quiet second none. Method: a real table, a real log. */

import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/main/log.ts';
import { RefusalLog } from '../../src/main/refusal-log.ts';
import { counterTable, countReason } from '../../src/shared/counter-table.ts';
import { Reason } from '../../src/shared/reason.ts';
import { tinyMemory } from '../support/tiny-memory.ts';

describe('RefusalLog', () => {
  it('writes one line for each reason and second, with how many', () => {
    const memory = tinyMemory({ gateways: 2 });
    const counters = counterTable.view(memory.counters, 2);
    const lines: { msg: string; reason: string; refused: number }[] = [];
    const log = createLog({
      level: 'info',
      format: 'json',
      hostId: 'a',
      isTerminal: false,
      destination: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
    });
    const refusals = new RefusalLog(memory, log);
    refusals.step(0);
    for (let count = 0; count < 10_000; count += 1) {
      countReason(counters, count % 2, Reason.connectRate);
      refusals.step(count / 10.001);
    }
    countReason(counters, 0, Reason.badFrame);
    countReason(counters, 0, Reason.quit);
    for (const nowMs of [1_000, 1_500, 2_000, 3_000]) refusals.step(nowMs);
    expect(lines).toMatchObject([
      { reason: 'connect-rate', refused: 10_000, msg: '10000 connections refused: connect-rate' },
      { reason: 'bad-frame', refused: 1, msg: '1 connection refused: bad-frame' },
    ]);
  });
});
