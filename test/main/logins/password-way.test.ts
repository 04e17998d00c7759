/**
 * Goal: passwords are kept safely, compared safely, and guessing is slow without anyone being locked out. Method: the real
 * scrypt at a low cost, accounts in memory, a clock of the test's own.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { parseRanges } from '../../../src/main/bans/address-range.ts';
import { AccountLoader } from '../../../src/main/logins/account-loader.ts';
import { hashPassword, isOutdated, isPassword } from '../../../src/main/logins/password-hash.ts';
import { PasswordWay } from '../../../src/main/logins/password-way.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const COST = 10;
const HOME = '10.0.0.1';
const AWAY = '192.0.2.7';

let store: MemoryStore;
let clock: VirtualClock;

beforeEach(() => {
  store = new MemoryStore();
  clock = new VirtualClock();
});

describe('a credential', () => {
  it('says how it was made and fits its password only, in any Unicode spelling', async () => {
    const credential = await hashPassword('p\u00e9nguins!', COST);
    expect(credential).toMatch(/^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hashPassword('p\u00e9nguins!', COST)).not.toBe(credential);
    expect(await isPassword('pe\u0301nguins!', credential, COST)).toBe(true);
    expect(await isPassword('penguins!', credential, COST)).toBe(false);
  });

  it('is outdated when the cost is another one, and still fits', async () => {
    const credential = await hashPassword('12345678', COST);
    expect(isOutdated(credential, COST)).toBe(false);
    expect(isOutdated(credential, COST + 1)).toBe(true);
    expect(await isPassword('12345678', credential, COST + 1)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'plain',
    'scrypt$1024$8$1$AAAA$AAAA',
    'scrypt$1000$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt$1073741824$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('that cannot be read (%j) fits nothing', async (credential) => {
    expect(await isPassword('', credential, COST)).toBe(false);
  });
});

describe('PasswordWay', () => {
  it('makes an account at its first login and knows it at the next, in any case of letters', async () => {
    const way = wayOf();
    expect(await enter(way, 'Ada', 'correct horse')).toEqual({ isAllowed: true, name: 'Ada' });
    const [account] = await store.accounts(['ada']);
    expect(account).toMatchObject({ name: 'Ada', credential: expect.stringMatching(/^scrypt\$/) });
    expect(await enter(way, 'ADA', 'correct horse')).toMatchObject({
      isAllowed: true,
      name: 'Ada',
    });
    expect(await enter(way, 'ada', 'Correct horse')).toMatchObject(WRONG);
  });

  it('gives an account of open days to the first who sets its password', async () => {
    await store.createAccount({ key: 'ada', name: 'Ada', credential: undefined });
    const way = wayOf();
    expect(await enter(way, 'ada', 'correct horse')).toMatchObject({
      isAllowed: true,
      name: 'Ada',
    });
    expect(await enter(way, 'ada', 'battery staple')).toMatchObject(WRONG);
  });

  it('refuses a name without a password, and a new account with one that is too short or too long', async () => {
    const way = wayOf();
    expect(await enter(way, 'ada', undefined)).toMatchObject(WRONG);
    expect(await enter(way, 'ada', '')).toMatchObject(WRONG);
    expect(await enter(way, 'ada', '1234567')).toMatchObject(WRONG);
    expect(await enter(way, 'ada', 'x'.repeat(257))).toMatchObject(WRONG);
    expect(await store.accounts(['ada'])).toEqual([]);
  });

  it('says the same of an unknown name and of a wrong password when registration is off', async () => {
    await enter(wayOf(), 'ada', 'correct horse');
    const closed = wayOf({ registration: false });
    const unknown = await enter(closed, 'bob', 'correct horse');
    expect(unknown).toMatchObject(WRONG);
    expect(await enter(closed, 'ada', 'battery staple')).toEqual(unknown);
    expect(await store.accounts(['bob'])).toEqual([]);
  });

  it('lets one of two who come with one new name at once have it', async () => {
    const way = wayOf();
    const passwords = ['first password', 'other password'];
    const verdicts = await Promise.all(passwords.map((password) => enter(way, 'ada', password)));
    expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(1);
    const winner = passwords[verdicts.findIndex(({ isAllowed }) => isAllowed)];
    expect(await enter(way, 'ada', winner)).toMatchObject({ isAllowed: true });
  });

  it('slows guesses of one address at one account, and nobody else', async () => {
    const way = wayOf();
    await enter(way, 'ada', 'correct horse');
    for (let guess = 0; guess < 5; guess += 1) {
      expect(await enter(way, 'ada', 'a wrong guess', AWAY)).toMatchObject(WRONG);
    }
    const slowed = await enter(way, 'ada', 'correct horse', AWAY);
    expect(slowed).toMatchObject({ message: expect.stringContaining('try again in 5 s') });
    expect(await enter(way, 'ada', 'correct horse', HOME)).toMatchObject({ isAllowed: true });
    expect(await enter(way, 'bob', 'correct horse', AWAY)).toMatchObject({ isAllowed: true });
    clock.advance(5_000);
    expect(await enter(way, 'ada', 'correct horse', AWAY)).toMatchObject({ isAllowed: true });
  });

  it('slows guesses of one address at many accounts, but not those behind an unlimited one', async () => {
    const way = wayOf({ registration: false });
    const guesses = async (address: string): Promise<string[]> => {
      const texts: string[] = [];
      for (let guess = 0; guess < 32; guess += 1) {
        const verdict = await enter(way, `name-${guess}`, 'a wrong guess', address);
        texts.push(verdict.isAllowed ? 'in' : verdict.message);
      }
      return texts.filter((text) => text.includes('too many'));
    };
    expect(await guesses(AWAY)).toHaveLength(2);
    expect(await guesses('127.0.0.9')).toHaveLength(0);
  });

  it('charges nobody for a right password', async () => {
    const way = wayOf();
    for (let login = 0; login < 20; login += 1) {
      expect(await enter(way, 'ada', 'correct horse', AWAY)).toMatchObject({ isAllowed: true });
    }
  });

  it('keeps a password anew when the cost has changed', async () => {
    await enter(wayOf(), 'ada', 'correct horse');
    await enter(wayOf({ cost: COST + 1 }), 'ada', 'correct horse');
    await expect
      .poll(async () => (await store.accounts(['ada']))[0]?.credential)
      .toMatch(/^scrypt\$2048\$/);
  });

  it('turns away whoever would wait too long, and says to try again', async () => {
    const way = wayOf();
    const names = Array.from({ length: 450 }, (_, index) => `name-${index}`);
    const all = names.map((name) => enter(way, name, 'correct horse', '127.0.0.9'));
    const verdicts = await Promise.all(all);
    expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(402);
    const turned = verdicts.filter((verdict) => !verdict.isAllowed);
    expect(turned.every((verdict) => verdict.reason === Reason.unavailable)).toBe(true);
  });
});

const WRONG = { isAllowed: false, reason: Reason.badLogin };

function wayOf(options: { registration?: boolean; cost?: number } = {}): PasswordWay {
  return new PasswordWay({
    store,
    accounts: new AccountLoader(store, clock, () => {}),
    clock,
    registration: options.registration ?? true,
    cost: options.cost ?? COST,
    unlimited: parseRanges(['127.0.0.0/8']),
  });
}

function enter(
  way: PasswordWay,
  name: string,
  token: string | undefined,
  address = HOME,
): ReturnType<PasswordWay['check']> {
  return way.check({ name, token, address, listener: 'frame' });
}
