/** Goal: what other rules, a closed mode and maintenance do to those who wait, play and come; one example a rule. */

import { describe, expect, it } from 'vitest';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { GRACE_MS, Recorder } from './recorder.ts';

const CTF: ModeRules = {
  name: 'ctf',
  teams: 2,
  teamSize: 2,
  minTeamSize: 2,
  tickHz: 10,
  graceMs: GRACE_MS,
};
const DUEL: ModeRules = { ...CTF, name: 'duel', teamSize: 1, minTeamSize: 1, graceMs: 0 };

function scene(...names: readonly string[]): { host: Recorder; players: PlayerRef[] } {
  const host = new Recorder({ modes: [CTF, DUEL] });
  host.settle();
  return { host, players: names.map((name) => host.login(name)) };
}

function setModes(host: Recorder, ...modes: readonly ModeRules[]): readonly string[] {
  const rules = new Map(modes.map((one) => [one.name, one]));
  return host.directory.setModes(rules, host.nowMs);
}

function notices(host: Recorder, player: PlayerRef): string[] {
  return host.events(player).flatMap((event) => (event.event === 'notice' ? [event.text] : []));
}

describe('Directory.setModes()', () => {
  it('looks at waiting tickets by the new rules, as old as they are', () => {
    const { host, players } = scene('ada', 'bob');
    host.queue('ctf', ...players);
    host.step(5_000);
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    const sinceMs = host.toldQueues.get('ctf')?.oldestSinceMs;
    setModes(host, { ...CTF, teamSize: 1, minTeamSize: 1 }, DUEL);
    host.step();
    expect(host.lastMatch().roster).toHaveLength(2);
    expect(sinceMs).toBe(host.nowMs - 5_000);
  });

  it('takes the tickets of a closed mode away with the reason, and keeps those of others', () => {
    const { host, players } = scene('ada', 'bob');
    const [ada, bob] = players as [PlayerRef, PlayerRef];
    host.queue('ctf', ada);
    host.queue('duel', bob);
    expect(setModes(host, DUEL)).toEqual(['ctf']);
    expect(host.lastEvent(ada)).toEqual({ event: 'unqueued', reason: 'mode-closed' });
    expect(host.lastEvent(bob)).toMatchObject({ event: 'queued', mode: 'duel' });
    host.queue('ctf', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'unknown-mode' });
    host.queue('duel', ada);
    host.step();
    expect(host.lastMatch()).toMatchObject({ mode: 'duel' });
  });

  it('lets a running match of a closed mode end, its seats kept as they were', () => {
    const { host, players } = scene('ada', 'bob', 'cyd', 'dan');
    const match = host.match('ctf', ...players);
    setModes(host, DUEL);
    const [ada] = players as [PlayerRef];
    host.drop(ada);
    host.step(GRACE_MS - 1);
    expect(host.routing(host.login('ada')).at(-1)).toMatchObject({ handler: match });
    host.gone(match, Reason.ended);
    host.step();
    expect(host.told.at(-1)).toMatchObject({ players: 4, matches: 0 });
  });

  it('keeps the grace time of a running match when its mode gets another', () => {
    const { host, players } = scene('ada', 'bob', 'cyd', 'dan');
    host.match('ctf', ...players);
    setModes(host, { ...CTF, graceMs: 500 }, DUEL);
    host.drop(players[0] ?? 0);
    host.step(GRACE_MS - 1);
    expect(host.directory.find('ada', host.nowMs)).toMatchObject({ state: 'away' });
    host.step(1);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
  });

  it('gives the players of a match that cannot open any more their freedom', () => {
    const { host, players } = scene('ada', 'bob');
    host.queue('duel', ...players);
    host.step();
    const { handler } = host.lastMatch();
    setModes(host, CTF);
    host.gone(handler, Reason.crashed);
    for (const player of players) {
      expect(host.lastEvent(player)).toEqual({ event: 'unqueued', reason: 'mode-closed' });
      host.queue('ctf', player);
      expect(host.lastEvent(player)).toMatchObject({ event: 'queued', mode: 'ctf' });
    }
  });

  it('takes parties away that no side has room for any more', () => {
    const { host, players } = scene('ada', 'bob', 'cyd');
    const [ada, bob, cyd] = players as [PlayerRef, PlayerRef, PlayerRef];
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    host.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    host.queue('ctf', ada, cyd);
    setModes(host, { ...CTF, teamSize: 1, minTeamSize: 1 }, DUEL);
    for (const player of [ada, bob]) {
      expect(host.lastEvent(player)).toEqual({ event: 'unqueued', reason: 'mode-closed' });
    }
    expect(host.lastEvent(cyd)).toMatchObject({ event: 'queued' });
  });

  it('forms a match that was found and not accepted anew', () => {
    const asked = { ...CTF, matching: { acceptMs: 10_000 } };
    const host = new Recorder({ modes: [asked] });
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    host.queue('ctf', ...players);
    host.step();
    expect(host.lastEvent(players[0] ?? 0)).toMatchObject({ event: 'found', players: 4 });
    setModes(host, { ...asked, teamSize: 1, minTeamSize: 1 });
    host.step();
    const found = players.map((player) => host.lastEvent(player));
    expect(found).toMatchObject(players.map(() => ({ event: 'found', players: 2 })));
  });

  it('takes a new mode in', () => {
    const { host, players } = scene('ada', 'bob');
    setModes(host, CTF, DUEL, { ...DUEL, name: 'race' });
    host.queue('race', ...players);
    host.step();
    expect(host.lastMatch()).toMatchObject({ mode: 'race' });
    expect(host.toldQueues.get('race')).toMatchObject({ waiting: 0 });
  });
});

