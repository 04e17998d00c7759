/**
 * Goal: whatever happens in whatever order, nobody is lost, stuck or in two places, and no count drifts.
 * Method: random logins, losses, requests, endings, crashes and outages from one seed on a simulated host; each order is
 * checked as it is given, the directory's own answers again and again; at the end everything comes to rest, and is checked
 * to be where it should be; then everyone leaves, and nothing may be left.
 */

import assert from 'node:assert/strict';
import { afterAll, describe, expect, it } from 'vitest';
import { freshSeed, seededRandom, type Random } from '../../../src/shared/random.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { PlayerRequest } from '../../../src/shared/thread-messages.ts';
import { MARKS } from './directory-view.ts';
import { SimulatedHost } from './simulated-host.ts';
import type { Connection } from './simulated-parts.ts';
import { LIMITS } from './simulated-settings.ts';

const RUNS = 12;
const OPERATIONS = 15_000;
const CHECK_EVERY = 10;

const PEOPLE = Array.from({ length: 40 }, (_, index) => `p${index}`);
const NAMES = [...PEOPLE, 'bot-1', 'bot-2', 'bot-3', 'BOT-1', 'P1', 'P2', '-bad', ''];
const CRASHES = [Reason.crashed, Reason.hung, Reason.outOfMemory];
const CLOSINGS = [Reason.disconnected, Reason.disconnected, Reason.quit, Reason.kicked];

const seed = freshSeed();
const marks: Record<string, number> = {};

describe('Directory, simulated', () => {
  it.each(Array.from({ length: RUNS }, (_, run) => (seed + run) >>> 0))(
    'loses nobody and miscounts nothing, seed %i',
    (runSeed) => {
      const random = seededRandom(runSeed);
      const host = new SimulatedHost(random);
      try {
        for (let operation = 0; operation < OPERATIONS; operation += 1) {
          act(host, random);
          if (operation % CHECK_EVERY === 0) host.view.check(host.directory, host.nowMs);
        }
        comeToRest(host);
        checkRest(host);
        checkEmptied(host);
      } catch (error) {
        console.error(`failed with seed ${runSeed}`);
        throw error;
      }
      for (const [mark, count] of Object.entries(host.view.marks)) {
        marks[mark] = (marks[mark] ?? 0) + count;
      }
      expect(host.directory.counts().players).toBe(0);
    },
  );

  afterAll(() => {
    console.log(`seeds from ${seed}, ${RUNS * OPERATIONS} operations`, marks);
    for (const mark of MARKS) expect(marks[mark] ?? 0, `mark "${mark}"`).toBeGreaterThan(0);
  });
});

/** One thing that happens on a host. */
function act(host: SimulatedHost, random: Random): void {
  const drawn = random.below(10_000);
  if (drawn < 4_000) host.deliver();
  else if (drawn < 6_600) host.carryOut();
  else if (drawn < 7_050) host.connect(pick(random, NAMES) ?? '');
  else if (drawn < 7_180) onConnection(host, random, (one) => host.close(one, closing(random)));
  else if (drawn < 8_500) onConnection(host, random, (one) => host.ask(one, request(random)));
  else if (drawn < 9_000) onHandler(host, random, 'open');
  else if (drawn < 9_200) onHandler(host, random, 'end');
  else if (drawn < 9_270) onHandler(host, random, 'crash');
  else if (drawn < 9_274) host.kill(random.below(3), pick(random, CRASHES) ?? Reason.crashed);
  else if (drawn < 9_975) step(host, random.below(100));
  else if (drawn < 9_990) host.isOutage = random.below(6) === 0;
  else if (random.below(6) === 0) host.directory.startDraining(host.nowMs);
  else host.directory.stopDraining();
}

function step(host: SimulatedHost, byMs: number): void {
  const nextMs = host.step(byMs);
  assert(nextMs > host.nowMs, 'a step leaves nothing due');
  assert.equal(host.view.overdue(host.nowMs, LIMITS.loginWaitMs), 0, 'every login is answered');
}

function onConnection(
  host: SimulatedHost,
  random: Random,
  action: (connection: Connection) => void,
): void {
  const connection = pick(random, [...host.connections.values()]);
  if (connection !== undefined) action(connection);
}

