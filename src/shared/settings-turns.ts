/**
 * The turns of a thread with settings: what main has put in force is taken over before a turn begins. Gateway and worker
 * threads.
 */

import type { PreparedSettings } from './config-cell.ts';
import type { Turns } from './turn-loop.ts';

export class SettingsTurns<Settings> implements Turns {
  readonly #turns: Turns;
  readonly #settings: PreparedSettings<Settings>;
  readonly #onAdopted: (settings: Settings, version: number) => void;

  /** `onAdopted` hands them to the parts of the thread and acknowledges the version. */
  constructor(
    turns: Turns,
    settings: PreparedSettings<Settings>,
    onAdopted: (settings: Settings, version: number) => void,
  ) {
    this.#turns = turns;
    this.#settings = settings;
    this.#onAdopted = onAdopted;
  }

  turn(): boolean {
    const settings = this.#settings;
    if (settings.tryAdopt()) this.#onAdopted(settings.current, settings.version);
    return this.#turns.turn();
  }

  hasWork(): boolean {
    return this.#turns.hasWork();
  }
}