describe('Directory.setHouse()', () => {
  const open = { greeting: '', lobby: '', maintenance: undefined };
  const closed = { text: 'back at noon', allow: new Set(['eve']) };

  it('refuses who is new during maintenance, except the names that may', () => {
    const { host, players } = scene('ada');
    host.directory.setHouse({ ...open, maintenance: closed }, host.nowMs);
    expect(notices(host, players[0] ?? 0)).toEqual(['back at noon']);
    expect(host.goodbyes(host.login('bob'))).toMatchObject([
      { kind: 'refuse', reason: Reason.maintenance, message: 'back at noon' },
    ]);
    expect(host.goodbyes(host.login('Eve'))).toEqual([]);
    expect(host.goodbyes(host.login('bot-1', { token: 'secret' }))).toEqual([]);
    host.step();
    expect(host.told.at(-1)).toMatchObject({ players: 2, bots: 1 });
    host.directory.setHouse(open, host.nowMs);
    expect(host.goodbyes(host.login('bob'))).toEqual([]);
  });

  it('tells those who are here once, and lets them back to their seats', () => {
    const { host, players } = scene('ada', 'bob');
    const match = host.match('ctf', ...players, host.login('cyd'), host.login('dan'));
    host.directory.setHouse({ ...open, maintenance: closed }, host.nowMs);
    host.directory.setHouse({ ...open, maintenance: { ...closed, text: 'at one' } }, host.nowMs);
    expect(notices(host, players[1] ?? 0)).toEqual(['back at noon']);
    host.drop(players[0] ?? 0);
    expect(host.routing(host.login('ada')).at(-1)).toMatchObject({ handler: match });
  });

  it('greets who logs in, and says the lobby text to who comes into one', () => {
    const { host, players } = scene('ada', 'bob');
    host.directory.setHouse({ ...open, greeting: 'hello', lobby: 'be kind' }, host.nowMs);
    const cyd = host.login('cyd');
    expect(notices(host, cyd)).toEqual(['hello', 'be kind']);
    const match = host.match('duel', ...players);
    host.gone(match, Reason.ended);
    expect(notices(host, players[0] ?? 0).at(-1)).toBe('be kind');
  });
});
