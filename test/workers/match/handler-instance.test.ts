/**
 * Goal: whatever a handler's class does at its start or end, only it ends, in good order, with an outcome that can leave
 * the thread. Method: instances on a real runtime; outcomes are put through a structured clone, as Piscina does.
 */

import { describe, expect, it } from 'vitest';
import type { GameHandler, HandlerContext } from '../../../src/shared/api.ts';
import { playerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { HandlerOutcome } from '../../../src/shared/thread-messages.ts';
import { RuntimeKit } from './runtime-kit.ts';

type HandlerClass = new (context: HandlerContext) => GameHandler;

const ADA = playerRef(1, 1);
const calls: string[] = [];

/** A handler that notes its callbacks and runs `onOpen` or `onBirth`. */
function handlerThat(does: {
  onBirth?: (context: HandlerContext) => void;
  onOpen?: (context: HandlerContext) => void;
}): HandlerClass {
  return class {
    readonly #context: HandlerContext;
    constructor(context: HandlerContext) {
      this.#context = context;
      does.onBirth?.(context);
    }
    onOpen(): void {
      calls.push('open');
      does.onOpen?.(this.#context);
    }
    onJoin(): void {
      calls.push('join');
    }
    onClose(): void {
      calls.push('close');
    }
  };
}

async function outcomeOf(handlerClass: HandlerClass): Promise<HandlerOutcome> {
  calls.length = 0;
  const kit = new RuntimeKit();
  const { instance, handler } = kit.open({}, handlerClass);
  kit.join({ handler, player: ADA, reason: Reason.matched });
  kit.turn();
  expect(kit.reports.some(({ kind }) => kind === 'opened')).toBe(false);
  expect(calls).not.toContain('join');
  return structuredClone(await instance.outcome);
}

describe('HandlerInstance', () => {
  it('has one place in its roster for who left and is given a seat again, with other letters', () => {
    const { instance } = new RuntimeKit().open({ roster: [{ name: 'ada', team: 0 }] });
    instance.addSeats([{ name: 'Ada', team: 1 }]);
    instance.addSeats([{ name: 'bob', team: 0 }]);
    expect(instance.roster).toEqual([
      { name: 'Ada', team: 1 },
      { name: 'bob', team: 0 },
    ]);
  });

  it('does not open a handler that ended itself in its constructor', async () => {
    const ends = handlerThat({ onBirth: (context) => context.end({ winner: null }) });
    expect((await outcomeOf(ends)).reason).toBe(Reason.ended);
    expect(calls).toEqual([]);
  });

  it('does not open a handler that ended itself in onOpen()', async () => {
    const ends = handlerThat({ onOpen: (context) => context.end({}) });
    expect((await outcomeOf(ends)).reason).toBe(Reason.ended);
    expect(calls).toEqual(['open', 'close']);
  });

  it.each<[string, unknown, string]>([
    ['an error', new Error('why'), 'Error: why'],
    ['a text', 'why', 'why'],
    ['nothing', undefined, 'undefined'],
    ['an object that has no text', Object.create(null), 'Cannot show what was thrown'],
    ['a symbol', Symbol('why'), 'Symbol(why)'],
  ])('ends alone for %s thrown in its constructor', async (_name, thrown, text) => {
    const throws = handlerThat({
      onBirth: () => {
        throw thrown;
      },
    });
    const outcome = await outcomeOf(throws);
    expect(outcome.reason).toBe(Reason.crashed);
    expect(outcome.error).toContain(text);
  });

  it('gives out a result as plain data, whatever the handler put in it', async () => {
    const result = { winner: 'ada', score: () => 3, none: undefined, at: new Date(0) };
    const ends = handlerThat({
      onOpen: (context) => context.end(result),
    });
    expect((await outcomeOf(ends)).result).toEqual({
      winner: 'ada',
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('fails a handler whose result cannot be plain data', async () => {
    const result: Record<string, unknown> = {};
    result['self'] = result;
    const outcome = await outcomeOf(handlerThat({ onOpen: (context) => context.end(result) }));
    expect(outcome.reason).toBe(Reason.crashed);
    expect(outcome.error).toContain('circular');
  });

  it('keeps log fields that cannot leave the thread from taking other reports with them', () => {
    const kit = new RuntimeKit();
    const logs = handlerThat({
      onOpen: (context) => {
        context.log.info('plain', { score: 3 });
        context.log.warn('odd', { score: () => 3 });
      },
    });
    kit.open({}, logs);
    kit.turn();
    const sent = structuredClone(kit.reports);
    expect(sent.map(({ kind }) => kind)).toEqual(['log', 'log', 'opened']);
    expect(sent[0]).toMatchObject({ message: 'plain', fields: { score: 3 } });
    expect(JSON.stringify(sent[1])).toContain('could not be cloned');
  });
});
