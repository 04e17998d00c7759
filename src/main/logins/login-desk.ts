/**
 * Between the gateways and the directory: nobody is counted, placed or remembered before it is clear who it is. Main thread.
 *
 *   login report -> address banned? name allowed? -> way.check() -> account banned? -> account read -> directory.login()
 *                         \----------------------------\----------------\-> refuse order: no trace but a counted reason
 *
 * Each login goes its own way, so a slow check holds up nobody else; LOGIN_MS_MAX ends those that take too long. A store
 * that fails keeps nobody out who needs no account: they play with default ratings. Practice bots pass.
 */

import type { PlayerRef } from '../../shared/ids.ts';
import { every, type Clock, type Timer } from '../../shared/clock.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import type { AccountRow } from '../../shared/store-messages.ts';
import { banText } from '../bans/ban-request.ts';
import type { BanDesk } from '../bans/ban-desk.ts';
import { DeadlineQueue } from '../directory/deadline-queue.ts';
import type { LoginReport } from '../directory/logins.ts';
import { nameKey } from '../../shared/name-key.ts';
import { nameRefusal, quoted } from '../directory/name-rule.ts';
import type { AccountLoader, AccountStore } from './account-loader.ts';
import { LOGIN_STEPS, type LoginEvent, type LoginState } from './login-state.ts';
import { refused, type LoginRefusal, type LoginVerdict, type LoginWay } from './login-way.ts';

export interface LoginDeskOptions {
  /** Undefined: every free name is welcome. */
  readonly way: LoginWay | undefined;
  readonly store: AccountStore;
  readonly accounts: AccountLoader;
  readonly bans: Pick<BanDesk, 'ofAccount' | 'ofAddress'>;
  readonly clock: Clock;
  readonly practiceToken: string;
  readonly reservedNames: readonly string[];
  /** Logins that may be at the desk at once. */
  readonly pendingMax: number;
  readonly host: LoginHost;
}

/** What the desk has the host do. */
export interface LoginHost {
  /** Hands the login to the directory. False when that refuses it. */
  admit(report: LoginReport): boolean;
  refuse(player: PlayerRef, refusal: LoginRefusal): void;
  /** Closes an account's connection and forgets it; the name as it logged in, undefined when it is not here. */
  expel(name: string, reason: Reason, message: string): string | undefined;
  /** An account was read: its ratings are known from now on. */
  onAccount(account: AccountRow): void;
}

interface PendingLogin {
  state: LoginState;
  /** Its name is the account's once the check has said so. */
  report: LoginReport;
}

const LOGIN_MS_MAX = 10_000;
const SWEEP_MS = 250;
const KICK_CHARS_MAX = 200;

export class LoginDesk {
  /** By outcome, `in` or why not: for the metrics. */
  readonly counts: Record<string, number> = {};
  readonly #options: LoginDeskOptions;
  readonly #reserved: ReadonlySet<string>;
  readonly #pending = new Map<PlayerRef, PendingLogin>();
  readonly #deadlines = new DeadlineQueue<PendingLogin>(LOGIN_MS_MAX);
  #seen: { key: string; name: string; atMs: number }[] = [];
  #sweep: Timer | undefined;

  constructor(options: LoginDeskOptions) {
    this.#options = options;
    this.#reserved = new Set(options.reservedNames.map(nameKey));
  }

  /** Reads keys, starts the check's thread. Throws `login-key`, `login-check`. */
  async start(): Promise<void> {
    await this.#options.way?.start();
    this.#sweep = every(() => this.#onSweep(), SWEEP_MS);
  }

  async close(): Promise<void> {
    this.#sweep?.cancel();
    this.#noteSeen();
    await this.#options.way?.close();
  }

  /** Logins that are not decided. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** A client named itself: it is handed on or refused, in time. */
  login(report: LoginReport): void {
    const { host, practiceToken, way, clock } = this.#options;
    if (report.token === practiceToken) {
      host.admit(report);
      return;
    }
    const refusal = this.#atDoor(report);
    if (refusal !== undefined) {
      this.#turnAway(report, refusal);
      return;
    }
    const login: PendingLogin = { state: 'checking', report };
    this.#pending.set(report.player, login);
    this.#deadlines.add(login, clock.nowMs());
    if (way === undefined) this.#onVerdict(login, { isAllowed: true, name: report.name });
    else void this.#check(login, way);
  }

  /** The connection is gone. True when its login was at the desk: the directory has never heard of it. */
  closed(player: PlayerRef): boolean {
    const login = this.#pending.get(player);
    return login !== undefined && this.#tryStep(login, 'leave');
  }

