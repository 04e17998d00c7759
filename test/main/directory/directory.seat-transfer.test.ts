/** Goal: a player in a match who logs in on another host leaves nothing here but the match; who comes from another host takes the seat. */

import { describe, expect, it } from 'vitest';
import type {
  HostedMatch,
  RemoteEnd,
} from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type {
  FederationEffects,
  SharedHandler,
} from '../../../src/main/directory/directory-effects.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { handlerRef, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  identity,
  remoteMatch,
  seat,
  ticket,
} from '../../cluster-bridge/federation/federation-kit.ts';
import { Recorder } from './recorder.ts';

const DUEL: ModeRules = {
  name: 'duel',
  teams: 2,
  teamSize: 1,
  minTeamSize: 1,
  tickHz: 0,
  graceMs: 1_000,
  federateAfterMs: 0,
};
/** Begins with one against one, and takes two more while it runs. */
const SQUAD: ModeRules = { ...DUEL, name: 'squad', teamSize: 2 };
const REMOTE = handlerRef(500, 1);
const SHARED = 'h/1/s1';

class Home extends Recorder {
  readonly moves: string[] = [];
  readonly ends: RemoteEnd[] = [];
  readonly shared: (SharedHandler & Pick<HostedMatch, 'seats'>)[] = [];
  readonly federation: FederationEffects = {
    openRemote: ({ host, handler }) => (host.hostId === 'h' ? handler : REMOTE),
    loggedIn: () => {},
    tell: () => false,
    parties: { peers: () => [], send: () => {} },
    seatReleased: (matchId, name) => void this.moves.push(`${name} gives up ${matchId}`),
    seatMoved: (matchId, { name, to }) => void this.moves.push(`${name} of ${matchId} to ${to}`),
    share: ({ seats }, opened) => {
      this.shared.push({ ...opened, seats });
      return SHARED;
    },
    fillOwn: () => 'f1',
    seatsKnown: () => {},
    opened: () => {},
    gone: (_matchId, end) => void this.ends.push(end),
  };

  constructor() {
    super({ modes: [DUEL, SQUAD] });
    this.settle();
  }

  /** In a match of this host alone that runs. */
  playing(...names: readonly string[]): readonly PlayerRef[] {
    const players = names.map((name) => this.login(name));
    this.settle();
    this.queue('duel', ...players);
    this.settle();
    return players;
  }

  /** Ada and Bob play, one more is given a seat of which the handler does not know, and Ada logs in elsewhere. */
  filling(name: string, token?: string): { readonly handler: HandlerRef; readonly cyd: PlayerRef } {
    const players = ['ada', 'bob'].map((one) => this.login(one));
    const handler = this.match('squad', ...players);
    const standing = { scoreMargin: 0, timeLeftShare: 0.9 };
    this.directory.playersWanted(handler, { perTeam: [1, 1], standing }, this.nowMs);
    const cyd = this.login(name, token === undefined ? {} : { token });
    this.settle();
    this.queue('squad', cyd);
    this.step();
    expect(this.added).toMatchObject([{ handler, seats: [{ name }] }]);
    this.elsewhere('ada');
    return { handler, cyd };
  }

  elsewhere(name: string): void {
    const login = { name, wallMs: 1e15, hostId: 'm', heardMs: this.nowMs };
    this.directory.federation.loggedInElsewhere(login, this.nowMs);
  }
}

describe('a player in a match of this host who logs in on another one', () => {
  it('is gone from here, while the match goes on as one across hosts', () => {
    const host = new Home();
    const [ada = 0, bob = 0] = host.playing('ada', 'bob');
    const { handler } = host.lastMatch();
    host.elsewhere('ada');
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'close', reason: Reason.replaced }]);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
    expect(host.moves).toEqual([`ada of ${SHARED} to m`]);
    expect(host.shared).toMatchObject([{ handler, names: ['ada', 'bob'] }]);
    expect(host.expired).toEqual([]);
    expect(host.routeOf(bob)).toBe(handler);
    expect(host.directory.federation.hostedCount()).toBe(1);
    expect(host.directory.federation.graceMs(SHARED)).toBe(DUEL.graceMs);
    // The second one does not share it again.
    host.elsewhere('bob');
    expect(host.shared).toHaveLength(1);
    expect(host.moves.at(-1)).toBe(`bob of ${SHARED} to m`);
    expect(host.directory.playing()).toBe(0);
    host.directory.federation.seatResumed(SHARED, 'ada', 'm');
    expect(host.directory.playing()).toBe(1);
    expect(host.directory.isIdle()).toBe(false);
  });

  it('takes the seat along that waits for a lost connection', () => {
    const host = new Home();
    const [ada = 0] = host.playing('ada', 'bob');
    host.drop(ada, Reason.disconnected);
    expect(host.directory.find('ada', host.nowMs)?.state).toBe('away');
    host.elsewhere('ada');
    expect(host.moves).toEqual([`ada of ${SHARED} to m`]);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
  });

  it('comes back to it as at home, and hears its end', () => {
    const host = new Home();
    host.playing('ada', 'bob');
    const { handler } = host.lastMatch();
    host.elsewhere('ada');
    const back = host.login('ada');
    const seats = [seat('ada', 0, 'h', 0)];
    const match = { ...remoteMatch(SHARED, identity('h'), seats), handler };
    expect(host.directory.federation.resume(match, host.nowMs)).toBe('in');
    expect(host.routing(back).at(-1)).toMatchObject({ handler, reason: Reason.resumed });
    expect(host.directory.federation.resume(match, host.nowMs)).toBe('in');
    const end = { reason: Reason.ended, result: { winner: 0 }, ratings: undefined };
    const { nowMs } = host;
    const how = { nowMs, freeFromMs: nowMs, isLinkLost: false };
    host.directory.federation.leave(SHARED, end, how);
    expect(host.directory.find('ada', host.nowMs)).toMatchObject({ state: 'lobby' });
    expect(host.directory.find('bob', host.nowMs)).toMatchObject({ state: 'lobby' });
  });
});

