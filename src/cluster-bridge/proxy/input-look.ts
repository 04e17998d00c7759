/**
 * Whether input for games that act at their ticks is rung for or looked for. Bridge thread. Pure.
 *
 *   few inputs     the gateway rings for each: it crosses at once, and the bridge sleeps between them
 *   many inputs    no bell: the bridge looks every millisecond, and all that has come crosses in one message
 *
 * A wake-up costs both threads several times what a record does. Input that is wanted on arrival is always rung for.
 */

/** From so many inputs a second on a look each millisecond is cheaper than their bells. */
const LOOK_PER_SECOND = 1_000;
/** Below so many the bells are: apart, so that a load between the two does not switch to and fro. */
const RING_PER_SECOND = 500;
const WINDOW_MS = 100;

export class InputLook {
  #isOn = false;
  #sinceMs = 0;
  #seen = 0;

  /** `inputs` counts all that have come so far; true: they are looked for from now on. */
  step(inputs: number, nowMs: number): boolean {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs < WINDOW_MS) return this.#isOn;
    const perSecond = ((inputs - this.#seen) * 1000) / passedMs;
    this.#isOn = perSecond >= (this.#isOn ? RING_PER_SECOND : LOOK_PER_SECOND);
    this.#sinceMs = nowMs;
    this.#seen = inputs;
    return this.#isOn;
  }
}
