/** Goal: the directory's side of matches across hosts, as home and as match host; one example a rule. */

import { describe, expect, it } from 'vitest';
import type {
  RemoteEnd,
  RemoteSeat,
} from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type { FederationEffects } from '../../../src/main/directory/directory-effects.ts';
import { PlayerReads } from '../../../src/main/player-reads.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { handlerRef, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { playerTable } from '../../../src/shared/player-table.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  hostedMatch,
  identity,
  remoteMatch,
  seat,
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
const WANT = { mode: 'duel', playersMax: 8 };
const LOST: RemoteEnd = { reason: Reason.hostLost, result: undefined, ratings: undefined };
const REMOTE = handlerRef(500, 1);

class Home extends Recorder {
  readonly ends: RemoteEnd[] = [];
  readonly logins: number[] = [];
  readonly moves: string[] = [];
  readonly federation: FederationEffects = {
    openRemote: ({ host, handler }) => (host.hostId === 'h' ? handler : REMOTE),
    loggedIn: ({ wallMs }) => void this.logins.push(wallMs),
    tell: () => false,
    parties: { peers: () => [], send: () => {} },
    seatReleased: () => {},
    seatMoved: (matchId, { name, to }) => void this.moves.push(`${name} of ${matchId} to ${to}`),
    share: () => 's1',
    fillOwn: () => 'f1',
    seatsKnown: () => {},
    opened: () => {},
    gone: (_matchId, end) => void this.ends.push(end),
  };

  constructor(modes: readonly ModeRules[] = [DUEL]) {
    super({ modes });
    this.settle();
  }

  /** The player waits, and is claimed for `m1`. */
  claimed(name: string): PlayerRef {
    const player = this.login(name);
    this.settle();
    this.queue('duel', player);
    const [ticket] = this.directory.federation.fence(WANT, 'm1', this.nowMs);
    expect(ticket?.members.map((member) => member.name)).toEqual([name]);
    return player;
  }

  /** In a match that runs on host m. */
  away(name: string): PlayerRef {
    const player = this.claimed(name);
    const match = remoteMatch('m1', identity('m'), [seat(name, 0, 'h', 1)]);
    expect(this.directory.federation.enter(match, this.nowMs)).toEqual([name]);
    expect(this.routeOf(player)).toBe(REMOTE);
    return player;
  }

  lose(freeInMs: number): void {
    const { nowMs } = this;
    const how = { nowMs, freeFromMs: nowMs + freeInMs, isLinkLost: true };
    this.directory.federation.leave('m1', LOST, how);
  }
}

describe('a ticket that is claimed', () => {
  it('meets nobody at home, and waits again when it is released', () => {
    const host = new Home();
    host.claimed('ada');
    const bob = host.login('bob');
    host.queue('duel', bob);
    host.settle();
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    host.directory.federation.unfence('m1', 'all', host.nowMs);
    host.settle();
    expect(
      host
        .lastMatch()
        .roster.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['ada', 'bob']);
  });

  it('brings nobody into the match who has left the queue since, or was claimed for another one', () => {
    const host = new Home();
    const ada = host.claimed('ada');
    const other = remoteMatch('m2', identity('m'), [seat('ada', 0, 'h', 1)]);
    expect(host.directory.federation.enter(other, host.nowMs)).toEqual([]);
    host.ask(ada, { ask: 'leave' });
    const match = remoteMatch('m1', identity('m'), [seat('ada', 0, 'h', 1)]);
    expect(host.directory.federation.enter(match, host.nowMs)).toEqual([]);
    expect(host.directory.federation.fences()).toEqual([]);
  });
});

describe('players of a host that is lost', () => {
  it('are in a lobby at once, may queue, and are matched when their seat there has run out', () => {
    const host = new Home();
    const ada = host.away('ada');
    host.lose(500);
    expect(host.routing(ada).at(-1)).toMatchObject({
      kind: 'move',
      reason: Reason.hostLost,
      oldGone: true,
    });
    host.queue('duel', ada, host.login('bob'));
    expect(host.directory.why('ada', host.nowMs)?.text).toContain('may still hold your seat');
    host.step(499);
    host.settle();
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    host.step(1);
    host.settle();
    expect(host.lastMatch().roster).toHaveLength(2);
  });

  it('are shown to operators as held, until they may be matched', async () => {
    const host = new Home();
    host.away('ada');
    host.login('bob');
    const players = playerTable.view(new SharedArrayBuffer(playerTable.byteLength(64)), 64);
    const bans = { ofAccount: () => undefined, ofAddress: () => undefined };
    const { directory } = host;
    const parts = { hostId: 'h', tables: { players }, directory, bans, network: undefined };
    const reads = new PlayerReads(parts);
    const shown = async (): Promise<unknown> => {
      const wish = { find: undefined, withAddress: false };
      const page = await reads.page({ limit: 10, after: undefined }, wish);
      return 'rows' in page ? page.rows.map(({ name, held }) => `${name} ${held}`) : page;
    };
    expect(await shown()).toEqual(['ada false', 'bob false']);
    host.lose(500);
    expect(await shown()).toEqual(['ada true', 'bob false']);
    expect(await reads.player('ada', { withAddress: false })).toMatchObject({ held: true });
    host.step(500);
    expect(await shown()).toEqual(['ada false', 'bob false']);
  });

  it('are held whatever connection they come back on', () => {
    const host = new Home();
    const ada = host.away('ada');
    host.lose(500);
    host.drop(ada, Reason.quit);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
    host.queue('duel', host.login('ada'), host.login('bob'));
    host.settle();
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    expect(host.step()).toBeLessThanOrEqual(host.nowMs + 500);
    host.step(500);
    host.settle();
    expect(host.lastMatch().roster).toHaveLength(2);
  });
});

