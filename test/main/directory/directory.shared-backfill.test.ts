/** Goal: open seats of a running match go to players of other hosts by the rules for those of this one. Method: one example a rule. */

import { describe, expect, it } from 'vitest';
import type {
  HostedMatch,
  OfferedTicket,
  RemoteSeat,
} from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type { FederationEffects } from '../../../src/main/directory/directory-effects.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  identity,
  remoteMatch,
  seat,
  ticket,
} from '../../cluster-bridge/federation/federation-kit.ts';
import { Recorder } from './recorder.ts';

const SQUAD: ModeRules = {
  name: 'squad',
  teams: 2,
  teamSize: 2,
  minTeamSize: 1,
  tickHz: 0,
  graceMs: 1_000,
  federateAfterMs: 0,
  matching: { ratingWindow: 5 },
};
const EVEN = { scoreMargin: 0, timeLeftShare: 0.9 };

class Host extends Recorder {
  readonly shared: HostedMatch[] = [];
  readonly own: RemoteSeat[] = [];
  readonly known: string[] = [];
  readonly federation: FederationEffects = {
    openRemote: ({ handler }) => handler,
    loggedIn: () => {},
    tell: () => false,
    parties: { peers: () => [], send: () => {} },
    seatReleased: () => {},
    seatMoved: () => {},
    share: (match) => {
      this.shared.push({ ...match, matchId: 's1' });
      return 's1';
    },
    fillOwn: (_matchId, { seats }) => {
      this.own.push(...seats);
      return 'h/1/f1';
    },
    seatsKnown: (matchId, names) => void this.known.push(`${matchId} ${names.join(' ')}`),
    opened: () => {},
    gone: () => {},
  };

  constructor(matching: ModeRules['matching'] = {}) {
    super({ modes: [{ ...SQUAD, matching: { ...SQUAD.matching, ...matching } }] });
    this.settle();
  }

  /** One against one, of this host. */
  playing(...names: readonly string[]): { players: readonly PlayerRef[]; match: HandlerRef } {
    const players = names.map((name) => this.login(name));
    this.settle();
    this.queue('squad', ...players);
    this.settle();
    return { players, match: this.lastMatch().handler };
  }

  want(match: HandlerRef, perTeam: readonly number[], standing: typeof EVEN = EVEN): void {
    this.directory.playersWanted(match, { perTeam, standing }, this.nowMs);
  }

  open(): readonly { readonly players: number }[] {
    return [...this.directory.federation.openSeats('squad', this.nowMs)];
  }

  fill(match: HandlerRef, ...tickets: readonly OfferedTicket[]): readonly string[] | undefined {
    const filled = this.directory.federation.fill(match, tickets, this.nowMs);
    return filled?.seats.map(({ name, team }) => `${name} ${team}`);
  }
}

function offered(id: number, ...names: readonly string[]): OfferedTicket {
  return { ...ticket(id, ...names), homeHostId: 'b' };
}

function avoiding(one: OfferedTicket, ...avoids: readonly string[]): OfferedTicket {
  return { ...one, members: one.members.map((member) => ({ ...member, avoids })) };
}

