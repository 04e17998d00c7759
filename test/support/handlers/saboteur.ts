/** A handler that never returns from its first tick: its worker has to be taken away from under it. For the soak. Match workers. */

import type { GameHandler } from '../../../src/shared/api.ts';

export default class Saboteur implements GameHandler {
  onTick(): void {
    for (;;);
  }
}
