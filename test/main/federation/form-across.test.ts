/** Goal: tickets of several hosts make one match by the mode's own rules. Method: examples. */

import { describe, expect, it } from 'vitest';
import type { OfferedTicket } from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import { formAcross } from '../../../src/main/federation/form-across.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const SQUAD: ModeRules = {
  name: 'squad',
  teams: 2,
  teamSize: 2,
  minTeamSize: 2,
  tickHz: 0,
  graceMs: 0,
  matching: { ratingWindow: 10 },
};
const form = formAcross((mode) => (mode === 'squad' ? SQUAD : undefined), seededRandom(1));

function offered(
  homeHostId: string,
  id: number,
  names: readonly string[],
  fields: { readonly mu?: number; readonly waitedMs?: number; readonly partOf?: number } = {},
): OfferedTicket {
  const { mu = 25, waitedMs = 1_000, partOf } = fields;
  const party = partOf === undefined ? {} : { party: { id: 'p', number: 1, size: partOf } };
  const members = names.map((name) => ({ name, rating: { mu, sigma: 8 } }));
  return { homeHostId, id, members, waitedMs, hasPriority: false, ...party };
}

describe('formAcross()', () => {
  it('keeps parties on one side and each seat with its home and ticket', () => {
    const tickets = [
      offered('a', 1, ['ada', 'abe']),
      offered('b', 1, ['bob']),
      offered('c', 7, ['cid']),
    ];
    const seats = form('squad', tickets, 10_000)[0]?.seats ?? [];
    const homes = seats.map(
      ({ name, homeHostId, ticketId }) => `${name} ${homeHostId} ${ticketId}`,
    );
    expect(homes.toSorted()).toEqual(['abe a 1', 'ada a 1', 'bob b 1', 'cid c 7']);
    const teamOf = new Map(seats.map(({ name, team }) => [name, team]));
    expect(teamOf.get('ada')).toBe(teamOf.get('abe'));
    expect(teamOf.get('bob')).toBe(teamOf.get('cid'));
    expect(teamOf.get('ada')).not.toBe(teamOf.get('bob'));
  });

  it('keeps a party of several hosts on one side, each of it at its own home', () => {
    const tickets = [
      offered('b', 1, ['bob'], { partOf: 2 }),
      offered('a', 2, ['cid']),
      offered('a', 3, ['dan']),
      offered('a', 7, ['ada'], { partOf: 2 }),
    ];
    const seats = form('squad', tickets, 10_000)[0]?.seats ?? [];
    const homes = seats.map(
      ({ name, homeHostId, ticketId }) => `${name} ${homeHostId} ${ticketId}`,
    );
    expect(homes.toSorted()).toEqual(['ada a 7', 'bob b 1', 'cid a 2', 'dan a 3']);
    const teamOf = new Map(seats.map(({ name, team }) => [name, team]));
    expect(teamOf.get('ada')).toBe(teamOf.get('bob'));
    expect(teamOf.get('ada')).not.toBe(teamOf.get('dan'));
  });

  it('leaves out a party of which a part is missing, or that no side takes', () => {
    const singles = ['cid', 'dan', 'eve'].map((name, index) => offered('a', index + 1, [name]));
    const part = offered('b', 1, ['bob'], { partOf: 2 });
    expect(form('squad', [...singles, part], 10_000)).toEqual([]);
    const three = [
      offered('b', 1, ['bob'], { partOf: 3 }),
      offered('c', 1, ['ada', 'abe'], { partOf: 3 }),
    ];
    expect(form('squad', [...singles, ...three], 10_000)).toEqual([]);
  });

  it('keeps players of several hosts from those on their avoid lists, and has the lists go with the seats', () => {
    const rules = { ...SQUAD, teamSize: 1, minTeamSize: 1, matching: { avoidListMs: 20_000 } };
    const formDuel = formAcross(() => rules, seededRandom(1));
    const pair = (waitedMs: number): OfferedTicket[] => {
      const ada = offered('a', 1, ['ada'], { waitedMs });
      const members = ada.members.map((member) => ({ ...member, avoids: ['bob'] }));
      return [{ ...ada, members }, offered('b', 1, ['Bob'])];
    };
    expect(formDuel('squad', pair(19_999), 30_000)).toEqual([]);
    const seats = formDuel('squad', pair(20_000), 30_000)[0]?.seats ?? [];
    expect(seats.map(({ name, avoids }) => [name, avoids])).toEqual([
      ['ada', ['bob']],
      ['Bob', undefined],
    ]);
  });

  it('takes those who have waited longest, whatever their clocks say', () => {
    const names = ['ada', 'bob', 'cid', 'dan', 'eve'];
    const tickets = names.map((name, index) =>
      offered(index % 2 === 0 ? 'a' : 'b', index + 1, [name], { waitedMs: 1_000 * (index + 1) }),
    );
    const taken = form('squad', tickets, 10_000)[0]?.seats.map(({ name }) => name) ?? [];
    expect(taken.toSorted()).toEqual(['bob', 'cid', 'dan', 'eve']);
  });

  it('makes all matches that can be made of them, each of other tickets', () => {
    const names = ['ada', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy'];
    const tickets = names.map((name, index) =>
      offered(index % 2 === 0 ? 'a' : 'b', index + 1, [name]),
    );
    const matches = form('squad', tickets, 10_000);
    expect(matches.map(({ seats }) => seats.length)).toEqual([4, 4]);
    const taken = matches.flatMap(({ seats }) => seats.map(({ name }) => name));
    expect(new Set(taken).size).toBe(8);
  });

  it('makes none where the rules allow none', () => {
    const apart = [offered('a', 1, ['ada', 'abe']), offered('b', 1, ['bob', 'bea'], { mu: 60 })];
    expect(form('squad', apart, 10_000)).toEqual([]);
    expect(form('chess', apart, 10_000)).toEqual([]);
  });

  it('seats an account once that waits on two hosts, in any case of letters', () => {
    const tickets = [
      offered('a', 1, ['ada']),
      offered('b', 1, ['ADA']),
      offered('b', 2, ['bob']),
      offered('c', 1, ['cid']),
    ];
    expect(form('squad', tickets, 10_000)).toEqual([]);
    const seats = form('squad', [...tickets, offered('c', 2, ['dan'])], 10_000)[0]?.seats ?? [];
    expect(seats.map(({ name }) => name).toSorted()).toEqual(['ada', 'bob', 'cid', 'dan']);
  });
});
