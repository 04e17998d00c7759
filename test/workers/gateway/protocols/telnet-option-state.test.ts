/**
 * Goal: two ends that follow RFC 1143 agree in the end and never loop. Method: random wishes and a random order of
 * delivery between the table and a client written here the plain way; counts the crossings it hunts.
 */

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/shared/random.ts';
import { runSeed } from '../../../support/run-seed.ts';
import { OPTION_TRANSITIONS } from '../../../../src/workers/gateway/protocols/telnet-option-state.ts';
import type {
  OptionInput,
  OptionState,
} from '../../../../src/workers/gateway/protocols/telnet-option-state.ts';

/** A client as RFC 854 wants it: answers a change of state, acknowledges nothing twice. */
class PlainClient {
  on = false;
  readonly #accepts: boolean;

  constructor(accepts: boolean) {
    this.#accepts = accepts;
  }

  hear(said: 'will' | 'wont'): 'do' | 'dont' | undefined {
    if (said === 'wont') {
      const answer = this.on ? 'dont' : undefined;
      this.on = false;
      return answer;
    }
    if (this.on) return undefined;
    this.on = this.#accepts;
    return this.#accepts ? 'do' : 'dont';
  }
}

describe('OPTION_TRANSITIONS', () => {
  it('says nothing new while an answer is awaited', () => {
    for (const state of ['offered', 'offeredThenOff', 'withdrawn', 'withdrawnThenOn'] as const) {
      expect(OPTION_TRANSITIONS[state].want.say).toBeUndefined();
      expect(OPTION_TRANSITIONS[state].unwant.say).toBeUndefined();
    }
  });

  it('agrees with the client once all is delivered, and never loops', () => {
    const seed = runSeed('telnet-option-state');
    const random = seededRandom(seed);
    const marks = { crossed: 0, refused: 0, on: 0, off: 0 };
    for (let run = 0; run < 3000; run += 1) {
      const client = new PlainClient(random.below(8) > 0);
      const toClient: ('will' | 'wont')[] = [];
      const toServer: ('do' | 'dont')[] = [];
      let state = 'off' as OptionState;
      let wanted = false;
      let said = 0;
      const step = (input: OptionInput): void => {
        const { to, say }: { to: OptionState; say?: 'will' | 'wont' } =
          OPTION_TRANSITIONS[state][input];
        state = to;
        if (say === undefined) return;
        said += 1;
        toClient.push(say);
      };
      const wishes = random.below(10);
      for (let left = wishes; left > 0 || toClient.length > 0 || toServer.length > 0;) {
        const choice = random.below(3);
        if (choice === 0 && left > 0) {
          left -= 1;
          wanted = random.below(2) === 0;
          if (toClient.length > 0 || toServer.length > 0) marks.crossed += 1;
          step(wanted ? 'want' : 'unwant');
        } else if (choice === 1) {
          const heard = toClient.shift();
          const answer = heard === undefined ? undefined : client.hear(heard);
          if (answer !== undefined) toServer.push(answer);
        } else {
          const answer = toServer.shift();
          if (answer !== undefined) step(answer);
        }
        expect(said, `seed ${seed} run ${run}`).toBeLessThanOrEqual(wishes);
      }
      if (state === 'refused') marks.refused += 1;
      else marks[wanted ? 'on' : 'off'] += 1;
      const agreed = state === 'refused' ? false : wanted;
      expect(client.on, `seed ${seed} run ${run}`).toBe(agreed);
      expect(['on', 'off', 'refused'], `seed ${seed} run ${run}`).toContain(state);
    }
    for (const count of Object.values(marks)) expect(count, `seed ${seed}`).toBeGreaterThan(50);
  });
});
