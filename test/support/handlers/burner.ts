/** A handler that keeps its worker busy: `settings.share` of the time, in ticks. For tests of placement. Runs in match workers. */

import type { GameHandler, HandlerContext } from '../../../src/shared/api.ts';
import { systemClock } from '../../../src/shared/clock.ts';

export default class Burner implements GameHandler {
  readonly #busyMs: number;

  constructor({ tickHz, settings }: HandlerContext) {
    this.#busyMs = (Number(settings['share']) * 1000) / tickHz;
  }

  onTick(): void {
    const untilMs = systemClock.nowMs() + this.#busyMs;
    while (systemClock.nowMs() < untilMs);
  }
}
