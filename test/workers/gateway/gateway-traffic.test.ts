/** Goal: the sums in the table stay right for as long as a host runs, while the counters in between stay small. */

import { describe, expect, it } from 'vitest';
import { gatewayTable } from '../../../src/shared/gateway-table.ts';
import { GatewayTraffic } from '../../../src/workers/gateway/gateway-traffic.ts';

describe('GatewayTraffic', () => {
  it('adds to its row what came since the last time, also past 2^31, and to no other', () => {
    const table = gatewayTable.view(new SharedArrayBuffer(gatewayTable.byteLength(2)), 2);
    const traffic = new GatewayTraffic();
    table.bytesIn[1] = 2 ** 31;
    traffic.bytesIn = 100;
    traffic.messagesOut = 7;
    traffic.publish(table, 1);
    traffic.publish(table, 1);
    traffic.messagesOut += 1;
    traffic.publish(table, 1);
    expect([table.bytesIn[1], table.messagesOut[1]]).toEqual([2 ** 31 + 100, 8]);
    expect([table.bytesIn[0], table.messagesOut[0], table.pauses[1]]).toEqual([0, 0, 0]);
  });
});
