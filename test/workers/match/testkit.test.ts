/**
 * Goal: the test kit treats a handler as the host does. Method: a handler that writes down all that is done to it.
 */

import { expect, test } from 'vitest';
import type { GameHandler, HandlerContext, Player, Tick } from '../../../src/shared/api.ts';
import { TestPlayer, createTestMatch, eventsOf } from '../../../src/workers/match/testkit.ts';

const roster = [
  { name: 'ada', team: 0 },
  { name: 'bob', team: 1 },
];

class Diary implements GameHandler {
  static readonly pages: string[] = [];
  readonly #context: HandlerContext;
  #kept: Uint8Array | undefined = undefined;

  constructor(context: HandlerContext) {
    this.#context = context;
    Diary.pages.length = 0;
  }

  onOpen(): void {
    Diary.pages.push(`open ${this.#context.roster.length}`);
  }

  onJoin(player: Player, reason: string): void {
    Diary.pages.push(`join ${player.name} ${player.team} ${reason}`);
  }

  onData(player: Player, bytes: Uint8Array): void {
    Diary.pages.push(`data ${player.name} ${bytes.join(' ')} @${this.#context.clock.nowMs()}`);
    if (bytes[0] === 1) this.#context.end({ winner: player.name });
    if (bytes[0] === 2) throw new Error('the handler fell over');
    if (bytes[0] === 3) this.#kept = bytes;
    if (bytes[0] === 4) this.#context.broadcast(this.#kept ?? bytes);
    if (bytes[0] === 5) this.#context.send(player, new Uint8Array(65_535));
    if (bytes[0] === 1 && bytes.length > 1) this.#context.unread(player, bytes.subarray(1));
    if (bytes[0] === 6) this.#context.unread(player, bytes);
    if (bytes[0] === 7) this.#context.clock.setTimer(() => this.#fail(), 50);
    if (bytes[0] === 8) this.#context.clock.setTimer(() => this.#context.end({ by: 'timer' }), 50);
  }

  onCommand(player: Player, word: string, text: string): boolean {
    Diary.pages.push(`command ${player.name} ${word} [${text}]`);
    this.#context.event(player, { event: 'notice', text });
    return word === 'known';
  }

  onTick(tick: Tick): void {
    Diary.pages.push(`tick ${tick.number} @${this.#context.clock.nowMs()}`);
    this.#context.broadcast(Uint8Array.of(tick.number), { volatile: true });
  }

  onLeave(player: Player, reason: string): void {
    Diary.pages.push(`leave ${player.name} ${reason}`);
    if (reason === 'left') this.#context.unread(player, Uint8Array.of(9));
  }

  onReconnect(player: Player): void {
    Diary.pages.push(`reconnect ${player.name} ${player.view}`);
  }

  onClose(reason: string): void {
    Diary.pages.push(`close ${reason}`);
  }

  #fail(): void {
    throw new Error(`the timer of ${this.#context.id} fell over`);
  }
}

class BatchedDiary extends Diary {
  static readonly input = 'onTick';
}

test('callbacks come in the host’s order, and ticks at their times', () => {
  const match = createTestMatch(Diary, { roster, tickHz: 10 });
  match.join('ada');
  match.join('bob', { view: 'plain' });
  match.send('ada', Uint8Array.of(42));
  match.advance(250);
  match.send('bob', Uint8Array.of(1));
  match.advance(1000);
  expect(Diary.pages).toEqual([
    'open 2',
    'join ada 0 matched',
    'join bob 1 matched',
    'data ada 42 @0',
    'tick 1 @100',
    'tick 2 @200',
    'data bob 1 @250',
    'close ended',
  ]);
  expect(match.outcome).toEqual({ reason: 'ended', result: { winner: 'bob' } });
  expect(() => match.join('eve')).toThrow('Cannot join: the handler has ended (ended)');
});

test('input: onTick batches what was sent until just before the tick', () => {
  const match = createTestMatch(BatchedDiary, { roster, tickHz: 4 });
  match.join('ada');
  match.send('ada', Uint8Array.of(10));
  match.send('ada', Uint8Array.of(11));
  match.advance(250);
  expect(Diary.pages.slice(2)).toEqual(['data ada 10 @250', 'data ada 11 @250', 'tick 1 @250']);
});

test('a lost connection gets nothing, keeps its seat, and comes back with another view', () => {
  const match = createTestMatch(Diary, { roster, tickHz: 10 });
  const ada = match.join('ada');
  match.advance(100);
  match.disconnect('ada');
  match.advance(100);
  match.reconnect('ada', { view: 'terminal' });
  match.advance(100);
  expect(ada.states).toEqual([Uint8Array.of(1), Uint8Array.of(3)]);
  expect(ada.sent.map((state) => state.volatile)).toEqual([true, true]);
  expect(Diary.pages).toContain('reconnect ada terminal');
  match.disconnect('ada');
  match.expire('ada');
  expect(Diary.pages.slice(-2)).toEqual(['leave ada disconnected', 'leave ada expired']);
  expect(() => match.player('ada')).toThrow("Cannot find a player: 'ada'");
});

