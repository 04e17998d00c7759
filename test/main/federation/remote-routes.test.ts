/** Goal: gateways and the bridge know how soon a match on another host wants its input. Method: real rows, orders written down. */

import { describe, expect, it } from 'vitest';
import type { BridgeOrder } from '../../../src/cluster-bridge/bridge-messages.ts';
import { RemoteRoutes } from '../../../src/main/federation/remote-routes.ts';
import { HandlerRows } from '../../../src/main/handler-rows.ts';
import { bridgeRow, viewTables } from '../../../src/shared/host-memory.ts';
import { handlerIndexOf } from '../../../src/shared/ids.ts';
import type { MatchQuality } from '../../../src/shared/match-quality.ts';
import { tinyMemory } from '../../support/tiny-memory.ts';

const QUALITY: MatchQuality = {
  winProbabilities: [1],
  strengthDifference: 0,
  spread: 0,
  partyAsymmetry: 0,
  waitsMs: [],
  relaxed: [],
  isExact: true,
};

describe('RemoteRoutes.open()', () => {
  it.each([
    ['at its ticks', { inputAtTick: true }, true, 0],
    ['on arrival', { inputAtTick: false }, false, 1],
    ['in a way that its host does not name', {}, false, 1],
  ])('tells of a match that takes input %s', (_name, told, inputAtTick, wakes) => {
    const sizes = { gateways: 1, workerRows: 1, slotsPerGateway: 4, handlers: 8, hasBridge: true };
    const memory = tinyMemory(sizes, 8_192);
    const tables = viewTables(memory);
    const orders: BridgeOrder[] = [];
    const routes = new RemoteRoutes({
      rows: new HandlerRows(tables.handlers, tables.workers),
      bridgeRow: bridgeRow(memory.sizes),
      modeRowOf: () => 0,
      order: (order) => orders.push(order),
    });
    const host = { hostId: 'two', incarnation: 1 };
    const match = {
      matchId: 'm',
      mode: 'ctf',
      host,
      handler: 5,
      handlerId: 'two/ctf/1',
      seats: [],
    };
    const handler = routes.open({ ...match, ...told, quality: QUALITY }, 0) ?? -1;
    expect(tables.handlers.wakes[handlerIndexOf(handler)]).toBe(wakes);
    expect(orders).toEqual([{ kind: 'route', handler, host, matchHandler: 5, inputAtTick }]);
  });
});
