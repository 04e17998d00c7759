/** Whether an address is banned now: the table in shared memory answers, the BlockList where that cannot. Gateway threads. */

import { isIPv6, type BlockList } from 'node:net';
import { BanTable } from '../../shared/ban-table.ts';

/** What main changes and every gateway reads. */
export interface BannedRanges {
  readonly list: BlockList;
  /** A BanTable's. */
  readonly table: SharedArrayBuffer;
}

export class BanCheck {
  readonly #list: BlockList;
  readonly #table: BanTable;

  constructor({ list, table }: BannedRanges) {
    this.#list = list;
    this.#table = new BanTable(table);
  }

  has(address: string): boolean {
    return this.#table.has(address) ?? this.#list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}
