/**
 * Goal: a handler's close() reaches the gateway after what it said before, only for players who are here, and whatever it is given
 * costs nobody else anything. Method: the runtime on real rings in one thread; the test is the gateway.
 */

import { describe, expect, it } from 'vitest';
import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';
import { playerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { CLOSE_CHARACTERS_MAX } from '../../../src/shared/record-layout.ts';
import { Diary, RuntimeKit } from './runtime-kit.ts';

const ADA = playerRef(1, 1);
const BOB = playerRef(2, 1);

/** Written in JavaScript, perhaps: its message is a number. */
class Careless implements GameHandler {
  readonly #context: HandlerContext;

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  onJoin(player: Player): void {
    const message: unknown = 404;
    // What no type checker has seen can be anything.
    this.#context.close(player, message as string);
  }
}

function makeKit(): RuntimeKit {
  const kit = new RuntimeKit();
  kit.name(ADA, 'ada');
  kit.name(BOB, 'bob');
  return kit;
}

/** What the host gave to the Diary that was opened last. */
function contextOfLast(): HandlerContext {
  const context = Diary.last?.context;
  if (context === undefined) throw new Error('Cannot go on: no diary was opened');
  return context;
}

describe('close() of a handler', () => {
  it('comes after what was said before it, twice or not, and the LEAVE that follows is final', () => {
    const kit = makeKit();
    const { handler, diary, instance } = kit.open();
    const context = contextOfLast();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.turn();
    const [ada] = context.players;
    if (ada === undefined) throw new Error('Cannot go on: nobody is here');
    context.send(ada, Buffer.from('the last word'));
    context.close(ada, 'x'.repeat(1_000));
    context.close(ada);
    expect(kit.turn()).toEqual([
      'data 1 the last word',
      `close 1 ${Reason.closed} ${'x'.repeat(CLOSE_CHARACTERS_MAX)}`,
      `close 1 ${Reason.closed} The game has closed the connection`,
    ]);
    kit.leave(handler, ADA, Reason.closed);
    kit.turn();
    expect(diary.at(-1)).toBe('leave ada closed');
    expect(instance.seats.size).toBe(0);
  });

  it('does nothing to who has left, lost the connection, or sits in another handler', async () => {
    const kit = makeKit();
    const { handler } = kit.open();
    const context = contextOfLast();
    kit.join({ handler, player: ADA, reason: Reason.matched });
    kit.join({ handler, player: BOB, reason: Reason.matched });
    kit.turn();
    const [ada, bob] = context.players;
    if (ada === undefined || bob === undefined) throw new Error('Cannot go on: who is here?');
    const other = kit.open();
    contextOfLast().close(ada, 'not yours');
    kit.leave(handler, ADA, Reason.disconnected);
    kit.leave(handler, BOB, Reason.left);
    kit.turn();
    context.close(ada, 'lost');
    context.close(bob, 'left');
    expect(kit.turn()).toEqual([]);

    kit.join({ handler: other.handler, player: BOB, reason: Reason.matched });
    kit.turn();
    const late = contextOfLast();
    const [again] = late.players;
    late.end({ winner: null });
    if (again !== undefined) late.close(again, 'over');
    expect(kit.turn()).toEqual([]);
    expect((await other.instance.outcome).reason).toBe(Reason.ended);
  });

  it('with a message that is no text ends that handler alone', async () => {
    const kit = makeKit();
    const careless = kit.open({}, Careless);
    const { handler, diary } = kit.open();
    kit.join({ handler: careless.handler, player: ADA, reason: Reason.matched });
    kit.join({ handler, player: BOB, reason: Reason.matched });
    kit.say(handler, BOB, 'echo 1');
    expect(kit.turn()).toContain('data 2 echo 1');
    expect((await careless.instance.outcome).reason).toBe(Reason.crashed);
    expect(diary).toContain('data bob echo 1');
  });
});