describe('who was just given a seat of a match that is shared then', () => {
  const END = { reason: Reason.ended, result: { winner: 0 }, ratings: undefined };

  it('comes as if nothing had happened', () => {
    const host = new Home();
    const { handler, cyd } = host.filling('cyd');
    host.directory.seatsAdded(handler, ['cyd'], host.nowMs);
    expect(host.routing(cyd).at(-1)).toMatchObject({ handler, reason: Reason.matched });
    const open = [...host.directory.federation.openSeats('squad', host.nowMs)];
    expect(open, 'one of two seats is left').toMatchObject([{ players: 1 }]);
  });

  it('keeps the match to its host, where it is a practice bot', () => {
    const host = new Home();
    const { handler } = host.filling('bot-cyd', 'secret');
    host.directory.seatsAdded(handler, ['bot-cyd'], host.nowMs);
    const { federation } = host.directory;
    expect([...federation.openSeats('squad', host.nowMs)]).toEqual([]);
    const offered = { ...ticket(1, 'dan'), homeHostId: 'm' };
    expect(federation.fill(handler, [offered], host.nowMs)).toBeUndefined();
  });

  it('gives it up for good when logging in elsewhere too', () => {
    const host = new Home();
    const { handler } = host.filling('cyd');
    host.elsewhere('cyd');
    expect(host.moves).toEqual([`ada of ${SHARED} to m`, `cyd gives up ${SHARED}`]);
    host.directory.federation.dropSeat(SHARED, 'cyd', host.nowMs);
    expect(host.expired).toEqual([{ handler, name: 'cyd' }]);
    host.directory.seatsAdded(handler, ['cyd'], host.nowMs);
    expect(host.directory.find('cyd', host.nowMs)).toBeUndefined();
  });

  it.each([
    ['cyd', undefined],
    ['bot-cyd', 'secret'],
  ])('has not played in it when it ends before (%s)', (name, token) => {
    const host = new Home();
    const { handler, cyd } = host.filling(name, token);
    const { reason, result } = END;
    const outcome = { reason, result, error: undefined };
    host.directory.handlerGone(handler, outcome, false, host.nowMs);
    expect(Object.keys(host.ends[0]?.ratings ?? {}).toSorted()).toEqual(['ada', 'bob']);
    const ended = host.happenings.find(({ kind }) => kind === 'matchEnded');
    expect(ended).toMatchObject({ players: [{ key: 'ada' }, { key: 'bob' }] });
    const { nowMs } = host;
    host.directory.federation.leave(SHARED, END, { nowMs, freeFromMs: nowMs, isLinkLost: false });
    expect(host.lastEvent(cyd)).toMatchObject({ event: 'queued', mode: 'squad' });
  });
});

describe('a seat of a match elsewhere that waits', () => {
  const MATCH = remoteMatch('c/1/1', identity('m'), [seat('ada', 1, 'h', 0)]);

  it('takes the player out of the lobby and the queue', () => {
    const host = new Home();
    const ada = host.login('ada');
    host.settle();
    host.queue('duel', ada);
    expect(host.directory.federation.resume(MATCH, host.nowMs)).toBe('in');
    expect(host.routing(ada).at(-1)).toMatchObject({ handler: REMOTE, reason: Reason.resumed });
    expect(host.directory.find('ada', host.nowMs)).toMatchObject({ state: 'match' });
    host.queue('duel', host.login('bob'));
    host.settle();
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    host.elsewhere('ada');
    expect(host.moves).toEqual(['ada of c/1/1 to m']);
  });

  it('is taken by the account in any letters, under the name that the match knows', () => {
    const host = new Home();
    const { federation } = host.directory;
    const ada = host.login('ADA');
    expect(federation.resume(MATCH, host.nowMs)).toBe('in');
    expect(host.routing(ada).at(-1)).toMatchObject({ handler: REMOTE, reason: Reason.resumed });
    expect(host.directory.find('ADA', host.nowMs)).toMatchObject({ name: 'ada', state: 'match' });
    // And given up under it again.
    host.elsewhere('aDa');
    expect(host.moves).toEqual(['ada of c/1/1 to m']);
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'close', reason: Reason.replaced }]);
  });

  it('is refused for who is not here, or is in another match', () => {
    const host = new Home();
    const { federation } = host.directory;
    expect(federation.resume(MATCH, host.nowMs)).toBe('refused');
    const other = new Home();
    other.playing('ada', 'bob');
    expect(other.directory.federation.resume(MATCH, other.nowMs)).toBe('refused');
    expect(other.moves).toEqual([]);
  });

  it('waits on while a lost host may still act for the player', () => {
    const host = new Home();
    host.login('ada');
    host.settle();
    expect(host.directory.federation.resume(MATCH, host.nowMs)).toBe('in');
    const lost = { reason: Reason.hostLost, result: undefined, ratings: undefined };
    const { nowMs } = host;
    const how = { nowMs, freeFromMs: nowMs + 500, isLinkLost: true };
    host.directory.federation.leave('c/1/1', lost, how);
    const next = { ...MATCH, matchId: 'c/1/2' };
    expect(host.directory.federation.resume(next, host.nowMs)).toBe('early');
    host.step(501);
    expect(host.directory.federation.resume(next, host.nowMs)).toBe('in');
  });
});