describe('a match of this host that wants players', () => {
  it('shows its open seats to the others, unless it is decided, nearly over, or this host drains', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    expect(host.open()).toEqual([]);
    host.want(match, [1, 1]);
    expect(host.open()).toMatchObject([
      { handler: match, players: 2, fill: { sizeMax: 1, mu: 25 } },
    ]);
    host.want(match, [1, 1], { ...EVEN, timeLeftShare: 0.1 });
    expect(host.open()).toEqual([]);
    host.want(match, [1, 1], { ...EVEN, scoreMargin: 0.9 });
    expect(host.open()).toEqual([]);
    host.want(match, [1, 1]);
    host.directory.startDraining(host.nowMs);
    expect(host.open()).toEqual([]);
  });

  it('becomes one across hosts with the first of them, who is asked for when the handler knows him', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 1]);
    expect(host.fill(match, offered(1, 'cyd'))).toHaveLength(1);
    expect(host.shared).toMatchObject([
      { mode: 'squad', seats: [{ name: 'ada' }, { name: 'bob' }] },
    ]);
    expect(host.added).toMatchObject([{ handler: match, seats: [{ name: 'cyd' }] }]);
    expect(host.known).toEqual([]);
    host.directory.seatsAdded(match, ['cyd'], host.nowMs);
    expect(host.known).toEqual(['s1 cyd']);
  });

  it('gives no seat twice, whatever its handler says before it knows', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 0]);
    expect(host.fill(match, offered(1, 'cyd'), offered(2, 'dan'))).toEqual(['cyd 0']);
    host.want(match, [1, 0]);
    expect(host.open()).toEqual([]);
    expect(host.fill(match, offered(2, 'dan'))).toBeUndefined();
    host.directory.seatsAdded(match, ['cyd'], host.nowMs);
    expect(host.open()).toEqual([]);
    host.want(match, [0, 1]);
    expect(host.open()).toHaveLength(1);
  });

  it('evens the teams first, takes a party whole, and nobody whose window does not reach it', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 1]);
    const far = { ...offered(3, 'eve'), members: [{ name: 'eve', rating: { mu: 40, sigma: 8 } }] };
    expect(host.fill(match, far, offered(1, 'cyd', 'dan'))).toBeUndefined();
    const seats = host.fill(match, offered(4, 'fay'), offered(5, 'gus'), offered(6, 'hal'));
    expect(seats?.map((one) => one.split(' ')[1]).toSorted()).toEqual(['0', '1']);
  });

  it('takes nobody whose seat in it waits for him', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 1]);
    expect(host.fill(match, offered(1, 'Ada'))).toBeUndefined();
    host.fill(match, offered(2, 'cyd'));
    expect(host.fill(match, offered(3, 'CYD'))).toBeUndefined();
  });

  it('has one seat for who left it, logged in anew and was given one again', () => {
    const host = new Host();
    const { players, match } = host.playing('ada', 'bob');
    const [ada = 0] = players;
    host.drop(ada, Reason.quit);
    const back = host.login('Ada');
    host.settle();
    host.want(match, [2, 1]);
    host.queue('squad', back);
    host.settle();
    host.directory.seatsAdded(match, ['Ada'], host.nowMs);
    host.want(match, [1, 1]);
    expect(host.fill(match, offered(1, 'cyd'))).toHaveLength(1);
    const [shared] = host.shared;
    expect(shared?.seats.map(({ name }) => name)).toEqual(['bob', 'Ada']);
    // Whoever has a seat in it is offered none for a ticket that waits elsewhere.
    host.want(match, [1, 1]);
    expect(host.fill(match, offered(2, 'ada'))).toBeUndefined();
  });

  it('takes nobody whom one inside avoids, or who avoids one inside, wherever they are at home', () => {
    const host = new Host({ avoidListMs: 20_000 });
    const { players, match } = host.playing('ada', 'bob');
    host.ask(players[0] ?? 0, { ask: 'avoid', action: 'add', name: 'Cyd' });
    host.want(match, [1, 1]);
    expect(host.fill(match, offered(1, 'cyd'))).toBeUndefined();
    expect(host.fill(match, avoiding(offered(2, 'dan'), 'bob'))).toBeUndefined();
    const late = { ...offered(1, 'cyd'), waitedMs: 20_000 };
    expect(host.fill(match, avoiding(late, 'eve')), 'a list gives way').toHaveLength(1);
    host.directory.seatsAdded(match, ['cyd'], host.nowMs);
    expect(host.fill(match, offered(3, 'eve')), 'whom one from elsewhere avoids').toBeUndefined();
    const eve = host.login('eve');
    host.settle();
    host.queue('squad', eve);
    host.step();
    expect(host.own, 'who waits here').toEqual([]);
    expect(host.fill(match, offered(4, 'fay'))).toHaveLength(1);
  });

  it('takes nobody any more when it has been asked to end, whatever its handler says', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 1]);
    host.fill(match, offered(1, 'cyd'));
    host.directory.federation.end('s1', Reason.expired, host.nowMs);
    host.want(match, [1, 1]);
    expect(host.open()).toEqual([]);
    expect(host.fill(match, offered(2, 'dan'))).toBeUndefined();
  });

  it('gets its own players as well when it is one across hosts', () => {
    const host = new Host();
    const { match } = host.playing('ada', 'bob');
    host.want(match, [1, 1]);
    host.fill(match, offered(1, 'cyd'));
    const dan = host.login('dan');
    host.settle();
    host.queue('squad', dan);
    host.step();
    expect(host.own).toMatchObject([{ name: 'dan', homeHostId: 'h' }]);
    expect(host.added.at(-1)).toMatchObject({ handler: match, seats: [{ name: 'dan' }] });
    host.directory.seatsAdded(match, ['dan'], host.nowMs);
    const own = host.own[0];
    const asked = {
      ...remoteMatch('s1', identity('h'), own === undefined ? [] : [own]),
      handler: match,
    };
    const entered = { ...asked, claimId: 'h/1/f1', isRunning: true };
    expect(host.directory.federation.enter(entered, host.nowMs)).toEqual(['dan']);
    expect(host.routeOf(dan)).toBe(match);
    expect(host.ticketEvents.at(-1)).toMatchObject({
      kind: 'backfilled',
      matchId: 'h/squad/2',
    });
  });
});

