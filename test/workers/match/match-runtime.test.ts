/**
 * Goal: records reach the handlers they name in their order, every LEAVE is answered after all the handler had to say, and
 * nothing a player says is lost between two handlers. Method: the runtime on real rings in one thread and on a virtual
 * clock; the test is the gateway.
 */

import { describe, expect, it } from 'vitest';
import { handlerRef, playerRef } from '../../../src/shared/ids.ts';
import { InputChannel } from '../../../src/shared/record-layout.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { RuntimeKit, TickDiary, segment } from './runtime-kit.ts';

const ADA = playerRef(1, 1);
const BOB = playerRef(2, 1);
/** Ada's next connection: another slot. */
const ADA_AGAIN = playerRef(5, 3);
const { input, command, opaque } = InputChannel;

function makeKit(): RuntimeKit {
  const kit = new RuntimeKit();
  kit.name(ADA, 'ada');
  kit.name(BOB, 'bob');
  // The same account in other letters: a game knows its player by the name of before.
  kit.name(ADA_AGAIN, 'Ada');
  return kit;
}

describe('a player in a handler', () => {
  it('joins, is heard, is answered, and leaves, in that order, with LEFT last', () => {
    const kit = makeKit();
    const { handler, diary } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.say(handler, ADA, 'echo 1');
    kit.say(handler, ADA, 'all 2');
    kit.leave(handler, ADA, Reason.left);
    kit.say(handler, ADA, 'too late');
    const seen = kit.turn();
    expect(diary).toEqual([
      'open',
      'join ada matched',
      'data ada echo 1',
      'data ada all 2',
      'leave ada left',
    ]);
    expect(seen).toEqual([
      'event 1 match matched',
      'data 1 echo 1',
      'data 1 all 2',
      `left 1 ${opaque}:rest of ada`,
    ]);
  });

  it('is heard only by the handler that the record names, in the generation it names', () => {
    const kit = makeKit();
    const first = kit.open();
    const second = kit.open();
    kit.join({ handler: first.handler, player: ADA, reason: Reason.login });
    kit.say(second.handler, ADA, 'wrong handler');
    kit.say(first.handler, playerRef(1, 2), 'wrong generation');
    kit.say(first.handler, BOB, 'nobody here');
    kit.turn();
    expect(first.diary).toEqual(['open', 'join ada login']);
    expect(second.diary).toEqual(['open']);
  });

  it('brings what the last handler did not read, before anything said since', () => {
    const kit = makeKit();
    const { handler, diary } = kit.open();
    const unread = [segment(opaque, 'half'), segment(command, 'own word'), segment(input, 'old')];
    kit.join({ handler, player: ADA, reason: Reason.matched }, unread);
    kit.say(handler, ADA, 'new');
    kit.turn();
    expect(diary.slice(2)).toEqual([
      'data ada half',
      'command ada own word',
      'data ada old',
      'data ada new',
    ]);
  });
});

describe('LEAVE', () => {
  it('is answered for a player and for a handler that were never here', () => {
    const kit = makeKit();
    const { handler } = kit.open();
    kit.leave(handler, ADA, Reason.moved);
    kit.leave(handlerRef(30, 7), BOB, Reason.moved);
    expect(kit.turn()).toEqual(['left 1 ', 'left 2 ']);
  });

  it('of a player whose handler was gone before brings back commands and opaque bytes, in order', () => {
    const kit = makeKit();
    const orphan = handlerRef(30, 7);
    kit.join({ handler: orphan, player: ADA, reason: Reason.matched }, [segment(command, 'why')]);
    kit.say(orphan, ADA, 'for nobody');
    kit.say(orphan, ADA, 'xyz', opaque);
    kit.leave(orphan, ADA, Reason.moved);
    expect(kit.turn()).toEqual([`left 1 ${command}:why|${opaque}:xyz`]);
  });

  it('of a lost connection keeps the seat in a match, and frees it in a lobby', () => {
    const kit = makeKit();
    for (const isLobby of [false, true]) {
      const { handler, diary, instance } = kit.open({ isLobby });
      kit.join({ handler, player: ADA, reason: Reason.login });
      kit.leave(handler, ADA, Reason.disconnected);
      kit.turn();
      expect(diary.at(-1)).toBe('leave ada disconnected');
      expect(instance.seats.size).toBe(isLobby ? 0 : 1);
    }
  });
});

