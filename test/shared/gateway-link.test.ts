/**
 * Goal: when the ring down is full, order is kept, only volatile messages are lost, whoever would lose another is closed
 * with a reason, and a LEFT always comes. Method: a real small ring, and a reader that writes down what it gets.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { Doorbell, DoorbellRinger, doorbellByteLength } from '../../src/shared/doorbell.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { Reason } from '../../src/shared/reason.ts';
import {
  COUNT_OFFSET,
  DataFlag,
  ONE_BODY_OFFSET,
  PLAYERS_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
  dataManyBodyOffset,
} from '../../src/shared/record-layout.ts';
import { RingReader, ringByteLength } from '../../src/shared/spsc-ring.ts';
import { GatewayLink, OVERFLOW_BYTES_MAX, whenAllWritten } from '../../src/shared/gateway-link.ts';
import { runSeed } from '../support/run-seed.ts';

const SEED = runSeed('gateway-link');
const CAPACITY = 8_192;
const HANDLER = 9;
const PLAYERS_MAX = 2_000;
const LIMIT = 100_000;

let rings = 0;
let bell: Doorbell;
let link: GatewayLink;
let reader: RingReader;

beforeEach(() => {
  rings = 0;
  const bells = new SharedArrayBuffer(doorbellByteLength(1));
  bell = new Doorbell(bells, 0);
  const down = new SharedArrayBuffer(ringByteLength(CAPACITY));
  link = new GatewayLink({
    up: new SharedArrayBuffer(ringByteLength(CAPACITY)),
    down,
    bell: new DoorbellRinger(bells, 0, () => {
      rings += 1;
    }),
    playersMax: PLAYERS_MAX,
  });
  reader = new RingReader(down);
});

/** What the gateway gets: `players: text` of each record. */
function read(): string[] {
  const seen: string[] = [];
  reader.drain(LIMIT, (kind, flags, byteOffset, byteLength) => {
    const word = (offset: number): number => reader.view.getUint32(byteOffset + offset, true);
    const isMany = kind === RecordKind.dataMany;
    const bodyOffset = isMany ? dataManyBodyOffset(word(COUNT_OFFSET)) : ONE_BODY_OFFSET;
    const players = isMany
      ? Array.from({ length: word(COUNT_OFFSET) }, (_, index) => word(PLAYERS_OFFSET + index * 4))
      : [word(PLAYER_OFFSET)];
    const body = reader.bytes.slice(byteOffset + bodyOffset, byteOffset + byteLength);
    const text = Buffer.from(body).toString('latin1').replaceAll('.', '');
    if (kind === RecordKind.left) seen.push(`left ${players.join(',')}`);
    else if (kind === RecordKind.close) seen.push(`close ${players.join(',')} ${flags}`);
    else seen.push(`${players.join(',')}: ${text}`);
  });
  return seen;
}

/** Publishes and reads until nothing waits any more. */
function readAll(): string[] {
  const seen: string[] = [];
  for (let turns = 0; turns < LIMIT; turns += 1) {
    link.publish();
    seen.push(...read());
    if (!link.isBlocked) return seen;
  }
  throw new Error('Cannot empty the link: it stays blocked');
}

function one(player: number, text: string, flags = 0): void {
  link.one(flags, { handler: HANDLER, player }, Buffer.from(text));
}

/** Fills the ring; returns how many messages it took. */
function fill(): number {
  let count = 0;
  for (; !link.isBlocked; count += 1) one(1, `fill${count}`.padEnd(1_000, '.'));
  return count;
}

function toMany(players: readonly number[], text: string, flags = 0): void {
  link.players.set(players);
  link.count = players.length;
  link.many(flags, HANDLER, Buffer.from(text));
}

describe('whenAllWritten()', () => {
  it('calls back at once where nothing waits, when all is shown to the gateway', () => {
    let calls = 0;
    one(1, 'said', 0);
    whenAllWritten([link], () => {
      calls += 1;
      expect(read()).toEqual(['1: said']);
    });
    expect(calls).toBe(1);
    whenAllWritten([], () => (calls += 1));
    expect(calls).toBe(2);
  });

  it('calls back once, after all that waits for room has been written', () => {
    let calls = 0;
    for (let index = 0; !link.isBlocked; index += 1) one(1, `#${index}`.padEnd(1_000, '.'), 0);
    one(1, 'last', 0);
    whenAllWritten([link], () => (calls += 1));
    one(1, 'of another match', 0);
    expect(calls).toBe(0);
    const seen: string[] = [];
    for (let turn = 0; link.isBlocked; turn += 1) {
      expect(turn).toBeLessThan(100);
      seen.push(...read());
      link.publish();
    }
    seen.push(...read());
    expect(calls).toBe(1);
    expect(seen.slice(-2)).toEqual(['1: last', '1: of another match']);
  });
});

