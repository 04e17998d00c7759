/** Main's side of the practice bots: their thread, which plays through the host's own frame port. Main thread. */

import { Worker } from 'node:worker_threads';
import type { HostMemory } from '../shared/host-memory.ts';
import { freshSeed } from '../shared/random.ts';
import type { BotCrewOptions, BotSettings } from '../workers/bots/bot-crew.ts';
import { threadEntry } from './thread-entry.ts';

/** Bots know how to play this handler only. */
export const PLAYABLE_HANDLER = 'capture-the-flag';

export class BotThread {
  readonly #thread: Worker;
  #isStopping = false;

  constructor(options: {
    readonly settings: BotSettings;
    readonly port: number;
    readonly token: string;
    readonly memory: HostMemory;
    readonly onLost: (error: Error) => void;
  }) {
    const { settings, port, token, memory } = options;
    const workerData: BotCrewOptions = {
      ...settings,
      host: '127.0.0.1',
      port,
      token,
      seed: freshSeed(),
      queues: memory.queues,
      queueRows: memory.sizes.queues,
    };
    this.#thread = new Worker(threadEntry('bots'), { workerData, name: 'bots' });
    this.#thread.on('error', (error: Error) => {
      if (!this.#isStopping) options.onLost(error);
    });
  }

  /** From now on; bots who play finish their matches. */
  use(settings: BotSettings): void {
    this.#thread.postMessage(settings);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#thread.terminate();
  }
}
