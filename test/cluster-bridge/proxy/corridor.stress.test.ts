/**
 * Goal: however often players are moved between handlers of their own host and handlers of another one, no byte of their
 * streams is lost, repeated, reordered or given to someone else; a cut costs those who were on that link their bytes on
 * their way and nobody else anything; at the end nothing is left behind. Method: two hosts with small rings in one thread,
 * the real Bridge of each, a link in memory that is sometimes full, sometimes cut; gateways, workers and main are the
 * test. PROXY_MOVES says how many moves (20,000), TEST_SEED repeats a run.
 */

import { afterAll, expect, it } from 'vitest';
import { handlerIndexOf, type HandlerRef } from '../../../src/shared/ids.ts';
import { DataFlag } from '../../../src/shared/record-layout.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { MemoryLink, type LinkMarks } from './memory-link.ts';
import { BRIDGE_ROW, GATEWAYS, ProxyHost, SLOTS_PER_GATEWAY } from './proxy-host.ts';
import type { PlayerMarks, StreamPlayer } from './stream-player.ts';

const MOVES = Number(process.env['PROXY_MOVES'] ?? 20_000);
const PLAYERS_PER_HOST = 40;
const LINK_BYTES = 6_000;
const MATCHES_MAX = 6;
const STALL_EVERY = 300;
const STALL_MS = 300;
const TURNS_MAX = 4_000_000;
const seed = runSeed('proxy corridor');
const random = seededRandom(seed);
const marks: PlayerMarks = {
  moves: 0,
  ringsFull: 0,
  bytesUnread: 0,
  bytesEchoed: 0,
  counts: 0,
  fenced: 0,
  cut: 0,
  held: 0,
};
const linkMarks: LinkMarks = { messages: 0, bytes: 0, refusals: 0 };
const totals = { cuts: 0, matches: 0, crossings: 0, blockedWorkers: 0, stalls: 0 };

/** A match that runs on one host, with a row for it on each. */
interface Match {
  readonly host: ProxyHost;
  readonly handler: HandlerRef;
  /** On the other host. */
  readonly away: HandlerRef;
  isOver: boolean;
}

class Referee {
  readonly hosts: readonly [ProxyHost, ProxyHost];
  readonly lobbies = new Map<ProxyHost, HandlerRef>();
  readonly matches = new Set<Match>();
  readonly #stalls = new Map<string, number>();
  nowMs = 0;
  link: MemoryLink;

  constructor() {
    const clock = (): number => this.nowMs;
    this.hosts = [
      new ProxyHost({ hostId: 'one', incarnation: 1 }, clock),
      new ProxyHost({ hostId: 'two', incarnation: 1 }, clock),
    ];
    this.link = this.#connect();
    for (const [index, host] of this.hosts.entries()) {
      const lobby = host.open();
      this.lobbies.set(host, lobby);
      for (let count = 0; count < PLAYERS_PER_HOST; count += 1) {
        host.addPlayer({ seed: seed + index * 1_000 + count, marks }, lobby);
      }
    }
  }

  /** One millisecond; moves players while `isMoving`. */
  turn(isMoving: boolean): void {
    this.nowMs += 1;
    for (const host of this.hosts) {
      for (const player of host.players) {
        if (random.below(3) === 0) player.send(1 + random.below(random.below(8) === 0 ? 180 : 24));
        if (isMoving && player.isSettled && random.below(12) === 0) this.#move(host, player);
      }
      for (const worker of host.workers) {
        if (random.below(16) === 0) worker.broadcast(DataFlag.event);
        if (random.below(8) === 0) worker.broadcast(DataFlag.volatile);
        if (worker.isBlocked) totals.blockedWorkers += 1;
      }
      if (isMoving) host.turn((part) => this.#isStalled(`${host.identity.hostId} ${part}`));
      else host.turn();
      host.bridge.step();
    }
    // In bursts, so that it is full now and then.
    if (random.below(3) > 0) this.link.pump(1 + random.below(4));
    if (!this.link.isUp) this.cut();
    this.#retire();
  }

  /** The link breaks: whoever was on it is home at once, with a new stream. A new link follows. */
  cut(): void {
    totals.cuts += 1;
    this.link.cut();
    for (const match of this.matches) {
      match.isOver = true;
      const home = this.other(match.host);
      const isAway = (at: HandlerRef): boolean => at === match.away;
      for (const player of home.players) {
        if (isAway(player.handler)) player.cut(this.lobby(home));
        else if (isAway(player.target)) player.target = this.lobby(home);
      }
    }
    this.link = this.#connect();
  }

  openMatch(): void {
    if (this.matches.size >= MATCHES_MAX) return;
    const host = this.hosts[random.below(2)] ?? this.hosts[0];
    const home = this.other(host);
    const handler = host.open();
    const away = home.rows.tryTakeRemote(BRIDGE_ROW, { modeRow: 0, nowMs: this.nowMs });
    if (away === undefined) throw new Error('Cannot open a match: no row');
    host.bridge.apply([{ kind: 'admit', handler }]);
    const route = { handler: away, host: host.identity, matchHandler: handler };
    home.bridge.apply([{ kind: 'route', ...route }]);
    this.matches.add({ host, handler, away, isOver: false });
    totals.matches += 1;
  }

  /** Where players are and are going. */
  isEmpty({ host, handler, away }: Match): boolean {
    const isThere = (at: HandlerRef, player: StreamPlayer): boolean =>
      player.handler === at || player.target === at;
    return (
      !host.players.some((player) => isThere(handler, player)) &&
      !this.other(host).players.some((player) => isThere(away, player))
    );
  }

  other(host: ProxyHost): ProxyHost {
    return host === this.hosts[0] ? this.hosts[1] : this.hosts[0];
  }

  lobby(host: ProxyHost): HandlerRef {
    return this.lobbies.get(host) ?? 0;
  }

  goHome(host: ProxyHost, player: StreamPlayer): void {
    if (player.isSettled && player.handler !== this.lobby(host)) player.move(this.lobby(host));
  }

  #move(host: ProxyHost, player: StreamPlayer): void {
    const targets = [this.lobby(host)];
    for (const match of this.matches) {
      if (!match.isOver) targets.push(match.host === host ? match.handler : match.away);
    }
    const target = targets[random.below(targets.length)] ?? 0;
    if (target === player.handler) return;
    if (this.#isAway(host, target) || this.#isAway(host, player.handler)) totals.crossings += 1;
    player.move(target);
  }

  #isAway(host: ProxyHost, handler: HandlerRef): boolean {
    return host.tables.handlers.worker[handlerIndexOf(handler)] === BRIDGE_ROW;
  }

