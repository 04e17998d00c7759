/**
 * Goal: the table of routes is complete, every state can be reached, and a closing connection stays closing.
 * Method: walks over the table itself; random event sequences beside the header's drawing, written as a list of arrows.
 */

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/shared/random.ts';
import {
  ROUTE_STEPS,
  RouteState,
  type RouteEvent,
  type RouteStep,
} from '../../../src/workers/gateway/route-state.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('route-state');
const STATES = Object.values(RouteState);
const EVENTS: readonly RouteEvent[] = ['login', 'admit', 'move', 'moveOldLost', 'left', 'close'];

/** Every arrow of the header's drawing: from, event, to, what is done. */
const ARROWS: readonly string[] = [
  'greeting login loggingIn askMain',
  'greeting close closing nothing',
  'loggingIn admit playing writeJoin',
  'loggingIn close closing depart',
  'playing move leaving writeLeave',
  'playing moveOldLost playing writeJoin',
  'playing close closing depart',
  'leaving move leaving redirect',
  'leaving moveOldLost playing writeJoin',
  'leaving left playing writeJoin',
  'leaving close closing depart',
];

describe('ROUTE_STEPS', () => {
  it('has exactly the arrows of the drawing, and ignores every other event', () => {
    const found = STATES.flatMap((state) =>
      EVENTS.flatMap((event) => {
        const step = ROUTE_STEPS[state][event];
        return step === undefined
          ? []
          : [`${state} ${event} ${step.to} ${step.effect ?? 'nothing'}`];
      }),
    );
    expect([...found].sort()).toEqual([...ARROWS].sort());
  });

  it('has a row for every state and a cell for every event', () => {
    expect(Object.keys(ROUTE_STEPS).sort()).toEqual([...STATES].sort());
    for (const state of STATES) {
      expect(Object.keys(ROUTE_STEPS[state]).sort()).toEqual([...EVENTS].sort());
    }
  });

  it('reaches every state from greeting, and closing from every other', () => {
    const reached = new Set<RouteState>([RouteState.greeting]);
    for (const state of reached) {
      for (const event of EVENTS) reached.add(ROUTE_STEPS[state][event]?.to ?? state);
    }
    expect(reached.size).toBe(STATES.length);
    for (const state of STATES.filter((other) => other !== RouteState.closing)) {
      expect(ROUTE_STEPS[state].close?.to).toBe(RouteState.closing);
    }
  });

  it('never leaves closing, asks main once, and departs at most once, on any walk', () => {
    const random = seededRandom(SEED);
    const marks = { ignored: 0, closing: 0, departed: 0, rejoined: 0 };
    for (let walk = 0; walk < 2_000; walk += 1) {
      let state: RouteState = RouteState.greeting;
      const effects: string[] = [];
      for (let count = 0; count < 30; count += 1) {
        // `close` is rare, so that walks are long.
        const event = EVENTS[random.below(count > 20 ? 6 : 5)] ?? 'close';
        const before: RouteState = state;
        const step: RouteStep | undefined = ROUTE_STEPS[before][event];
        if (step === undefined) marks.ignored += 1;
        else {
          state = step.to;
          effects.push(step.effect ?? 'nothing');
        }
        if (before === RouteState.closing) expect(state).toBe(before);
      }
      const times = (effect: string): number => effects.filter((one) => one === effect).length;
      expect(times('askMain')).toBeLessThanOrEqual(1);
      expect(times('depart')).toBeLessThanOrEqual(1);
      // Each leave is answered by a join before the next one, or by the end.
      expect(times('writeLeave')).toBeLessThanOrEqual(times('writeJoin'));
      marks.closing += Number(state === RouteState.closing);
      marks.departed += times('depart');
      marks.rejoined += Number(times('writeJoin') > 2);
    }
    console.log('route-state marks', JSON.stringify(marks));
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(100);
  });
});
