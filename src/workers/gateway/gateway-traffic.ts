/** What went through a gateway, counted in plain numbers and shown to the other threads four times a second. Gateway threads. */

import type { GatewayTable } from '../../shared/gateway-table.ts';

export class GatewayTraffic {
  bytesIn = 0;
  bytesOut = 0;
  messagesIn = 0;
  writes = 0;
  superseded = 0;
  pauses = 0;

  /** Stores the counts in this gateway's row. */
  publish(table: GatewayTable, row: number): void {
    table.bytesIn[row] = this.bytesIn;
    table.bytesOut[row] = this.bytesOut;
    table.messagesIn[row] = this.messagesIn;
    table.writes[row] = this.writes;
    table.volatileDropped[row] = this.superseded;
    table.pauses[row] = this.pauses;
  }
}
