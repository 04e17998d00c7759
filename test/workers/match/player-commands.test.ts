/**
 * Goal: each command of every player does what docs/protocol.md says, in any case and spacing, after the handler has seen
 * it; what is not a command is refused with a code. Method: a real runtime and handler, commands as records.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { playerRef, type HandlerRef } from '../../../src/shared/ids.ts';
import { InputChannel } from '../../../src/shared/record-layout.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { PlayerRequest } from '../../../src/shared/thread-messages.ts';
import { RuntimeKit } from './runtime-kit.ts';

const ADA = playerRef(1, 1);
const BOB = playerRef(2, 1);

let kit: RuntimeKit;
let handler: HandlerRef;
let diary: string[];

beforeEach(() => {
  kit = new RuntimeKit();
  kit.name(ADA, 'ada');
  kit.name(BOB, 'bob');
  ({ handler, diary } = kit.open({ isLobby: true }));
  for (const player of [ADA, BOB]) kit.join({ handler, player, reason: Reason.login });
  kit.turn();
  kit.reports.length = 0;
  diary.length = 0;
});

/** What the player is told, and what main is asked. */
function run(text: string): { told: string[]; asked: PlayerRequest[] } {
  kit.say(handler, ADA, text, InputChannel.command);
  const told = kit.turn().map((record) => record.replace(/^event 1 /, ''));
  const asked = kit.reports.splice(0).flatMap((report) => {
    return report.kind === 'request' && report.player === ADA ? [report.request] : [];
  });
  return { told, asked };
}

describe('a command that main decides', () => {
  it.each<[string, PlayerRequest]>([
    ['queue duel', { ask: 'queue', mode: 'duel' }],
    ['  QUEUE   Duel  ', { ask: 'queue', mode: 'duel' }],
    ['leave', { ask: 'leave' }],
    ['Why', { ask: 'why' }],
    ['tell Bob  hi there ', { ask: 'tell', to: 'Bob', text: 'hi there' }],
    ['tell bob two\nlines', { ask: 'tell', to: 'bob', text: 'two\nlines' }],
    ['party', { ask: 'party', action: 'status', name: undefined }],
    ['party leave', { ask: 'party', action: 'leave', name: undefined }],
    ['party  INVITE  Bob', { ask: 'party', action: 'invite', name: 'bob' }],
    ['party accept bob', { ask: 'party', action: 'accept', name: 'bob' }],
  ])('%j is asked of main, in silence', (text, request) => {
    const { told, asked } = run(text);
    expect(asked).toEqual([request]);
    expect(told).toEqual([]);
  });
});

describe('a command that is not understood', () => {
  it.each([
    ['queue', 'error no-mode'],
    ['queue  ', 'error no-mode'],
    ['tell', 'error bad-command'],
    ['tell bob', 'error bad-command'],
    ['party invite', 'error bad-command'],
    ['party accept', 'error bad-command'],
    ['party dance bob', 'error bad-command'],
    ['party invite bob carl', 'error bad-command'],
    ['dance', 'error unknown-command'],
    ['', 'error unknown-command'],
    ['queueduel', 'error unknown-command'],
    ['constructor', 'error unknown-command'],
    ['__proto__', 'error unknown-command'],
    ['\u0000\u001b[2J', 'error unknown-command'],
  ])('%j is refused with %s, and main hears nothing', (text, answer) => {
    expect(run(text)).toEqual({ told: [answer], asked: [] });
  });
});

describe('a command that is answered at once', () => {
  it('help lists every command', () => {
    const { told } = run('HELP');
    const text = told.join('\n');
    for (const word of ['modes', 'queue', 'leave', 'why', 'who', 'stats', 'say', 'tell', 'quit']) {
      expect(text).toContain(`/${word}`);
    }
    expect(told.filter((line) => `notice: ${line.replace(/^notice /, '')}`.length > 80)).toEqual(
      [],
    );
  });

  it('modes tells sizes and how many wait', () => {
    kit.tables.queues.waiting[1] = 7;
    expect(run('modes').told).toEqual([
      'notice duel: 1 v 1, 0 waiting',
      'notice capture: 8 v 8, 7 waiting',
    ]);
  });

  it('who names those in the handler, at most fifty of them', () => {
    expect(run('who').told[0]).toBe('notice 2 here: ada, bob');
    for (let slot = 3; slot <= 60; slot += 1) {
      kit.name(playerRef(slot, 1), `p${slot}`);
      kit.join({ handler, player: playerRef(slot, 1), reason: Reason.login });
    }
    kit.turn();
    const [who] = run('who').told;
    expect(who).toContain('60 here: ada, bob, p3');
    expect(who).toContain('p50 and 10 more');
    expect(who).not.toContain('p51');
  });

  it('stats comes from the shared tables', () => {
    const { hosts } = kit.tables;
    hosts.players[0] = 5;
    hosts.matches[0] = 2;
    hosts.bots[0] = 3;
    expect(run('stats').told).toEqual([
      'notice 5 players and 2 matches on the network (1 of 1 hosts heard), ' +
        '5 players and 3 practice bots on this host',
    ]);
  });
});

describe('a command in a handler', () => {
  it('is seen by the handler first, in lower case and without spaces around it', () => {
    const { told, asked } = run('  OWN  Some Text ');
    expect(diary).toEqual(['command ada own Some Text']);
    expect({ told, asked }).toEqual({ told: [], asked: [] });
  });

  it('goes on to the host when the handler does not understand it', () => {
    expect(run('why').asked).toEqual([{ ask: 'why' }]);
    expect(diary).toEqual(['command ada why ']);
  });
});
