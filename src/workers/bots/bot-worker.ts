/**
 * Thread entry of the practice bots: `new Worker(url, { workerData: BotCrewOptions })`; a message with BotSettings changes
 * them, 'stop' ends it. Runs as the bots' thread.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../shared/clock.ts';
import { BotCrew } from './bot-crew.ts';
import type { BotCrewOptions, BotSettings } from './bot-crew.ts';

// What main passes in; the constructor checks the count, the rest is our own code's.
const crew = new BotCrew(workerData as BotCrewOptions, systemClock);
crew.start();

parentPort?.on('message', (message: unknown) => {
  if (message !== 'stop') {
    // Main sends nothing else.
    crew.use(message as BotSettings);
    return;
  }
  crew.stop();
  parentPort?.close();
});