describe('GatewayLink', () => {
  it('shows a batch at publish() only, and rings once for a sleeping gateway', () => {
    bell.fallAsleep();
    one(1, 'a');
    one(2, 'b');
    expect(read()).toEqual([]);
    link.publish();
    expect(read()).toEqual(['1: a', '2: b']);
    link.publish();
    expect(rings).toBe(1);
  });

  it('keeps what the ring has no room for, in order, drops volatile messages, and counts itself blocked', () => {
    const count = fill();
    one(2, 'kept 1');
    one(2, 'lost', DataFlag.volatile);
    toMany([1, 2], 'lost too', DataFlag.volatile);
    toMany([1, 2], 'kept 2');
    link.left({ handler: HANDLER, player: 2 }, Buffer.from('rest'));
    link.close({ handler: HANDLER, player: 1 }, Reason.kicked, 'out');
    expect(link.isBlocked).toBe(true);
    expect(readAll()).toEqual([
      ...Array.from({ length: count }, (_, index) => `1: fill${index}`),
      '2: kept 1',
      '1,2: kept 2',
      'left 2',
      `close 1 ${Reason.kicked}`,
    ]);
  });

  it('writes nothing past what waits, even when it would fit', () => {
    fill();
    one(2, 'large'.padEnd(1_500, '.'));
    link.publish();
    read();
    // The ring is empty now, but the large message is still first in line until the next publish().
    one(2, 'small');
    expect(readAll()).toEqual(['1: fill8', '2: large', '2: small']);
  });

  it('copies what waits: the caller may change its bytes and its list of players', () => {
    fill();
    const bytes = Buffer.from('then');
    link.one(0, { handler: HANDLER, player: 5 }, bytes);
    toMany([6, 7], 'both');
    bytes.fill('x');
    link.players.fill(0);
    expect(readAll().slice(-2)).toEqual(['5: then', '6,7: both']);
  });

  it('splits a broadcast to more players than one record can name', () => {
    const players = Array.from({ length: 1_200 }, (_, index) => index + 1);
    toMany(players, 'x'.repeat(100));
    const records = readAll();
    expect(records.length).toBeGreaterThan(1);
    const named = records.flatMap((record) => record.split(':')[0]?.split(',').map(Number) ?? []);
    expect(named).toEqual(players);
  });

  it('closes who would lose a message beyond the cap, once, and still tells of every LEFT', () => {
    fill();
    const text = 'm'.padEnd(1_900, '.');
    const count = Math.ceil(OVERFLOW_BYTES_MAX / 1_900);
    for (let index = 0; index < count; index += 1) one(2, text);
    for (const player of [3, 4, 3, 4]) one(player, text);
    toMany([4, 5], text);
    for (const player of [2, 3, 4, 5]) link.left({ handler: HANDLER, player }, Buffer.alloc(0));
    const seen = readAll();
    const { unavailable } = Reason;
    expect(seen.filter((record) => record.startsWith('close')).sort()).toEqual(
      [2, 3, 4, 5].map((player) => `close ${player} ${unavailable}`),
    );
    expect(seen.slice(-4)).toEqual(['left 2', 'left 3', 'left 4', 'left 5']);
    expect(seen.filter((record) => /^[345]:|^4,5:/.test(record))).toEqual([]);
    // All is forgotten with the last of it: the next player of that number is served.
    one(3, 'again');
    expect(readAll()).toEqual(['3: again']);
  });

  it('closes a player whose unread bytes no record can carry, and answers LEFT all the same', () => {
    const target = { handler: HANDLER, player: 2 };
    const largest = CAPACITY / 4 - 8 - 12;
    link.left(target, Buffer.alloc(largest, '.'));
    link.left(target, Buffer.alloc(largest + 1, '.'));
    expect(readAll()).toEqual(['left 2', `close 2 ${Reason.inputOverflow}`, 'left 2']);
  });
});

it('GatewayLink keeps the order of every player, whatever is full when', () => {
  const random = seededRandom(SEED);
  const marks = { kept: 0, lost: 0, blocked: 0, lefts: 0 };
  const sent: { text: string; isVolatile: boolean }[] = [];
  const seen: string[] = [];
  for (let turn = 0; turn < 3_000; turn += 1) {
    for (let count = random.below(12); count > 0; count -= 1) {
      const isVolatile = random.below(3) === 0;
      const text = `#${sent.length}`;
      const padded = text.padEnd(random.below(1_500), '.');
      marks.blocked += Number(link.isBlocked);
      if (random.below(10) === 0) {
        link.left({ handler: HANDLER, player: 1 }, Buffer.alloc(0));
        sent.push({ text: 'left 1', isVolatile: false });
        marks.lefts += 1;
        continue;
      }
      if (random.below(2) === 0) one(1, padded, isVolatile ? DataFlag.volatile : 0);
      else toMany([1, 2], padded, isVolatile ? DataFlag.volatile : 0);
      sent.push({ text, isVolatile });
    }
    link.publish();
    // The gateway stalls for some turns.
    if (random.below(3) > 0) seen.push(...read());
  }
  seen.push(...readAll());
  let next = 0;
  for (const record of seen) {
    const text = record.replace(/^.*: /, '');
    // Whatever was passed over must have been volatile.
    for (; sent[next]?.text !== text; next += 1) {
      if (next >= sent.length) throw new Error(`Cannot place "${record}": out of order`);
      expect(sent[next]?.isVolatile).toBe(true);
      marks.lost += 1;
    }
    marks.kept += 1;
    next += 1;
  }
  expect(sent.slice(next).every(({ isVolatile }) => isVolatile)).toBe(true);
  console.log('gateway-link marks', JSON.stringify(marks));
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(500);
});