  /** Now and then a part does nothing for a while, and the rings that it reads fill. */
  #isStalled(part: string): boolean {
    const untilMs = this.#stalls.get(part) ?? 0;
    if (untilMs < this.nowMs - 1 && random.below(STALL_EVERY) === 0) {
      this.#stalls.set(part, this.nowMs + random.below(STALL_MS));
      totals.stalls += 1;
    }
    return untilMs >= this.nowMs;
  }

  /** Ends matches now and then; frees what is over and empty. */
  #retire(): void {
    for (const match of this.matches) {
      if (random.below(400) === 0) match.isOver = true;
      if (!match.isOver) continue;
      const home = this.other(match.host);
      for (const player of home.players)
        if (player.handler === match.away) this.goHome(home, player);
      for (const player of match.host.players) {
        if (player.handler === match.handler) this.goHome(match.host, player);
      }
      if (!this.isEmpty(match)) continue;
      this.matches.delete(match);
      match.host.rows.free(match.handler);
      home.rows.free(match.away);
      home.bridge.apply([{ kind: 'unroute', handler: match.away }]);
    }
  }

  #connect(): MemoryLink {
    const [one, two] = this.hosts;
    return new MemoryLink(one, two, { capacityBytes: LINK_BYTES, marks: linkMarks });
  }
}

afterAll(() => {
  console.log(`proxy corridor: ${JSON.stringify({ ...totals, ...marks, ...linkMarks })}`);
});

it(`moves players ${MOVES} times between two hosts, with full rings, full links and cuts, and every byte is right`, () => {
  const referee = new Referee();
  let turns = 0;
  while (marks.moves < MOVES) {
    if (random.below(40) === 0) referee.openMatch();
    if (random.below(2_000) === 0) referee.cut();
    referee.turn(true);
    turns += 1;
    if (turns > TURNS_MAX)
      throw new Error(`Cannot finish: ${marks.moves} moves after ${turns} turns`);
  }
  const players = referee.hosts.flatMap((host) => host.players);
  const isHome = (): boolean =>
    referee.hosts.every((host) =>
      host.players.every((player) => player.isSettled && player.handler === referee.lobby(host)),
    );
  for (const match of referee.matches) match.isOver = true;
  for (let turn = 0; turn < 20_000 && (!isHome() || referee.matches.size > 0); turn += 1) {
    referee.turn(false);
  }
  for (let turn = 0; turn < 500; turn += 1) {
    for (const host of referee.hosts) host.turn();
    referee.link.pump(100);
  }
  expect(isHome()).toBe(true);
  expect(players.filter(({ wrong }) => wrong > 0)).toEqual([]);
  expect(players.map(({ closedWhy }) => closedWhy).filter((why) => why !== undefined)).toEqual([]);
  // Half a message at most has not been echoed.
  expect(players.filter(({ backlogBytes }) => backlogBytes > 200)).toEqual([]);
  for (const host of referee.hosts) {
    expect(host.bridge.counts()).toMatchObject({ peers: 1, routes: 0, guests: 0 });
    expect(host.isQuiet).toBe(true);
    const guests = host.tables.players.state.subarray(GATEWAYS * SLOTS_PER_GATEWAY);
    expect(guests.every((state) => state === 0)).toBe(true);
  }
  // The run met what it is for.
  expect(totals.crossings).toBeGreaterThan(MOVES / 4);
  expect(totals.cuts).toBeGreaterThan(0);
  expect(totals.matches).toBeGreaterThan(10);
  for (const mark of ['ringsFull', 'bytesUnread', 'fenced', 'counts', 'cut'] as const) {
    expect(marks[mark], mark).toBeGreaterThan(0);
  }
  expect(totals.blockedWorkers).toBeGreaterThan(0);
  expect(linkMarks.refusals).toBeGreaterThan(0);
}, 600_000);