test('what a handler throws comes out of the call that led to it, timers included', () => {
  const match = createTestMatch(Diary, { roster });
  match.join('ada');
  expect(() => match.send('ada', Uint8Array.of(2))).toThrow('the handler fell over');
  match.send('ada', Uint8Array.of(7));
  expect(() => match.advance(60)).toThrow('the timer of test/test/1 fell over');
});

test('a timer of the handler can end the match', () => {
  const match = createTestMatch(Diary, { roster, tickHz: 0 });
  match.join('ada');
  match.send('ada', Uint8Array.of(8));
  match.advance(60);
  expect(match.outcome?.result).toEqual({ by: 'timer' });
});

test('bytes that a handler keeps without copying are wiped', () => {
  const match = createTestMatch(Diary, { roster });
  const ada = match.join('ada');
  match.send('ada', Uint8Array.of(3, 3));
  match.send('ada', Uint8Array.of(4, 4));
  expect(ada.states).toEqual([Uint8Array.of(0xee, 0xee)]);
});

test('bytes after those that ended the match can be given back', () => {
  const match = createTestMatch(Diary, { roster });
  const ada = match.join('ada');
  match.send('ada', Uint8Array.of(1, 7, 7));
  expect(match.outcome).toMatchObject({ reason: 'ended' });
  expect(ada.unread).toEqual([Uint8Array.of(7, 7)]);
});

test('states that are too long, and unread() of one who stays, are errors', () => {
  const match = createTestMatch(Diary, { roster });
  const ada = match.join('ada');
  expect(() => match.send('ada', Uint8Array.of(5))).toThrow('Cannot send: 65535 bytes');
  expect(() => match.send('ada', Uint8Array.of(6))).toThrow(
    'Cannot give back bytes: "ada" is not leaving',
  );
  match.leave('ada');
  expect(ada.unread).toEqual([Uint8Array.of(9)]);
});

test('commands are cut into a lower-case word and its text', () => {
  const match = createTestMatch(Diary, { roster });
  const ada = match.join('ada');
  expect(match.command('ada', 'KNOWN  Some Text ')).toBe(true);
  expect(match.command('ada', 'other')).toBe(false);
  expect(Diary.pages.slice(-2)).toEqual(['command ada known [Some Text]', 'command ada other []']);
  expect(eventsOf(ada, 'notice').map((event) => event.text)).toEqual(['Some Text', '']);
});

test('a handler closes the connection of a player who is here, once, and of nobody else', () => {
  const match = createTestMatch(Doorman, { roster });
  const ada = match.join('ada');
  const bob = match.join('bob');
  match.send('ada', 'out');
  expect(ada.closed).toBe('out with ada');
  expect(ada.text).toBe('goodbye');
  expect(bob.closed).toBeUndefined();
  match.leave('ada', 'closed');
  match.send('bob', 'out');
  expect(ada.closed).toBe('out with ada');
  expect(bob.closed).toBe('out with bob');
  match.disconnect('bob');
  expect(match.logs).toEqual([
    { level: 'info', message: 'ada closed' },
    { level: 'info', message: 'bob disconnected' },
  ]);
});

/** Closes whoever says something, and all who said something before. */
class Doorman implements GameHandler {
  readonly #context: HandlerContext;
  readonly #known: Player[] = [];

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  onData(player: Player): void {
    this.#known.push(player);
    for (const one of this.#known) {
      this.#context.send(one, Buffer.from('goodbye'));
      this.#context.close(one, `out with ${one.name}`);
      this.#context.close(one, 'twice');
      this.#context.send(one, Buffer.from('too late'));
    }
  }

  onLeave(player: Player, reason: string): void {
    this.#context.log.info(`${player.name} ${reason}`);
  }
}

test('after close() no callback runs and nothing is sent', () => {
  const match = createTestMatch(Diary, { roster });
  const ada = match.join('ada');
  expect(ada).toBeInstanceOf(TestPlayer);
  match.close('drained');
  expect(Diary.pages.at(-1)).toBe('close drained');
  expect(match.outcome).toEqual({ reason: 'drained', result: undefined });
  match.send('ada', Uint8Array.of(42));
  match.leave('ada');
  match.advance(1_000);
  expect(Diary.pages.at(-1)).toBe('close drained');
  expect(ada.states).toEqual([]);
});
