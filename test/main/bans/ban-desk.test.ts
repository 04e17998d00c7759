/**
 * Goal: a ban is on disk before it is in force, in force before it is acknowledged, and nothing is done by halves. Method: the
 * desk with accounts in memory, a store that fails when told to, and effects that are written down.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BanDesk, type BanChange } from '../../../src/main/bans/ban-desk.ts';
import type { BanRow } from '../../../src/shared/store-messages.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { silentLog } from '../../support/silent-log.ts';

let clock: VirtualClock;
let store: TestStore;
let said: string[];
let desk: BanDesk;

beforeEach(() => {
  clock = new VirtualClock();
  said = [];
  store = new TestStore(said);
  desk = deskOf();
});
afterEach(() => desk.stop());

describe('BanDesk.add()', () => {
  it('writes, then enforces, then acknowledges', async () => {
    const outcome = await desk.add('eve', { account: 'ADA', seconds: 60, reason: 'spam' });
    said.push('acknowledged');
    expect(said).toEqual([
      'put account ada',
      expect.stringMatching(/^expel ada: Banned until .* UTC: spam$/),
      'acknowledged',
    ]);
    if (outcome.outcome !== 'banned') throw new Error(outcome.message);
    expect(outcome).toMatchObject({ acks: [{ hostId: 'here' }], pending: [] });
    const createdMs = clock.wallMs();
    expect(outcome.row).toMatchObject({ by: 'eve', createdMs, untilMs: createdMs + 60_000 });
    expect(outcome.row.id).toMatch(/^[2-9a-z]{8}$/);
    expect(desk.ofAccount('Ada')).toBe(outcome.row);
  });

  it('changes nothing when it cannot be written', async () => {
    store.isFailing = true;
    const outcome = await desk.add('eve', { address: '10.0.0.1', reason: '' });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'store-unavailable' });
    expect([desk.count, desk.blockList.check('10.0.0.1')]).toEqual([0, false]);
    expect(said).toEqual([]);
  });

  it.each([
    [{}, 'bad-ban'],
    [{ account: 'ada', address: '10.0.0.1' }, 'bad-ban'],
    [{ account: 'a b' }, 'bad-ban'],
    [{ address: 'everyone' }, 'bad-ban'],
    [{ address: '0.0.0.0/0' }, 'bad-ban'],
    [{ address: '2000::/3' }, 'bad-ban'],
    [{ account: 'ada', seconds: 0 }, 'bad-ban'],
    [{ account: 'ada', seconds: Number.NaN }, 'bad-ban'],
    [{ account: 'ada', seconds: 1e12 }, 'bad-ban'],
    [{ account: 'ada', reason: 'x'.repeat(201) }, 'bad-ban'],
    [{ address: '192.0.2.1' }, 'ban-trusted-proxy'],
    [{ address: '192.0.2.128/25' }, 'ban-trusted-proxy'],
    [{ address: '192.0.0.0/8' }, 'ban-trusted-proxy'],
  ])('refuses %j', async (request, code) => {
    const outcome = await desk.add('eve', { reason: '', ...request });
    expect(outcome).toMatchObject({ outcome: 'refused', code });
    expect(said).toEqual([]);
  });
});

describe('BanDesk.remove()', () => {
  it('opens the door when it is on disk, once', async () => {
    const outcome = await desk.add('eve', { address: '10.0.0.0/24', reason: '' });
    if (outcome.outcome !== 'banned') throw new Error(outcome.message);
    const { id } = outcome.row;
    store.isFailing = true;
    expect(await desk.remove('eve', id)).toMatchObject({ code: 'store-unavailable' });
    expect(desk.blockList.check('10.0.0.9')).toBe(true);
    store.isFailing = false;
    const twice = await Promise.all([desk.remove('eve', id), desk.remove('eve', id)]);
    expect(twice.map((one) => one.outcome)).toEqual(['removed', 'unknown']);
    expect(desk.blockList.check('10.0.0.9')).toBe(false);
    expect(await desk.remove('eve', 'nothing')).toEqual({ outcome: 'unknown' });
  });
});

describe('a ban', () => {
  it('ends by the wall clock, and listeners hear of all that happens', async () => {
    const changes: BanChange['kind'][] = [];
    const unsubscribe = desk.subscribe(({ kind }) => changes.push(kind));
    await desk.start();
    await desk.add('eve', { address: '10.0.0.1', seconds: 1, reason: '' });
    const lifted = await desk.add('eve', { account: 'ada', reason: '' });
    if (lifted.outcome === 'banned') await desk.remove('eve', lifted.row.id);
    clock.advance(999);
    expect(desk.ofAddress('::ffff:10.0.0.1')).toBeDefined();
    clock.advance(1);
    expect(desk.ofAddress('10.0.0.1')).toBeUndefined();
    await expect.poll(() => desk.blockList.check('10.0.0.1'), { timeout: 5_000 }).toBe(false);
    expect(changes).toEqual(['ban', 'ban', 'unban', 'expired']);
    unsubscribe();
    await desk.add('eve', { account: 'ada', reason: '' });
    expect(changes).toHaveLength(4);
  });

  it('stands again after a start, as soon as the store can be read', async () => {
    await desk.add('eve', { address: '10.0.0.1', reason: '' });
    await desk.add('eve', { account: 'ada', reason: '' });
    store.isFailing = true;
    const next = deskOf();
    await next.start();
    expect(next.count).toBe(0);
    store.isFailing = false;
    clock.advance(5_000);
    await expect.poll(() => next.count).toBe(2);
    expect([next.blockList.check('10.0.0.1'), next.ofAccount('ADA') !== undefined]).toEqual([
      true,
      true,
    ]);
    next.stop();
  });
});

describe('a ban of another host', () => {
  const row: BanRow = {
    id: 'there',
    target: { kind: 'address', address: '10.0.0.0/24' },
    untilMs: undefined,
    reason: 'spam',
    by: 'eve',
    createdMs: 1,
  };

  it('is in force without being written again, once, until it is lifted there', async () => {
    const changes: BanChange['kind'][] = [];
    desk.subscribe(({ kind }) => changes.push(kind));
    expect([await desk.adopt(row), await desk.adopt(row)]).toEqual([true, true]);
    expect(said).toEqual(['close 10.0.0.0/24: Banned: spam']);
    expect(desk.ofAddress('10.0.0.9')).toBe(row);
    desk.release('there');
    desk.release('there');
    expect([desk.count, desk.blockList.check('10.0.0.9')]).toEqual([0, false]);
    expect(changes).toEqual(['ban', 'unban']);
  });

  it('is nothing when it has ended, and is refused where it holds a trusted proxy', async () => {
    expect(await desk.adopt({ ...row, untilMs: clock.wallMs() })).toBe(true);
    const target = { kind: 'address', address: '192.0.0.0/16' } as const;
    expect(await desk.adopt({ ...row, target })).toBe(false);
    expect([desk.count, said]).toEqual([0, []]);
  });

  it('is acknowledged by the others, who are told nothing of what could not be written', async () => {
    const waits: string[] = [];
    desk.joinNetwork({
      expect: (_id, isLifted) => ({
        result: async () => ({ acks: [{ hostId: 'there', ms: 5 }], pending: ['gone'] }),
        cancel: () => waits.push(isLifted ? 'no unban' : 'no ban'),
      }),
    });
    const outcome = await desk.add('eve', { account: 'ada', reason: '' });
    const acks = [{ hostId: 'here' }, { hostId: 'there', ms: 5 }];
    expect(outcome).toMatchObject({ acks, pending: ['gone'] });
    store.isFailing = true;
    await desk.add('eve', { account: 'bob', reason: '' });
    if (outcome.outcome === 'banned') await desk.remove('eve', outcome.row.id);
    expect(waits).toEqual(['no ban', 'no unban']);
  });
});

function deskOf(): BanDesk {
  return new BanDesk({
    hostId: 'here',
    store,
    trustedProxies: ['192.0.2.0/24'],
    clock,
    log: silentLog(),
    effects: {
      expelAccount: async (key, message) => void said.push(`expel ${key}: ${message}`),
      closeAddresses: async (range, message) => void said.push(`close ${range}: ${message}`),
    },
  });
}

class TestStore extends MemoryStore {
  isFailing = false;
  readonly #said: string[];

  constructor(lines: string[]) {
    super();
    this.#said = lines;
  }

  override async bans(nowMs: number): Promise<readonly BanRow[]> {
    this.#check();
    return super.bans(nowMs);
  }

  override async putBan(ban: BanRow): Promise<void> {
    this.#check();
    this.#said.push(
      ban.target.kind === 'account' ? `put account ${ban.target.key}` : 'put address',
    );
    await super.putBan(ban);
  }

  override async removeBan(id: string): Promise<boolean> {
    this.#check();
    return super.removeBan(id);
  }

  #check(): void {
    if (this.isFailing) throw new Error('the disk is full');
  }
}
