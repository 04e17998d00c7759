/**
 * Goal: a link that takes nothing holds up its own players and nobody else, what waits for it is bounded, and it is given up when
 * that lasts; when it does not, no byte is lost. Method: a home and two match hosts in one thread, the real Bridge of each; the
 * link to one of the match hosts stalls for a while or for good, drawn from a seed, while its players flood it.
 */

import { afterAll, describe, expect, it } from 'vitest';
import { handlerIndexOf, type HandlerRef } from '../../../src/shared/ids.ts';
import { DataFlag } from '../../../src/shared/record-layout.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { MemoryLink, type LinkMarks } from './memory-link.ts';
import { BRIDGE_ROW, ProxyHost } from './proxy-host.ts';
import type { PlayerMarks } from './stream-player.ts';

const ROUNDS = 4;
const PLAYERS = 8;
const FLOOD_BYTES = 400;
const LINK_BYTES = 8_000;
const PUMP = 40;
const SETTLE_MS = 200;
const WATCH_MS = 400;
const STALL_MS = 2_000;
/** What a link may lag by before its players are held, in each direction, and what was on its way by then. */
const WAITING_BYTES_MAX = 2 * 256 * 1_024 + 256 * 1_024;

const firstSeed = runSeed('lagging link');
const totals = { givenUp: 0, recovered: 0, waitingBytesMax: 0 };

function marksOf(): PlayerMarks {
  const none = { moves: 0, ringsFull: 0, bytesUnread: 0, bytesEchoed: 0, counts: 0, fenced: 0 };
  return { ...none, cut: 0, held: 0 };
}

class Stage {
  readonly home: ProxyHost;
  readonly good: ProxyHost;
  readonly lagging: ProxyHost;
  readonly links: { readonly good: MemoryLink; readonly lagging: MemoryLink };
  /** Of the home's players in a match on each of the two, and of the lagging host's in a match on the home. */
  readonly marks = { good: marksOf(), lagging: marksOf(), guests: marksOf() };
  readonly #random;
  isStalled = false;
  nowMs = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const host = (hostId: string): ProxyHost =>
      new ProxyHost({ hostId, incarnation: 1 }, () => this.nowMs);
    [this.home, this.good, this.lagging] = [host('home'), host('good'), host('lagging')];
    const marks: LinkMarks = { messages: 0, bytes: 0, refusals: 0 };
    const options = { capacityBytes: LINK_BYTES, marks };
    this.links = {
      good: new MemoryLink(this.home, this.good, options),
      lagging: new MemoryLink(this.home, this.lagging, options),
    };
    this.#seat(this.home, this.good, { seed, marks: this.marks.good });
    const backlogBytesMax = Infinity;
    this.#seat(this.home, this.lagging, { seed, marks: this.marks.lagging, backlogBytesMax });
    this.#seat(this.lagging, this.home, { seed, marks: this.marks.guests });
  }

  run(forMs: number): void {
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs;) this.#turn();
  }

  get held(): HandlerRef[] {
    const { holds } = this.home.tables.handlers;
    return [...holds.keys()].filter((row) => holds[row] === 1);
  }

  get waitingBytes(): number {
    return this.home.bridge.counts().waitingBytes;
  }

  get givenUp(): number {
    return this.home.bridge.refusals['slow-peer'] ?? 0;
  }

  /** Some players of `from` in a match on `at`. */
  #seat(
    from: ProxyHost,
    at: ProxyHost,
    options: { seed: number; marks: PlayerMarks; backlogBytesMax?: number },
  ): void {
    const matchHandler = at.open();
    const handler = from.rows.tryTakeRemote(BRIDGE_ROW, { modeRow: 0, nowMs: 0 });
    if (handler === undefined) throw new Error('Cannot open a match: no row');
    at.bridge.apply([{ kind: 'admit', handler: matchHandler }]);
    from.bridge.apply([{ kind: 'route', handler, host: at.identity, matchHandler }]);
    for (let count = 0; count < PLAYERS; count += 1) from.addPlayer(options, handler);
  }

  #turn(): void {
    this.nowMs += 1;
    for (const host of [this.home, this.good, this.lagging]) {
      for (const [index, player] of host.players.entries()) {
        const isFlooding = host === this.home && index >= PLAYERS;
        player.send(1 + this.#random.below(isFlooding ? FLOOD_BYTES : 40));
      }
      for (const worker of host.workers) {
        worker.broadcast(this.nowMs % 16 === 0 ? DataFlag.event : DataFlag.volatile);
      }
      host.turn();
      host.bridge.step();
    }
    this.links.good.pump(PUMP);
    this.links.lagging.pump(this.isStalled ? 0 : PUMP);
    totals.waitingBytesMax = Math.max(totals.waitingBytesMax, this.waitingBytes);
  }
}

