/**
 * What went through a gateway since it was last published, four times a second. Gateway threads.
 *
 * Small integers: a field beyond 2^31, as the sums of an evening are, would be a heap number, that is garbage, a message.
 */

import type { GatewayTable } from '../../shared/gateway-table.ts';

export class GatewayTraffic {
  bytesIn = 0;
  bytesOut = 0;
  messagesIn = 0;
  messagesOut = 0;
  writes = 0;
  superseded = 0;
  pauses = 0;

  /** Adds the counts to this gateway's row, and starts again at 0. */
  publish(table: GatewayTable, row: number): void {
    add(table.bytesIn, row, this.bytesIn);
    add(table.bytesOut, row, this.bytesOut);
    add(table.messagesIn, row, this.messagesIn);
    add(table.messagesOut, row, this.messagesOut);
    add(table.writes, row, this.writes);
    add(table.volatileDropped, row, this.superseded);
    add(table.pauses, row, this.pauses);
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.messagesIn = 0;
    this.messagesOut = 0;
    this.writes = 0;
    this.superseded = 0;
    this.pauses = 0;
  }
}

function add(column: Float64Array, row: number, count: number): void {
  column[row] = (column[row] ?? 0) + count;
}
