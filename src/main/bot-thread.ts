/** Main's side of the practice bots: their thread, which plays through the host's own frame port. Main thread. */

import { Worker } from 'node:worker_threads';
import type { HostMemory } from '../shared/host-memory.ts';
import { freshSeed } from '../shared/random.ts';
import type { BotCrewOptions } from '../workers/bots/bot-crew.ts';
import type { HostConfig } from './config/host-config.ts';

/** Bots know how to play this handler only. */
export const PLAYABLE_HANDLER = 'capture-the-flag';

export class BotThread {
  readonly #thread: Worker;
  #isStopping = false;

  constructor(options: {
    readonly count: number;
    readonly port: number;
    readonly token: string;
    readonly patienceMs: number;
    readonly modes: HostConfig['modes'];
    readonly memory: HostMemory;
    readonly onLost: (error: Error) => void;
  }) {
    const { count, port, token, patienceMs, memory } = options;
    const workerData: BotCrewOptions = {
      count,
      host: '127.0.0.1',
      port,
      token,
      seed: freshSeed(),
      patienceMs,
      queues: memory.queues,
      queueRows: memory.sizes.queues,
      modes: Object.entries(options.modes)
        .map(([mode, { handler, teams, teamSize, practiceBots }], row) => {
          const isOpen = practiceBots && handler === PLAYABLE_HANDLER;
          return { mode, row, needed: teams * teamSize, handler, isOpen };
        })
        .filter(({ isOpen }) => isOpen),
    };
    this.#thread = new Worker(new URL('../workers/bots/bot-worker.ts', import.meta.url), {
      workerData,
      name: 'bots',
    });
    this.#thread.on('error', (error: Error) => {
      if (!this.#isStopping) options.onLost(error);
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#thread.terminate();
  }
}
