/**
 * Goal: the pages of the players of all hosts hold each of them once, whatever the page size, and go on where a host has gone or
 * come meanwhile. Method: random hosts and page sizes against the plain list.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkDesk } from '../../src/main/federation/network-desk.ts';
import type {
  PlayersAnswer,
  PlayersQuestion,
} from '../../src/main/federation/network-questions.ts';
import type { PlayerView } from '../../src/main/ops/ops-views.ts';
import { playersCursor, playersPage } from '../../src/main/players-page.ts';

function viewOf(hostId: string, number: number): PlayerView {
  const base = {
    mode: null,
    match: null,
    team: null,
    practice: false,
    held: false,
    connectedMs: 0,
  };
  return { name: `${hostId}-${number}`, hostId, state: 'lobby', ...base };
}

function pageOf(hostId: string, count: number, { after, limit }: PlayersQuestion): PlayersAnswer {
  const rows = Array.from({ length: count }, (_, index) => index + 1)
    .filter((number) => number > after)
    .slice(0, limit);
  const last = rows.at(-1) ?? after;
  return {
    rows: rows.map((number) => viewOf(hostId, number)),
    next: last < count ? last : null,
    total: count,
  };
}

/** Hosts by id; those that are `silent` never answer. */
function networkOf(hosts: ReadonlyMap<string, number>, silent: ReadonlySet<string>): NetworkDesk {
  const askHost = (hostId: string, _about: string, question: PlayersQuestion) =>
    Promise.resolve(
      silent.has(hostId) ? undefined : pageOf(hostId, hosts.get(hostId) ?? 0, question),
    );
  const askAll = async (_about: string, question: PlayersQuestion) => {
    const ids = [...hosts.keys()];
    const asked = await Promise.all(
      ids.map(async (hostId) => ({ hostId, answer: await askHost(hostId, '', question) })),
    );
    return {
      answers: asked.filter(({ answer }) => answer !== undefined),
      silent: ids.filter((hostId) => silent.has(hostId)),
    };
  };
  // Only these two are asked for.
  return { askHost, askAll } as unknown as NetworkDesk;
}

const HOSTS = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x~1', 'z'), fc.nat(12));

describe('playersPage()', () => {
  it('gives every player of every host that answers exactly once', async () => {
    let split = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(12),
        HOSTS,
        fc.subarray(['a', 'b', 'c', 'x~1', 'z']),
        fc.integer({ min: 1, max: 9 }),
        async (own, others, silent, limit) => {
          const network = networkOf(new Map(Object.entries(others)), new Set(silent));
          const source = {
            hostId: 'm',
            here: (question: PlayersQuestion) => pageOf('m', own, question),
            network,
          };
          const names: string[] = [];
          let after: string | undefined;
          do {
            const from = playersCursor(after, 'm');
            if ('refused' in from) throw new Error(from.message);
            const question = { find: null, after: 0, limit, withAddress: false };
            const page = await playersPage(question, from, source);
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            if (new Set(page.rows.map(({ hostId }) => hostId)).size > 1) split += 1;
            names.push(...page.rows.map(({ name }) => name));
            after = page.next;
          } while (after !== undefined);
          const heard = Object.entries(others).filter(([hostId]) => !silent.includes(hostId));
          const wanted = [['m', own] as const, ...heard].flatMap(([hostId, count]) =>
            Array.from({ length: count }, (_, index) => `${hostId}-${index + 1}`),
          );
          expect(names.toSorted()).toEqual(wanted.toSorted());
        },
      ),
    );
    expect(split).toBeGreaterThan(20);
  });

  it('goes on with the next host where that of the cursor has gone', async () => {
    const network = networkOf(new Map([['c', 2]]), new Set());
    const source = { hostId: 'm', here: () => pageOf('m', 0, EMPTY), network };
    const page = await playersPage({ ...EMPTY, limit: 9 }, { hostId: 'b', number: 5 }, source);
    expect(page.rows.map(({ name }) => name)).toEqual(['c-1', 'c-2']);
  });
});

const EMPTY: PlayersQuestion = { find: null, after: 0, limit: 0, withAddress: false };