describe('the home of players who are put into a running match', () => {
  it('logs that they were, and its end, and whom it cost a seat', () => {
    const host = new Host();
    const ada = host.login('ada');
    host.settle();
    host.queue('squad', ada);
    const want = { mode: 'squad', playersMax: 2, fill: { sizeMax: 2, mu: 25 } };
    const [claimed] = host.directory.federation.fence(want, 'm/1/f1', host.nowMs);
    expect(claimed?.members).toMatchObject([{ name: 'ada' }]);
    const seats = [seat('ada', 1, 'h', claimed?.id ?? 0)];
    const match = {
      ...remoteMatch('m1', identity('m'), seats),
      claimId: 'm/1/f1',
      isRunning: true,
    };
    expect(host.directory.federation.enter(match, host.nowMs)).toEqual(['ada']);
    expect(host.ticketEvents.at(-1)).toMatchObject({ kind: 'backfilled', team: 1 });
    const end = { reason: Reason.ended, result: { winner: 1 }, ratings: undefined };
    const { nowMs } = host;
    host.directory.federation.leave('m1', end, { nowMs, freeFromMs: nowMs, isLinkLost: false });
    const ended = {
      kind: 'ended',
      matchId: match.handlerId,
      result: { winner: 1 },
      abandonedBy: [],
    };
    expect(host.ticketEvents.at(-1)).toMatchObject(ended);
  });

  it('says whom they avoid, where the mode asks', () => {
    for (const avoidListMs of [0, 20_000]) {
      const host = new Host({ avoidListMs });
      const ada = host.login('ada');
      host.ask(ada, { ask: 'avoid', action: 'add', name: 'Bob' });
      host.queue('squad', ada);
      const want = { mode: 'squad', playersMax: 2 };
      const [claimed] = host.directory.federation.fence(want, 'c1', host.nowMs);
      expect(claimed?.members[0]?.avoids).toEqual(avoidListMs === 0 ? undefined : ['bob']);
    }
  });

  it('gives no ticket that is too large, or does not reach so far', () => {
    const host = new Host();
    host.queue('squad', host.login('ada'));
    const want = { mode: 'squad', playersMax: 2 };
    for (const fill of [{ sizeMax: 0 }, { sizeMax: 1, mu: 40 }]) {
      expect(host.directory.federation.fence({ ...want, fill }, 'c1', host.nowMs)).toEqual([]);
    }
    const fill = { sizeMax: 1, mu: 28 };
    expect(host.directory.federation.fence({ ...want, fill }, 'c1', host.nowMs)).toHaveLength(1);
  });
});
