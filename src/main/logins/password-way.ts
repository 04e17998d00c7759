/**
 * Logins by name and password, kept in the store of the network. Main thread; hashing in libuv's threads.
 *
 *   no such account, registration on  ->  made with this password
 *   no such account, registration off ->  as slow as a wrong password, and refused in the same words
 *
 * An account without a password (from days when logins were open) belongs to the first who gives it one.
 */

import type { Clock } from '../../shared/clock.ts';
import { Reason } from '../../shared/reason.ts';
import type { AccountRow } from '../../shared/store-messages.ts';
import { isInAny, type AddressRange } from '../bans/address-range.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { AccountLoader, AccountStore } from './account-loader.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { refused, type LoginAttempt, type LoginVerdict, type LoginWay } from './login-way.ts';
import { hashPassword, isOutdated, isPassword } from './password-hash.ts';
import { WorkQueue } from './work-queue.ts';

export interface PasswordWayOptions {
  readonly store: AccountStore;
  readonly accounts: AccountLoader;
  readonly clock: Clock;
  readonly registration: boolean;
  /** scrypt's N is 2 to this power. */
  readonly cost: number;
  /** Addresses that limits on addresses leave alone. */
  readonly unlimited: readonly AddressRange[];
}

const PASSWORD_CHARS_MIN = 8;
const PASSWORD_CHARS_MAX = 256;
/** Two of libuv's four threads stay free for whatever else main needs. */
const HASHES_AT_ONCE = 2;
/** Ten seconds' worth at the default cost: whoever came later would be late in any case. */
const HASHES_WAITING_MAX = 400;
/** Wrong passwords of one address for one account. */
const PAIR_RATE = { burst: 5, intervalMs: 5_000 };
/** Wrong passwords of one address for any account. */
const ADDRESS_RATE = { burst: 30, intervalMs: 1_000 };
/** New accounts of one address. */
const REGISTRATION_RATE = { burst: 10, intervalMs: 60_000 };

export class PasswordWay implements LoginWay {
  readonly #options: PasswordWayOptions;
  readonly #hashes = new WorkQueue({ atOnce: HASHES_AT_ONCE, waitingMax: HASHES_WAITING_MAX });
  readonly #pairs = new AttemptLimiter(PAIR_RATE);
  readonly #addresses = new AttemptLimiter(ADDRESS_RATE);
  readonly #registrations = new AttemptLimiter(REGISTRATION_RATE);

  constructor(options: PasswordWayOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {}

  async check({ name, token: password, address }: LoginAttempt): Promise<LoginVerdict> {
    if (password === undefined || password === '') return refused(Reason.badLogin, ASK);
    const key = nameKey(name);
    const pair = `${address} ${key}`;
    const waitMs = this.#waitMs(pair, address);
    if (waitMs > 0) return refused(Reason.badLogin, tooManyText('wrong passwords', waitMs));
    this.#pairs.spend(pair, this.#nowMs);
    const account = await this.#options.accounts.load(key);
    const isFree = account?.credential === undefined && this.#options.registration;
    const verdict = isFree
      ? await this.#register({ key, name, password, address }, account)
      : await this.#compare(name, password, account);
    if (verdict.isAllowed || verdict.reason !== Reason.badLogin) {
      this.#pairs.giveBack(pair, this.#nowMs);
    } else if (!isFree) this.#addresses.spend(address, this.#nowMs);
    return verdict;
  }

  async #compare(
    name: string,
    password: string,
    account: AccountRow | undefined,
  ): Promise<LoginVerdict> {
    const { cost } = this.#options;
    const { credential } = account ?? {};
    const text = password.slice(0, PASSWORD_CHARS_MAX + 1);
    const checked = this.#hashes.tryRun(() => isPassword(text, credential, cost));
    if (checked === undefined) return refused(Reason.unavailable, CROWDED);
    if (!(await checked)) return refused(Reason.badLogin, WRONG);
    if (account === undefined || credential === undefined) return refused(Reason.badLogin, WRONG);
    if (isOutdated(credential, cost)) void this.#rehash(account.key, text);
    return { isAllowed: true, name: account.name === '' ? name : account.name, account };
  }

  async #register(
    login: { key: string; name: string; password: string; address: string },
    account: AccountRow | undefined,
  ): Promise<LoginVerdict> {
    const { store, cost, unlimited } = this.#options;
    const { key, name, password, address } = login;
    if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX) {
      return refused(Reason.badLogin, LENGTH);
    }
    const isUnlimited = isInAny(address, unlimited);
    const waitMs = isUnlimited ? 0 : this.#registrations.waitMs(address, this.#nowMs);
    if (waitMs > 0) return refused(Reason.badLogin, tooManyText('new accounts', waitMs));
    const hashed = this.#hashes.tryRun(() => hashPassword(password, cost));
    if (hashed === undefined) return refused(Reason.unavailable, CROWDED);
    const credential = await hashed;
    this.#registrations.spend(address, this.#nowMs);
    if (account !== undefined) {
      await store.setCredential(key, credential);
      return { isAllowed: true, name: account.name, account };
    }
    const { outcome } = await store.createAccount({ key, name, credential });
    // Two came with one new name at the same time: the other was faster.
    return outcome === 'created' ? { isAllowed: true, name } : refused(Reason.badLogin, WRONG);
  }

  /** The right password under a cost that has changed meanwhile: kept anew, when there is nothing better to do. */
  async #rehash(key: string, password: string): Promise<void> {
    const { cost, store } = this.#options;
    try {
      const credential = await this.#hashes.tryRun(() => hashPassword(password, cost));
      if (credential !== undefined) await store.setCredential(key, credential);
    } catch {
      // The next login tries again.
    }
  }

  #waitMs(pair: string, address: string): number {
    const ofPair = this.#pairs.waitMs(pair, this.#nowMs);
    if (isInAny(address, this.#options.unlimited)) return ofPair;
    return Math.max(ofPair, this.#addresses.waitMs(address, this.#nowMs));
  }

  get #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

const ASK = 'This host asks for a password: log in with a name and its password';
const WRONG = 'Cannot log in: the name or the password is wrong';
const LENGTH = `Cannot make an account: a password has ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`;
const CROWDED = 'Cannot log in: too many do at this moment, please try again in a few seconds';

function tooManyText(what: string, waitMs: number): string {
  return `Cannot log in: too many ${what}, try again in ${Math.ceil(waitMs / 1_000)} s`;
}
