/**
 * The bans by address as gateways see them at accept: a table in shared memory for IPv4, which floods knock at, and a node:net
 * BlockList with all of them, which all threads share live. Main thread writes, gateway threads check; no message travels.
 */

import { BlockList } from 'node:net';
import { banTableByteLength } from '../../shared/ban-table.ts';
import { addressText, isSingle, type AddressRange } from './address-range.ts';
import { BanTableWriter } from './ban-table-writer.ts';

/** Half of them are used: beyond 65,536 rules for IPv4 the list answers. 1 MiB. */
const TABLE_ROWS = 131_072;

/** Node 26 can take rules out again; its declared types do not say so yet. */
interface RemovingBlockList {
  removeAddress(address: string, family: 'ipv4' | 'ipv6'): void;
  removeSubnet(network: string, prefix: number, family: 'ipv4' | 'ipv6'): void;
}

export class BannedAddresses {
  /** For the gateways, through workerData. */
  readonly list: BlockList = new BlockList();
  readonly table: SharedArrayBuffer = new SharedArrayBuffer(banTableByteLength(TABLE_ROWS));
  readonly #rows = new BanTableWriter(this.table);
  /** The list keeps a subnet that is added twice as two rules. */
  readonly #held = new Set<string>();

  /** Adding a range twice is harmless; delete() takes it out once for all. */
  add(range: AddressRange): void {
    if (this.#held.has(range.text)) return;
    this.#held.add(range.text);
    const { first, family } = ruleOf(range);
    if (isSingle(range)) this.list.addAddress(first, family);
    else this.list.addSubnet(first, range.prefix, family);
    if (range.family === 4) this.#rows.add(Number(range.network), range.prefix);
  }

  delete(range: AddressRange): void {
    if (!this.#held.delete(range.text)) return;
    const { first, family } = ruleOf(range);
    // The methods are there in the Node that package.json pins; see the interface.
    const list = this.list as unknown as RemovingBlockList;
    if (isSingle(range)) list.removeAddress(first, family);
    else list.removeSubnet(first, range.prefix, family);
    if (range.family === 4) this.#rows.delete(Number(range.network), range.prefix);
  }
}

function ruleOf({ family, network }: AddressRange): { first: string; family: 'ipv4' | 'ipv6' } {
  return {
    first: addressText({ family, value: network }),
    family: family === 4 ? 'ipv4' : 'ipv6',
  };
}