describe('a kept seat', () => {
  it('is the returning player’s again, with what was sent meanwhile not sent to anyone', () => {
    const kit = makeKit();
    const { handler, diary } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.join({ handler, player: BOB, reason: Reason.matched });
    kit.leave(handler, ADA, Reason.disconnected);
    kit.say(handler, BOB, 'all alone');
    expect(kit.turn().at(-1)).toBe('data 2 all alone');
    kit.join({ handler, player: ADA_AGAIN, reason: Reason.resumed });
    kit.say(handler, ADA_AGAIN, 'echo back');
    expect(kit.turn()).toEqual(['event 5 match resumed', 'data 5 echo back']);
    expect(diary.slice(-2)).toEqual(['reconnect ada', 'data ada echo back']);
  });

  it('goes to a login that comes before the old connection’s LEAVE, which then changes nothing', () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.join({ handler, player: ADA_AGAIN, reason: Reason.resumed });
    kit.leave(handler, ADA, Reason.replaced);
    kit.say(handler, ADA, 'a ghost');
    kit.say(handler, ADA_AGAIN, 'echo me');
    expect(kit.turn().slice(2)).toEqual(['left 1 ', 'data 5 echo me']);
    expect(diary.slice(2)).toEqual(['reconnect ada', 'data ada echo me']);
    expect(instance.seats.size).toBe(1);
    expect([...instance.seats][0]?.connected).toBe(true);
  });

  it('is bound to the gateway of the new connection', () => {
    const kit = new RuntimeKit(2);
    const elsewhere = playerRef(64 + 3, 1);
    kit.name(ADA, 'ada');
    kit.name(elsewhere, 'ada');
    const { handler } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.turn();
    kit.join({ handler, player: elsewhere, reason: Reason.resumed }, [segment(input, 'echo')], 1);
    expect(kit.turn(1)).toEqual(['event 67 match resumed', 'data 67 echo']);
    kit.leave(handler, ADA, Reason.replaced);
    expect(kit.turn(0).at(-1)).toBe('left 1 ');
  });

  it('ends when main says that its time is over', () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.turn();
    kit.leave(handler, ADA, Reason.disconnected);
    kit.turn();
    kit.runtime.apply([
      { kind: 'expire', handler, name: 'bob' },
      { kind: 'expire', handler, name: 'ada' },
    ]);
    expect(instance.seats.size).toBe(0);
    expect(diary.slice(-2)).toEqual(['leave ada disconnected', 'leave ada expired']);
  });

  it('keeps no seat that main has given up, where that word overtakes the end of the connection', () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.turn();
    kit.runtime.apply([{ kind: 'expire', handler, name: 'ada' }]);
    // Whoever is still connected plays until the gateway says otherwise.
    expect(instance.seats.size).toBe(1);
    kit.leave(handler, ADA, Reason.disconnected);
    kit.turn();
    expect(instance.seats.size).toBe(0);
    expect(diary.at(-1)).toBe('leave ada expired');
  });
});

