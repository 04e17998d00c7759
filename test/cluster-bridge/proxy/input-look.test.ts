/** Goal: few inputs are rung for, many are looked for, and a load between the two changes nothing. Method: made-up time. */

import { describe, expect, it } from 'vitest';
import { InputLook } from '../../../src/cluster-bridge/proxy/input-look.ts';

/** A second of `perSecond` inputs, asked every 5 ms as the bridge does; what was answered last. */
class Load {
  readonly #look = new InputLook();
  #inputs = 0;
  #nowMs = 0;

  second(perSecond: number): boolean {
    let isOn = false;
    for (let step = 0; step < 200; step += 1) {
      this.#nowMs += 5;
      this.#inputs += perSecond / 200;
      isOn = this.#look.step(this.#inputs, this.#nowMs);
    }
    return isOn;
  }
}

describe('InputLook', () => {
  it('rings for few and looks for many, and between the two stays as it is', () => {
    const load = new Load();
    const found = [0, 100, 900, 1_200, 20_000, 600, 400, 900, 0].map((rate) => load.second(rate));
    expect(found).toEqual([false, false, false, true, true, true, false, false, false]);
  });

  it('takes no single burst for a load: what counts is a tenth of a second', () => {
    const look = new InputLook();
    expect(look.step(0, 100)).toBe(false);
    expect(look.step(99, 105)).toBe(false);
    expect(look.step(99, 200)).toBe(false);
    expect(look.step(99 + 100, 300)).toBe(true);
  });
});
