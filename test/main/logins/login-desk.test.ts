/**
 * Goal: everyone at the desk is handed on or refused exactly once, in time, whatever checks and store do. Method: the desk
 * with a directory that only writes down, a check and a store that answer when the test says so.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoginReport } from '../../../src/main/directory/logins.ts';
import { AccountLoader } from '../../../src/main/logins/account-loader.ts';
import { LoginDesk } from '../../../src/main/logins/login-desk.ts';
import { LOGIN_STEPS } from '../../../src/main/logins/login-state.ts';
import {
  refused,
  type LoginAttempt,
  type LoginVerdict,
  type LoginWay,
} from '../../../src/main/logins/login-way.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { Reason, reasonWord } from '../../../src/shared/reason.ts';
import type { AccountRow, BanRow } from '../../../src/shared/store-messages.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const PRACTICE_TOKEN = 'practice';

let clock: VirtualClock;
let said: string[];
let bans: { account?: BanRow; address?: BanRow };
let desks: LoginDesk[];

beforeEach(() => {
  clock = new VirtualClock();
  said = [];
  bans = {};
  desks = [];
});
afterEach(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
});

describe('LoginDesk', () => {
  it('hands on whom nothing speaks against, with what is known of the account', async () => {
    const store = new MemoryStore();
    await store.createAccount({ key: 'ada', name: 'Ada', credential: undefined });
    const desk = deskOf({ store });
    desk.login(report(1, 'ada'));
    desk.login(report(2, 'bob'));
    await expect.poll(() => said).toEqual(['account ada', 'admit 1 ada', 'admit 2 bob']);
    expect(desk.pendingCount).toBe(0);
  });

  it('lets practice bots pass, and nobody else by their names or reserved ones', async () => {
    const desk = deskOf({});
    desk.login(report(1, 'bot-1', PRACTICE_TOKEN));
    desk.login(report(2, 'bot-2'));
    desk.login(report(3, 'Admin'));
    desk.login(report(4, 'a b'));
    expect(said).toEqual([
      'admit 1 bot-1',
      'refuse 2 bad-name',
      'refuse 3 bad-name',
      'refuse 4 bad-name',
    ]);
  });

  it('refuses a banned address before the check, and a banned account after it', async () => {
    const way = new SlowWay();
    const desk = deskOf({ way });
    bans.address = BAN;
    desk.login(report(1, 'ada'));
    expect(said).toEqual(['refuse 1 banned']);
    delete bans.address;
    bans.account = BAN;
    desk.login(report(2, 'ada'));
    way.answer('ada', { isAllowed: true, name: 'ada' });
    await expect.poll(() => said).toEqual(['refuse 1 banned', 'refuse 2 banned']);
  });

  it('refuses whoever is banned while the account is being read', async () => {
    const store = new SlowStore();
    const desk = deskOf({ store });
    desk.login(report(1, 'ada'));
    await settle();
    bans.account = BAN;
    store.answer([]);
    await expect.poll(() => said).toEqual(['refuse 1 banned']);
  });

  it('does not let one slow check hold up others', async () => {
    const way = new SlowWay();
    const desk = deskOf({ way });
    for (const [player, name] of ['ada', 'bob', 'eve'].entries()) desk.login(report(player, name));
    way.answer('bob', { isAllowed: true, name: 'Bob' });
    way.answer('eve', refused(Reason.badLogin, 'no'));
    await expect.poll(() => said).toEqual(['refuse 2 bad-login', 'admit 1 Bob']);
    expect(desk.pendingCount).toBe(1);
  });

  it('refuses a name of the check that nobody may have', async () => {
    const way = new SlowWay();
    const desk = deskOf({ way });
    desk.login(report(1, ''));
    desk.login(report(2, 'bob'));
    way.answer('', { isAllowed: true, name: 'Admin' });
    way.answer('bob', { isAllowed: true, name: 'bot-7' });
    await expect.poll(() => said).toEqual(['refuse 1 bad-name', 'refuse 2 bad-name']);
  });

  it('drops a connection that is gone, once, and tells the directory nothing of it', async () => {
    const way = new SlowWay();
    const desk = deskOf({ way });
    desk.login(report(1, 'ada'));
    expect(desk.closed(1)).toBe(true);
    expect(desk.closed(1)).toBe(false);
    way.answer('ada', { isAllowed: true, name: 'ada' });
    await settle();
    expect(said).toEqual([]);
    desk.login(report(2, 'bob', PRACTICE_TOKEN));
    expect(desk.closed(2)).toBe(false);
  });

  it('refuses a check that fails or takes too long, and does not hear its later answer', async () => {
    const way = new SlowWay();
    const desk = deskOf({ way });
    await desk.start();
    desk.login(report(1, 'ada'));
    desk.login(report(2, 'bob'));
    way.fail('bob');
    await expect.poll(() => said).toEqual(['refuse 2 unavailable']);
    clock.advance(10_000);
    await expect.poll(() => said).toEqual(['refuse 2 unavailable', 'refuse 1 unavailable']);
    way.answer('ada', { isAllowed: true, name: 'ada' });
    await settle();
    expect(said).toHaveLength(2);
  });

  it('takes so many at once and refuses the others', () => {
    const desk = deskOf({ way: new SlowWay(), pendingMax: 2 });
    for (const player of [1, 2, 3]) desk.login(report(player, `name-${player}`));
    expect(said).toEqual(['refuse 3 unavailable']);
    desk.closed(1);
    desk.login(report(4, 'name-4'));
    expect(said).toHaveLength(1);
  });
});

describe('AccountLoader', () => {
  it('reads all who come during one call with the next', async () => {
    const store = new SlowStore();
    const desk = deskOf({ store });
    desk.login(report(1, 'ada'));
    desk.login(report(2, 'bob'));
    await settle();
    for (let player = 3; player < 2_000; player += 1) desk.login(report(player, `name-${player}`));
    expect(store.calls).toEqual([['ada', 'bob']]);
    store.answer([accountOf('ada')]);
    await settle();
    expect(store.calls.map((keys) => keys.length)).toEqual([2, 1_000]);
    store.answer([]);
    await settle();
    expect(store.calls.map((keys) => keys.length)).toEqual([2, 1_000, 997]);
    store.answer([]);
    await expect.poll(() => said.filter((line) => line.startsWith('admit'))).toHaveLength(1_999);
  });

  it('keeps nobody at the door when the store is slow, and uses what it brings later', async () => {
    const store = new SlowStore();
    const desk = deskOf({ store });
    desk.login(report(1, 'ada'));
    await settle();
    clock.advance(1_000);
    await expect.poll(() => said).toEqual(['admit 1 ada']);
    // Until the call is over nobody waits at all.
    desk.login(report(2, 'bob'));
    await expect.poll(() => said).toEqual(['admit 1 ada', 'admit 2 bob']);
    store.answer([accountOf('ada')]);
    await expect.poll(() => said).toContain('account ada');
    desk.login(report(3, 'eve'));
    await settle();
    store.answer([]);
    await expect.poll(() => said).toContain('admit 3 eve');
  });

  it('lets all in when the store fails', async () => {
    const store = new SlowStore();
    const desk = deskOf({ store });
    desk.login(report(1, 'ada'));
    await settle();
    store.fail();
    await expect.poll(() => said).toEqual(['admit 1 ada']);
  });
});

it('LOGIN_STEPS: nothing comes after a decision', () => {
  for (const state of ['in', 'out', 'gone'] as const) {
    expect(new Set(Object.values(LOGIN_STEPS[state]))).toEqual(new Set([undefined]));
  }
});

const BAN: BanRow = {
  id: 'b1',
  target: { kind: 'account', key: 'ada' },
  untilMs: undefined,
  reason: 'cheating',
  by: 'operator',
  createdMs: 0,
};

function accountOf(key: string): AccountRow {
  const fresh = { createdMs: 0, lastSeenMs: 0, matches: 0, wins: 0, ratings: {} };
  return { key, name: key, credential: undefined, ...fresh };
}

function report(player: number, name: string, token?: string): LoginReport {
  const view = ClientView.frame;
  const from = { address: '10.0.0.1', listener: 'frame', view, atMs: 0 };
  return { kind: 'login', player, name, token, ...from };
}

function deskOf(parts: { way?: LoginWay; store?: MemoryStore; pendingMax?: number }): LoginDesk {
  const store = parts.store ?? new MemoryStore();
  const onAccount = (account: AccountRow): void => void said.push(`account ${account.key}`);
  const desk = new LoginDesk({
    way: parts.way,
    store,
    accounts: new AccountLoader(store, clock, (late) => late.forEach(onAccount)),
    bans: { ofAccount: () => bans.account, ofAddress: () => bans.address },
    clock,
    practiceToken: PRACTICE_TOKEN,
    reservedNames: ['admin'],
    pendingMax: parts.pendingMax ?? 10_000,
    host: {
      admit: ({ player, name }) => {
        said.push(`admit ${player} ${name}`);
        return true;
      },
      refuse: (player, { reason }) => void said.push(`refuse ${player} ${reasonWord(reason)}`),
      expel: () => undefined,
      onAccount,
    },
  });
  desks.push(desk);
  return desk;
}

/** Lets all promises that can settle do so. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

class SlowWay implements LoginWay {
  readonly #answers = new Map<string, PromiseWithResolvers<LoginVerdict>>();

  async start(): Promise<void> {}

  async close(): Promise<void> {}

  check({ name }: LoginAttempt): Promise<LoginVerdict> {
    const answer = Promise.withResolvers<LoginVerdict>();
    this.#answers.set(name, answer);
    return answer.promise;
  }

  answer(name: string, verdict: LoginVerdict): void {
    this.#answers.get(name)?.resolve(verdict);
  }

  fail(name: string): void {
    this.#answers.get(name)?.reject(new Error('no'));
  }
}

class SlowStore extends MemoryStore {
  readonly calls: (readonly string[])[] = [];
  #answer = Promise.withResolvers<readonly AccountRow[]>();

  override accounts(keys: readonly string[]): Promise<readonly AccountRow[]> {
    this.calls.push(keys);
    this.#answer = Promise.withResolvers();
    return this.#answer.promise;
  }

  answer(accounts: readonly AccountRow[]): void {
    this.#answer.resolve(accounts);
  }

  fail(): void {
    this.#answer.reject(new Error('the disk is full'));
  }
}
