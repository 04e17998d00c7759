/**
 * Bans and their effects: on disk first, then at every door and on every live connection. Main thread.
 *
 *   add()    store.putBan -> book -> BlockList (accept) and gateways, directory (live connections) -> acknowledged
 *   remove() store.removeBan -> book, BlockList                            expiry: a timer -> book, BlockList
 *   adopt(), release(): the same without the store, for what another host has done
 *
 * Bans run by the wall clock: absolute times mean the same after a restart and on other hosts.
 */

import { randomInt } from 'node:crypto';
import type { BlockList } from 'node:net';
import { every, type Clock, type Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { BanRow } from '../../shared/store-messages.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { HostLog } from '../log.ts';
import { overlaps, parseAddressRange, parseRanges, type AddressRange } from './address-range.ts';
import { BanBook } from './ban-book.ts';
import { banTarget, banText, refusal, type BanRefusal, type BanRequest } from './ban-request.ts';
import { BannedAddresses } from './banned-addresses.ts';

/** What bans need of the store; its promises settle, whatever becomes of its thread. */
export interface BanStore {
  bans(nowMs: number): Promise<readonly BanRow[]>;
  putBan(ban: BanRow): Promise<void>;
  removeBan(id: string): Promise<boolean>;
}

/** How a ban reaches those who are connected. Both resolve when it is done. */
export interface BanEffects {
  expelAccount(key: string, message: string): Promise<void>;
  closeAddresses(range: string, message: string): Promise<void>;
}

/** One host's word that a change is in force there, and how long after it was asked for. */
export interface BanAck {
  readonly hostId: string;
  readonly ms: number;
}

export interface BanAcks {
  readonly acks: readonly BanAck[];
  /** Hosts that have not answered yet. */
  readonly pending: readonly string[];
}

/** The other hosts of the network, as far as they are told of a change. */
export interface BanNetwork {
  /** Before the change is written. */
  expect(id: string, isLifted: boolean): BanWait;
}

export interface BanWait {
  /** Of the other hosts; resolves when all of them have answered, or the time for it is over. */
  result(): Promise<BanAcks>;
  /** Nothing was written. */
  cancel(): void;
}

export type BanOutcome =
  | BanRefusal
  | ({ readonly outcome: 'banned'; readonly row: BanRow } & BanAcks);
export type UnbanOutcome =
  | BanRefusal
  | { readonly outcome: 'unknown' }
  | ({ readonly outcome: 'removed'; readonly row: BanRow } & BanAcks);

export type BanChange = { readonly kind: 'ban' | 'unban' | 'expired'; readonly row: BanRow };

export interface BanDeskOptions {
  readonly hostId: string;
  readonly store: BanStore;
  readonly trustedProxies: readonly string[];
  readonly clock: Clock;
  readonly log: HostLog;
  readonly effects: BanEffects;
}

const BANS_MAX = 100_000;
/** A wall clock that is set ends bans with this delay at most. */
const EXPIRY_MS = 1_000;
const LOAD_RETRY_MS = 5_000;
const ID_CHARACTERS = '23456789abcdefghjkmnpqrstuvwxyz';
const ID_LENGTH = 8;

export class BanDesk {
  readonly #options: BanDeskOptions;
  readonly #trustedProxies: readonly AddressRange[];
  readonly #book = new BanBook();
  readonly #addresses = new BannedAddresses();
  readonly #listeners = new Set<(change: BanChange) => void>();
  #network: BanNetwork | undefined;
  #expiry: Timer | undefined;
  #retry: Timer | undefined;

  constructor(options: BanDeskOptions) {
    this.#options = options;
    this.#trustedProxies = parseRanges(options.trustedProxies);
  }

  /** For the gateways' doors; it changes with every ban. */
  get blockList(): BlockList {
    return this.#addresses.list;
  }

  /** The same, as gateways ask it. */
  get ranges(): { readonly list: BlockList; readonly table: SharedArrayBuffer } {
    const { list, table } = this.#addresses;
    return { list, table };
  }

  get count(): number {
    return this.#book.size;
  }

  /** From here on others are told, and waited for. */
  joinNetwork(network: BanNetwork): void {
    this.#network = network;
  }

  /** Loads what stands. A store that cannot be read is asked again until it can; play goes on meanwhile. */
  async start(): Promise<void> {
    this.#expiry ??= every(() => this.#expire(), EXPIRY_MS);
    const { store, clock, log } = this.#options;
    try {
      for (const row of await store.bans(clock.wallMs())) this.#hold(row);
    } catch (error) {
      log.error('bans could not be read: nobody is kept out until they are', {
        reason: 'bans-unread',
        error: messageOf(error),
      });
      this.#retry = clock.setTimer(() => void this.start(), LOAD_RETRY_MS);
    }
  }

  stop(): void {
    this.#expiry?.cancel();
    this.#retry?.cancel();
  }

  /** Resolves when the ban is on disk and in force on this host. */
  async add(by: string, request: BanRequest): Promise<BanOutcome> {
    const { clock, store, log } = this.#options;
    const askedMs = clock.nowMs();
    const target = banTarget(request, this.#trustedProxies);
    if ('outcome' in target) return target;
    if (this.#book.size >= BANS_MAX) {
      return refusal('too-many-bans', `Cannot ban: there are ${BANS_MAX} bans already`);
    }
    const createdMs = clock.wallMs();
    const { seconds, reason } = request;
    const untilMs = seconds === undefined ? undefined : createdMs + Math.ceil(seconds * 1_000);
    const row: BanRow = { id: this.#freshId(), target, untilMs, reason, by, createdMs };
    const others = this.#network?.expect(row.id, false);
    try {
      await store.putBan(row);
    } catch (error) {
      others?.cancel();
      return refusal('store-unavailable', `Cannot ban: ${messageOf(error)}`);
    }
    this.#hold(row);
    await this.#enforce(row);
    log.info(`ban ${row.id}: ${targetText(row)}`, { reason: 'ban', by, why: row.reason });
    this.#tell({ kind: 'ban', row });
    return { outcome: 'banned', row, ...(await this.#acknowledged(askedMs, others)) };
  }

  /** Resolves when the end of the ban is on disk and in force on this host. */
  async remove(by: string, id: string): Promise<UnbanOutcome> {
    const { clock, store, log } = this.#options;
    const askedMs = clock.nowMs();
    if (!this.#book.has(id)) return { outcome: 'unknown' };
    const others = this.#network?.expect(id, true);
    try {
      await store.removeBan(id);
    } catch (error) {
      others?.cancel();
      return refusal('store-unavailable', `Cannot lift the ban: ${messageOf(error)}`);
    }
    // Two operators may lift the same ban at once: the second finds it gone.
    const row = this.#letGo(id);
    if (row === undefined) {
      others?.cancel();
      return { outcome: 'unknown' };
    }
    log.info(`ban ${id} lifted: ${targetText(row)}`, { reason: 'unban', by });
    this.#tell({ kind: 'unban', row });
    return { outcome: 'removed', row, ...(await this.#acknowledged(askedMs, others)) };
  }

  /** A ban of another host, stored already. Resolves when it is in force here; false where it cannot be. */
  async adopt(row: BanRow): Promise<boolean> {
    const { clock, log } = this.#options;
    if (this.#book.has(row.id) || (row.untilMs ?? Infinity) <= clock.wallMs()) return true;
    const range = row.target.kind === 'address' ? parseAddressRange(row.target.address) : undefined;
    if (range !== undefined && this.#trustedProxies.some((proxy) => overlaps(range, proxy))) {
      const reason = 'ban-trusted-proxy';
      log.warn(`ban ${row.id} is not in force here: it holds a trusted proxy`, { reason });
      return false;
    }
    this.#hold(row);
    await this.#enforce(row);
    log.info(`ban ${row.id}: ${targetText(row)}`, { reason: 'ban', by: row.by, why: row.reason });
    this.#tell({ kind: 'ban', row });
    return true;
  }

  /** Another host has lifted the ban, which is stored already. */
  release(id: string): void {
    const row = this.#letGo(id);
    if (row === undefined) return;
    this.#options.log.info(`ban ${id} lifted: ${targetText(row)}`, { reason: 'unban' });
    this.#tell({ kind: 'unban', row });
  }

  has(id: string): boolean {
    return this.#book.has(id);
  }

  /** Bans that hold now, in the order in which they were made. */
  *all(): Generator<BanRow, void> {
    const nowMs = this.#options.clock.wallMs();
    for (const row of this.#book.all()) if ((row.untilMs ?? Infinity) > nowMs) yield row;
  }

  /** The ban that keeps the account of that name out; undefined when none does. */
  ofAccount(name: string): BanRow | undefined {
    return this.#book.ofAccount(nameKey(name), this.#options.clock.wallMs());
  }

  /** The ban that keeps that address out; undefined when none does. */
  ofAddress(address: string): BanRow | undefined {
    return this.#book.ofAddress(address, this.#options.clock.wallMs());
  }

  /** Calls `listener` after each change, until the returned function is called. */
  subscribe(listener: (change: BanChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #hold(row: BanRow): void {
    if (!this.#book.tryAdd(row) || row.target.kind !== 'address') return;
    const range = parseAddressRange(row.target.address);
    if (range !== undefined) this.#addresses.add(range);
  }

  #letGo(id: string): BanRow | undefined {
    const row = this.#book.remove(id);
    if (row !== undefined) this.#open(row);
    return row;
  }

  /** Opens the door again, unless another ban keeps it shut. */
  #open({ target }: BanRow): void {
    const range = target.kind === 'address' ? parseAddressRange(target.address) : undefined;
    if (range !== undefined && !this.#book.hasRange(range)) this.#addresses.delete(range);
  }

  async #enforce(row: BanRow): Promise<void> {
    const { effects } = this.#options;
    const { target } = row;
    if (target.kind === 'account') await effects.expelAccount(target.key, banText(row));
    else await effects.closeAddresses(target.address, banText(row));
  }

  #expire(): void {
    for (const row of this.#book.takeEnded(this.#options.clock.wallMs())) {
      this.#open(row);
      this.#tell({ kind: 'expired', row });
    }
  }

  async #acknowledged(askedMs: number, others: BanWait | undefined): Promise<BanAcks> {
    const { hostId, clock } = this.#options;
    const ms = Math.round((clock.nowMs() - askedMs) * 10) / 10;
    const { acks, pending } = (await others?.result()) ?? { acks: [], pending: [] };
    return { acks: [{ hostId, ms }, ...acks], pending };
  }

  #tell(change: BanChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #freshId(): string {
    for (;;) {
      let id = '';
      for (let at = 0; at < ID_LENGTH; at += 1)
        id += ID_CHARACTERS[randomInt(ID_CHARACTERS.length)];
      if (!this.#book.has(id)) return id;
    }
  }
}

function targetText({ target }: BanRow): string {
  return target.kind === 'account' ? `account ${target.key}` : `address ${target.address}`;
}