  /** Closes the account's connection, tells it why, keeps nothing. Its name as it logged in; undefined when it is not here. */
  kick(name: string, reason: string): string | undefined {
    const why = reason.slice(0, KICK_CHARS_MAX);
    const message = why === '' ? 'You were sent away by an operator' : `Kicked: ${why}`;
    return this.#options.host.expel(name, Reason.kicked, message);
  }

  #atDoor({ name, address }: LoginReport): LoginRefusal | undefined {
    const { bans, pendingMax, way } = this.#options;
    if (this.#pending.size >= pendingMax) return refused(Reason.unavailable, CROWDED);
    const ban = bans.ofAddress(address);
    if (ban !== undefined) return refused(Reason.banned, banText(ban));
    // A token or a check may know the name better than the client does.
    return name === '' && way !== undefined ? undefined : this.#nameFault(name);
  }

  #nameFault(name: string): LoginRefusal | undefined {
    const fault = nameRefusal(name, false);
    if (fault !== undefined) return refused(Reason.badName, fault);
    if (!this.#reserved.has(nameKey(name))) return undefined;
    return refused(Reason.badName, `Cannot log in as ${quoted(name)}: that name is reserved`);
  }

  async #check(login: PendingLogin, way: LoginWay): Promise<void> {
    try {
      this.#onVerdict(login, await way.check(login.report));
    } catch {
      // The store, or whatever else the check needs, does not answer: an operator sees it there.
      this.#refuse(login, refused(Reason.unavailable, NOT_NOW));
    }
  }

  #onVerdict(login: PendingLogin, verdict: LoginVerdict): void {
    const refusal = verdict.isAllowed ? this.#keptOut(verdict.name) : verdict;
    if (refusal !== undefined) {
      this.#refuse(login, refusal);
    } else if (verdict.isAllowed && this.#tryStep(login, 'verified')) {
      login.report = { ...login.report, name: verdict.name };
      if (verdict.account === undefined) void this.#load(login);
      else this.#onLoaded(login, verdict.account);
    }
  }

  async #load(login: PendingLogin): Promise<void> {
    let account: AccountRow | undefined;
    try {
      account = await this.#options.accounts.load(nameKey(login.report.name));
    } catch {
      // In with default ratings: the store's trouble is not the player's, and is reported where the store is.
    }
    this.#onLoaded(login, account);
  }

  #onLoaded(login: PendingLogin, account: AccountRow | undefined): void {
    const { host, bans, clock } = this.#options;
    const { name, address } = login.report;
    // Somebody may have been banned while this login was being looked at.
    const ban = bans.ofAccount(name) ?? bans.ofAddress(address);
    if (ban !== undefined) {
      this.#refuse(login, refused(Reason.banned, banText(ban)));
      return;
    }
    if (!this.#tryStep(login, 'loaded')) return;
    if (account !== undefined) host.onAccount(account);
    const isIn = host.admit(login.report);
    // The directory refuses for a full or draining host, and tells the client which.
    this.#count(isIn ? 'in' : 'no-room');
    if (!isIn) return;
    this.#seen.push({ key: nameKey(name), name, atMs: clock.wallMs() });
  }

  #keptOut(name: string): LoginRefusal | undefined {
    const ban = this.#options.bans.ofAccount(name);
    return ban === undefined ? this.#nameFault(name) : refused(Reason.banned, banText(ban));
  }

  #refuse(login: PendingLogin, refusal: LoginRefusal): void {
    if (this.#tryStep(login, 'refuse')) this.#turnAway(login.report, refusal);
  }

  #turnAway(report: LoginReport, refusal: LoginRefusal): void {
    this.#count(reasonWord(refusal.reason));
    this.#options.host.refuse(report.player, refusal);
  }

  #count(outcome: string): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
  }

  /** False when the event comes too late; whoever is decided or gone leaves the desk. */
  #tryStep(login: PendingLogin, event: LoginEvent): boolean {
    const next = LOGIN_STEPS[login.state][event];
    if (next === undefined) return false;
    login.state = next;
    if (next === 'in' || next === 'out' || next === 'gone') {
      this.#pending.delete(login.report.player);
      this.#deadlines.delete(login);
    }
    return true;
  }

  #onSweep(): void {
    const nowMs = this.#options.clock.nowMs();
    let late = this.#deadlines.takeDue(nowMs);
    for (; late !== undefined; late = this.#deadlines.takeDue(nowMs)) {
      this.#refuse(late, refused(Reason.unavailable, NOT_NOW));
    }
    this.#noteSeen();
  }

  #noteSeen(): void {
    if (this.#seen.length === 0) return;
    const seen = this.#seen;
    this.#seen = [];
    this.#options.store.noteSeen(seen);
  }
}

const CROWDED = 'Cannot log in: too many do at this moment, please try again in a few seconds';
const NOT_NOW = 'Cannot log in: that takes too long at the moment, please try again';