function onHandler(host: SimulatedHost, random: Random, what: 'open' | 'end' | 'crash'): void {
  const known = pick(random, [...host.handlers.values()]);
  if (known === undefined) return;
  if (what === 'open' && known.state === 'ending') host.ends(known, Reason.ended);
  else if (what === 'open' && known.state === 'open') host.wants(known);
  else if (what === 'open') host.opened(known);
  else if (what === 'crash' && (!known.isLobby || random.below(4) === 0)) {
    host.ends(known, Reason.crashed);
  }
  if (what === 'end' && !known.isLobby && known.state === 'open') host.ends(known, Reason.ended);
}

function request(random: Random): PlayerRequest {
  const name = pick(random, NAMES) ?? '';
  const mode = pick(random, ['ctf', 'duel', 'siege', 'ctf', 'siege', 'chess']) ?? '';
  const requests: readonly PlayerRequest[] = [
    { ask: 'queue', mode },
    { ask: 'queue', mode },
    { ask: 'queue', mode },
    { ask: 'leave' },
    { ask: 'accept' },
    { ask: 'decline' },
    { ask: 'why' },
    { ask: 'tell', to: name, text: 'hi' },
    { ask: 'party', action: 'invite', name },
    { ask: 'party', action: 'invite', name },
    { ask: 'party', action: 'accept', name: undefined },
    { ask: 'party', action: 'accept', name: undefined },
    { ask: 'party', action: 'accept', name: undefined },
    { ask: 'queue', mode: 'ctf' },
    { ask: 'party', action: 'leave', name: undefined },
    { ask: 'party', action: 'status', name: undefined },
    { ask: 'dismiss', reason: Reason.left },
  ];
  // Leaving a party is rare enough for parties to play.
  const drawn = pick(random, requests) ?? { ask: 'why' };
  return drawn.ask === 'party' && drawn.action === 'leave' && random.below(3) > 0
    ? { ask: 'why' }
    : drawn;
}

/** Everything under way arrives, what opens opens, nothing new happens. */
function comeToRest(host: SimulatedHost): void {
  host.isOutage = false;
  host.directory.stopDraining();
  for (let round = 0; round < 400; round += 1) {
    for (let turn = 0; turn < 2_000 && !host.isQuiet; turn += 1) {
      host.deliver();
      host.carryOut();
    }
    for (const known of host.handlers.values()) {
      if (known.state === 'opening') host.opened(known);
      if (known.state === 'ending') host.ends(known, Reason.ended);
    }
    step(host, 25);
  }
  assert(host.isQuiet, 'a host where nothing happens comes to rest');
  host.view.check(host.directory, host.nowMs);
}

/** Everyone connected is in an open handler, and the gateway, the worker and the directory agree on which. */
function checkRest(host: SimulatedHost): void {
  for (const { player, handler, isOpen } of host.connections.values()) {
    assert(isOpen, 'a closed connection has been reported');
    assert.equal(host.view.players.get(player)?.handler, handler, 'the gateway obeyed');
    assert.equal(host.handlers.get(handler ?? 0)?.state, 'open', 'the handler is there');
  }
  for (const status of host.directory.players(host.nowMs)) {
    assert(status.state === 'lobby' || status.state === 'match', 'nobody waits for a place');
  }
  assert.equal(host.connections.size, host.view.players.size);
  for (const { id, players } of host.directory.matches()) {
    assert(players.length > 0, 'no match runs for nobody');
    for (const { name } of players) {
      assert.equal(host.directory.find(name, host.nowMs)?.seat, id, 'a seat in one match');
    }
  }
}

/** Everyone goes; nothing is left but one lobby. */
function checkEmptied(host: SimulatedHost): void {
  for (const connection of host.connections.values()) host.close(connection, Reason.disconnected);
  comeToRest(host);
  assert.equal([...host.directory.players(host.nowMs)].length, 0, 'no session is left');
  assert.deepEqual(host.directory.counts(), { players: 0, bots: 0, matches: 0, lobbies: 1 });
  assert(host.directory.isIdle(), 'no match is left');
  assert.equal(host.view.handlers.size, 1, 'all handlers but one lobby are forgotten');
}

function closing(random: Random): Reason {
  return pick(random, CLOSINGS) ?? Reason.quit;
}

function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.below(Math.max(1, items.length))];
}
