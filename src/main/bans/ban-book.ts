/**
 * All bans that stand: looked up by account and by address, ended by absolute time. Decides nothing and stores nothing. Pure.
 * Main thread.
 *
 *   account  key -> rows
 *   address  family -> prefix -> network -> rows     one look-up for each length of prefix that there is
 *
 * Invariant: a ban whose `untilMs` has come holds no more, whether it was taken out yet or not.
 */

import type { BanRow } from '../../shared/store-messages.ts';
import {
  maskedValue,
  parseAddress,
  parseAddressRange,
  type Address,
  type AddressRange,
} from './address-range.ts';

/** One row with its range, worked out once. */
interface HeldBan {
  readonly row: BanRow;
  readonly range: AddressRange | undefined;
}

export class BanBook {
  /** In the order in which they were added. */
  readonly #rows = new Map<string, HeldBan>();
  readonly #accounts = new Map<string, BanRow[]>();
  readonly #ranges = new Map<string, RangeShelf>();
  #nextEndMs = Infinity;

  get size(): number {
    return this.#rows.size;
  }

  /** When the next ban ends; Infinity for never. */
  get nextEndMs(): number {
    return this.#nextEndMs;
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** False, with nothing changed, for an id that is there or a target that cannot be read. */
  tryAdd(row: BanRow): boolean {
    if (this.#rows.has(row.id)) return false;
    const { target } = row;
    if (target.kind === 'account') {
      push(this.#accounts, target.key, row);
      this.#rows.set(row.id, { row, range: undefined });
    } else {
      const range = parseAddressRange(target.address);
      if (range === undefined) return false;
      push(this.#shelfOf(range).rows, range.network, row);
      this.#rows.set(row.id, { row, range });
    }
    this.#nextEndMs = Math.min(this.#nextEndMs, row.untilMs ?? Infinity);
    return true;
  }

  /** Takes a ban out; undefined when there is none of that id. */
  remove(id: string): BanRow | undefined {
    const held = this.#rows.get(id);
    if (held === undefined) return undefined;
    this.#rows.delete(id);
    const { row, range } = held;
    if (range !== undefined) pull(this.#shelfOf(range).rows, range.network, row);
    else if (row.target.kind === 'account') pull(this.#accounts, row.target.key, row);
    return row;
  }

  /** Takes out all whose time has come. */
  takeEnded(nowMs: number): readonly BanRow[] {
    if (nowMs < this.#nextEndMs) return [];
    const ended: BanRow[] = [];
    let nextEndMs = Infinity;
    for (const { row } of this.#rows.values()) {
      if (row.untilMs === undefined) continue;
      if (row.untilMs <= nowMs) ended.push(row);
      else nextEndMs = Math.min(nextEndMs, row.untilMs);
    }
    for (const { id } of ended) this.remove(id);
    this.#nextEndMs = nextEndMs;
    return ended;
  }

  /** Of the bans on that account, the one that lasts longest. */
  ofAccount(key: string, nowMs: number): BanRow | undefined {
    return longest(this.#accounts.get(key) ?? [], nowMs);
  }

  /** Of the bans on that address or a range that holds it, the one that lasts longest. */
  ofAddress(text: string, nowMs: number): BanRow | undefined {
    const address = this.#ranges.size === 0 ? undefined : parseAddress(text);
    if (address === undefined) return undefined;
    const found: BanRow[] = [];
    for (const shelf of this.#ranges.values()) found.push(...shelf.at(address));
    return longest(found, nowMs);
  }

  /** True when another ban stands on exactly that range. */
  hasRange(range: AddressRange): boolean {
    return (this.#shelfOf(range).rows.get(range.network) ?? []).length > 0;
  }

  /** All bans, in the order in which they were added. */
  *all(): Generator<BanRow, void> {
    for (const { row } of this.#rows.values()) yield row;
  }

  #shelfOf({ family, prefix }: AddressRange): RangeShelf {
    const key = `${family}/${prefix}`;
    let shelf = this.#ranges.get(key);
    if (shelf === undefined) this.#ranges.set(key, (shelf = new RangeShelf(family, prefix)));
    return shelf;
  }
}

/** All ranges with one length of prefix. */
class RangeShelf {
  readonly rows = new Map<bigint, BanRow[]>();
  readonly #family: 4 | 6;
  readonly #prefix: number;

  constructor(family: 4 | 6, prefix: number) {
    this.#family = family;
    this.#prefix = prefix;
  }

  at(address: Address): readonly BanRow[] {
    if (address.family !== this.#family) return [];
    return this.rows.get(maskedValue(address, this.#prefix)) ?? [];
  }
}

function longest(rows: readonly BanRow[], nowMs: number): BanRow | undefined {
  let found: BanRow | undefined;
  for (const row of rows) {
    const endMs = row.untilMs ?? Infinity;
    if (endMs > nowMs && (found === undefined || endMs > (found.untilMs ?? Infinity))) found = row;
  }
  return found;
}

function push<Key>(shelf: Map<Key, BanRow[]>, key: Key, row: BanRow): void {
  const rows = shelf.get(key);
  if (rows === undefined) shelf.set(key, [row]);
  else rows.push(row);
}

function pull<Key>(shelf: Map<Key, BanRow[]>, key: Key, row: BanRow): void {
  const rest = (shelf.get(key) ?? []).filter((other) => other !== row);
  if (rest.length === 0) shelf.delete(key);
  else shelf.set(key, rest);
}