afterAll(() => console.log(`lagging link: ${JSON.stringify(totals)}`));

describe('a link that takes nothing', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => firstSeed + round))(
    'holds up its own players only, seed %i',
    (seed) => {
      const stage = new Stage(seed);
      const { good, lagging } = stage.marks;
      stage.run(SETTLE_MS);
      const beforeBytes = good.bytesEchoed;
      stage.run(WATCH_MS);
      const usualBytes = good.bytesEchoed - beforeBytes;
      expect(usualBytes).toBeGreaterThan(WATCH_MS);

      stage.isStalled = true;
      stage.run(SETTLE_MS);
      const stalledBytes = good.bytesEchoed;
      stage.run(WATCH_MS);
      // Those who play elsewhere notice nothing; those on the link wait at their gateway.
      expect(good.bytesEchoed - stalledBytes).toBeGreaterThan(usualBytes * 0.8);
      expect(stage.held).toEqual([handlerIndexOf(stage.home.players[PLAYERS]?.handler ?? 0)]);
      expect(lagging.held).toBeGreaterThan(0);
      expect(stage.waitingBytes).toBeLessThan(WAITING_BYTES_MAX);

      if (seed % 2 === 0) giveUp(stage);
      else recover(stage);
      expect(stage.home.players.slice(0, PLAYERS).every(({ wrong }) => wrong === 0)).toBe(true);
      expect(stage.links.good.isUp).toBe(true);
    },
    120_000,
  );

  it('was met in both ways, and what waited for it was bounded', () => {
    expect(totals.givenUp).toBeGreaterThan(0);
    expect(totals.recovered).toBeGreaterThan(0);
    expect(totals.waitingBytesMax).toBeGreaterThan(256 * 1_024);
    expect(totals.waitingBytesMax).toBeLessThan(WAITING_BYTES_MAX);
  });
});

function giveUp(stage: Stage): void {
  stage.run(STALL_MS);
  expect(stage.links.lagging.isUp).toBe(false);
  expect(stage.givenUp).toBe(1);
  // Nothing waits for it any more, in the bridge or at a gateway.
  expect([stage.waitingBytes, stage.held]).toEqual([0, []]);
  totals.givenUp += 1;
}

function recover(stage: Stage): void {
  const { lagging, guests } = stage.marks;
  stage.isStalled = false;
  const before = lagging.bytesEchoed;
  const guestsBefore = guests.bytesEchoed;
  stage.run(SETTLE_MS + WATCH_MS);
  expect([stage.links.lagging.isUp, stage.givenUp]).toEqual([true, 0]);
  expect(lagging.bytesEchoed).toBeGreaterThan(before);
  expect(guests.bytesEchoed).toBeGreaterThan(guestsBefore);
  const players = [...stage.home.players, ...stage.lagging.players];
  expect(players.every(({ wrong, closedWhy }) => wrong === 0 && closedWhy === undefined)).toBe(
    true,
  );
  totals.recovered += 1;
}
