/** Answers each message with this thread's clock. Worker threads of clock.test.ts. */

import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../src/shared/clock.ts';

parentPort?.on('message', () => parentPort?.postMessage(systemClock.nowMs()));
parentPort?.postMessage('ready');
