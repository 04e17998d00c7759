/** The store of a running host: where its file is, what is said of its state, what it tells /metrics. Main thread. */

import { systemClock } from '../../shared/clock.ts';
import { reasonWord } from '../../shared/reason.ts';
import type { StoreHealth } from '../../shared/store-messages.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { Happening } from '../directory/directory-effects.ts';
import type { HostLog } from '../log.ts';
import { storeFile } from './store-file-name.ts';
import { StoreThread, type StoreCounts } from './store-thread.ts';
import { StoredRatings } from './stored-ratings.ts';

const IN_MEMORY = ':memory:';

export class HostStore {
  /** All calls; with the store switched off they work all the same, until the process ends. */
  readonly calls: StoreThread;
  readonly ratings: StoredRatings;
  readonly #log: HostLog;
  readonly #listeners: ((health: StoreHealth) => void)[] = [];
  #hadTrouble = false;

  constructor(config: HostConfig, log: HostLog) {
    this.#log = log;
    const { enabled, resultsMax, auditMax, fileMbMax } = config.store;
    this.calls = new StoreThread({
      task: {
        file: enabled ? storeFile(config.host.dataDir) : IN_MEMORY,
        hostId: config.host.id,
        resultsMax,
        auditMax,
        fileMbMax,
      },
      onProblem: (health) => this.#onProblem(health),
    });
    this.ratings = new StoredRatings(this.calls);
  }

  /** Resolves when the store works, or is known not to: then the host plays on with what is in memory. */
  async start(): Promise<void> {
    await this.calls.start();
  }

  async close(): Promise<void> {
    await this.calls.close();
  }

  health(): StoreHealth {
    return this.calls.known;
  }

  counts(): StoreCounts {
    return this.calls.counts();
  }

  /** Calls `listener` with each change of the health. */
  onHealth(listener: (health: StoreHealth) => void): void {
    this.#listeners.push(listener);
  }

  onHappening(happening: Happening): void {
    if (happening.kind !== 'matchEnded') return;
    const { id, mode, reason, result, durationMs, players } = happening;
    const endedMs = systemClock.wallMs();
    const startedMs = Math.round(endedMs - durationMs);
    const word = reasonWord(reason);
    this.calls.addResults([{ match: id, mode, startedMs, endedMs, reason: word, result, players }]);
  }

  #onProblem(health: StoreHealth): void {
    const { state, problem, setAside } = health;
    const reason = 'store';
    switch (state) {
      case 'good':
        // Nobody needs to read at each start that all is well.
        if (this.#hadTrouble) this.#log.info('the store is written again', { reason });
        break;
      case 'replaced':
        this.#log.error(`the store has lost something: ${problem}`, { reason, setAside });
        break;
      case 'failing':
        this.#log.error(`the store is not written, play goes on: ${problem}`, { reason });
        break;
    }
    this.#hadTrouble = state !== 'good';
    for (const listener of this.#listeners) listener(health);
  }
}