describe('the newest login', () => {
  function hear(host: Home, wallMs: number, heardMs: number = host.nowMs): unknown {
    const login = { name: 'ada', wallMs, hostId: 'm', heardMs };
    return host.directory.federation.loggedInElsewhere(login, host.nowMs);
  }

  it('is newest although the clock here is behind', () => {
    const host = new Home();
    hear(host, 9_000);
    const ada = host.login('ada');
    expect(host.logins.at(-1)).toBeGreaterThan(9_000);
    hear(host, 9_000);
    expect(host.goodbyes(ada)).toEqual([]);
    hear(host, 9_500);
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'close', reason: Reason.replaced }]);
  });

  it('is not one that main takes late: it is dated when its client named itself', () => {
    const host = new Home();
    const loginMs = host.nowMs;
    // Main hangs; meanwhile ada logs in on another host, which the bridge hears of.
    host.step(2_000);
    const heardMs = host.nowMs - 500;
    hear(host, heardMs, heardMs);
    const ada = host.login('ada', { atMs: loginMs });
    expect(host.logins.at(-1)).toBe(loginMs);
    // That host answers.
    hear(host, heardMs, host.nowMs);
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'close', reason: Reason.replaced }]);
  });

  it('is told to a host that says of an older one', () => {
    const host = new Home();
    host.step(1_000);
    host.login('Ada');
    const wallMs = host.logins.at(-1) ?? 0;
    expect(hear(host, wallMs - 1)).toEqual({ name: 'Ada', wallMs });
    // Of two in one millisecond the higher id's is the newer.
    expect(hear(host, wallMs)).toBeUndefined();
    expect(hear(host, wallMs - 1)).toBeUndefined();
  });

  it('is the one that came first where reports of two gateways overtake each other', () => {
    const host = new Home();
    host.step(1_000);
    const newer = host.login('ada');
    const older = host.login('ada', { atMs: host.nowMs - 200 });
    expect(host.goodbyes(older)).toMatchObject([{ kind: 'refuse', reason: Reason.replaced }]);
    expect(host.goodbyes(newer)).toEqual([]);
    expect(host.directory.find('ada', host.nowMs)?.player).toBe(newer);
  });
});

/** Both seats' homes are elsewhere. */
function hosting(host: Home): HandlerRef {
  const seats: RemoteSeat[] = [seat('ada', 0, 'a', 1), seat('bob', 1, 'b', 1)];
  expect(host.directory.federation.open(hostedMatch('m1', seats), host.nowMs)).toBe(true);
  return host.lastMatch().handler;
}

describe('a match of others that runs here', () => {
  it('is rated by the rules that it was opened with', () => {
    const host = new Home();
    const handler = hosting(host);
    host.directory.handlerOpened(handler, host.nowMs);
    const unrated: ModeRules = { ...DUEL, matching: { rated: false } };
    host.directory.setModes(new Map([['duel', unrated]]), host.nowMs);
    const outcome = { reason: Reason.ended, result: { winner: 0 }, error: undefined };
    host.directory.handlerGone(handler, outcome, false, host.nowMs);
    expect(Object.keys(host.ends[0]?.ratings ?? {}).toSorted()).toEqual(['ada', 'bob']);
  });

  it('is told of a seat that is given up while it opens as soon as it is open', () => {
    const host = new Home();
    const handler = hosting(host);
    host.directory.federation.dropSeat('m1', 'ada', host.nowMs);
    expect(host.expired).toEqual([]);
    host.directory.handlerOpened(handler, host.nowMs);
    expect(host.expired).toEqual([{ handler, name: 'ada' }]);
  });

  it('whose worker dies sends players of this host home without waiting for its LEFT', () => {
    const host = new Home();
    const ada = host.claimed('ada');
    const seats = [seat('ada', 0, 'h', 1)];
    expect(host.directory.federation.open(hostedMatch('m1', seats), host.nowMs)).toBe(true);
    const { handler } = host.lastMatch();
    host.directory.handlerOpened(handler, host.nowMs);
    const match = { ...remoteMatch('m1', identity('h'), seats), handler };
    expect(host.directory.federation.enter(match, host.nowMs)).toEqual(['ada']);
    host.gone(handler, Reason.crashed, true);
    const [end] = host.ends;
    expect(end?.reason).toBe(Reason.crashed);
    const { nowMs } = host;
    const how = { nowMs, freeFromMs: nowMs, isLinkLost: false };
    if (end !== undefined) host.directory.federation.leave('m1', end, how);
    expect(host.routing(ada).at(-1)).toMatchObject({ reason: Reason.crashed, oldGone: true });
  });
});