describe('the end of a handler', () => {
  it('comes with input in flight: what was for it is dropped, what is for the next is kept', async () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.say(handler, ADA, 'end');
    kit.say(handler, ADA, 'too late');
    kit.say(handler, ADA, 'queue duel', command);
    kit.say(handler, ADA, 'raw', opaque);
    kit.leave(handler, ADA, Reason.ended);
    // Main tells everyone of the end: here only LEFT follows.
    expect(kit.turn().slice(1)).toEqual([`left 1 ${command}:queue duel|${opaque}:raw`]);
    expect(diary.slice(2)).toEqual(['data ada end', 'close ended']);
    expect(await instance.outcome).toEqual({
      reason: Reason.ended,
      result: { winner: 'ada' },
      error: undefined,
    });
  });

  it.each([command, opaque])(
    'that batched input brings about keeps what comes with it on channel %i for the next handler',
    (channel) => {
      const kit = makeKit();
      const { handler, diary } = kit.open({ tickHz: 10 }, TickDiary);
      kit.join({ handler, player: ADA, reason: Reason.matched });
      kit.turn();
      kit.say(handler, ADA, 'end');
      // Input that waits for the tick is handed over before this, and ends the match.
      kit.say(handler, ADA, 'own', channel);
      kit.leave(handler, ADA, Reason.ended);
      expect(kit.turn()).toEqual([`left 1 ${channel}:own`]);
      expect(diary.slice(2)).toEqual(['data ada end', 'close ended']);
    },
  );

  it('waits, when main says that nobody is left, for those whose LEAVE is not here yet', async () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.join({ handler, player: BOB, reason: Reason.matched });
    kit.turn();
    kit.runtime.apply([{ kind: 'end', handler, reason: Reason.expired }]);
    kit.leave(handler, ADA, Reason.left);
    expect(kit.turn()).toEqual([`left 1 ${opaque}:rest of ada`]);
    expect(instance.isOpen).toBe(true);
    kit.leave(handler, BOB, Reason.left);
    expect(kit.turn()).toEqual([`left 2 ${opaque}:rest of bob`]);
    expect(diary.slice(3)).toEqual(['leave ada left', 'leave bob left', 'close expired']);
    expect(await instance.outcome).toMatchObject({ reason: Reason.expired });
  });

  it('lets it give back the half message behind the one that ended it, before what comes later', () => {
    const kit = makeKit();
    const { handler } = kit.open();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.say(handler, ADA, 'end, half', opaque);
    kit.say(handler, ADA, ' a word', opaque);
    kit.leave(handler, ADA, Reason.ended);
    expect(kit.turn().slice(1)).toEqual([`left 1 ${opaque}:half|${opaque}: a word`]);
  });

  it('by a throw is its own affair: others on the worker go on', async () => {
    const kit = makeKit();
    const bad = kit.open();
    const good = kit.open();
    kit.join({ handler: bad.handler, player: ADA, reason: Reason.matched });
    kit.join({ handler: good.handler, player: BOB, reason: Reason.matched });
    kit.say(bad.handler, ADA, 'throw');
    kit.say(good.handler, BOB, 'echo');
    expect(kit.turn().at(-1)).toBe('data 2 echo');
    const outcome = await bad.instance.outcome;
    expect(outcome.reason).toBe(Reason.crashed);
    expect(outcome.error).toContain('told to');
    expect(bad.diary.at(-1)).toBe('close crashed');
    expect(good.instance.isOpen).toBe(true);
  });

  it('by main’s order tells the handler why, once', async () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    kit.runtime.apply([
      { kind: 'end', handler, reason: Reason.drained },
      { kind: 'end', handler, reason: Reason.shutdown },
    ]);
    expect(diary).toEqual(['open', 'close drained']);
    expect((await instance.outcome).reason).toBe(Reason.drained);
    kit.runtime.apply([{ kind: 'forget', handler }]);
    kit.runtime.publishLoad();
    expect(kit.tables.workers.handlers[0]).toBe(0);
  });
});

describe('a handler with ticks', () => {
  it('gets batched input in order just before its tick, and before a LEAVE', () => {
    const kit = makeKit();
    const { handler, diary } = kit.open({ tickHz: 10 }, TickDiary);
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.say(handler, ADA, 'one');
    kit.say(handler, ADA, 'two');
    kit.turn();
    expect(diary).toEqual(['open', 'join ada matched']);
    kit.clock.advance(100);
    kit.turn();
    expect(diary.slice(2)).toEqual(['data ada one', 'data ada two', 'tick 1']);
    kit.say(handler, ADA, 'three');
    kit.leave(handler, ADA, Reason.moved);
    kit.turn();
    expect(diary.slice(5)).toEqual(['data ada three', 'leave ada moved']);
  });
});
