/**
 * Thread entry of a backup: `new Worker(url, { workerData: BackupTask })`; posts one BackupDone, or dies of its error.
 * Runs as a thread of its own, of the host or of the command line: a large file keeps no other thread waiting.
 */

import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import type { BackupTask } from '../../shared/store-messages.ts';
import { backUp } from './backup.ts';

const port = parentPort;
assert(port !== null, 'this file is the entry of a thread');
// What main passes in: our own code's.
port.postMessage(await backUp(workerData as BackupTask));
