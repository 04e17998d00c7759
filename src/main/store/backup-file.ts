/**
 * Backs the store's file up, whether a host runs on it or not: for the command line and the host. Main thread; the work is
 * done in a thread of its own.
 */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../shared/clock.ts';
import { HostError, messageOf } from '../../shared/errors.ts';
import type { BackupDone, BackupTask } from '../../shared/store-messages.ts';
import { threadEntry } from '../thread-entry.ts';
import { storeFile } from './store-file-name.ts';

export interface BackupReport extends BackupDone {
  /** Absolute path. */
  readonly file: string;
  readonly tookMs: number;
}

/** Makes `file`, a whole copy of one moment, checked row by row. Throws `backup`, also where `file` is there already. */
export async function backupDatabase(dataDir: string, file: string): Promise<BackupReport> {
  const startedMs = systemClock.nowMs();
  const source = storeFile(dataDir);
  const target = path.resolve(file);
  const action = `Cannot back "${source}" up to "${target}"`;
  if (!existsSync(source)) throw new HostError('backup', `${action}: there is no such store`);
  if (existsSync(target)) throw new HostError('backup', `${action}: that file is there already`);
  const workerData: BackupTask = { source, file: target };
  const thread = new Worker(threadEntry('backup'), { workerData, name: 'backup' });
  try {
    // An error of the thread rejects this; what arrives is our own thread's.
    const [done] = (await once(thread, 'message')) as [BackupDone];
    return { ...done, file: target, tookMs: systemClock.nowMs() - startedMs };
  } catch (cause) {
    throw new HostError('backup', `${action}: ${messageOf(cause)}`, { cause });
  } finally {
    await thread.terminate();
  }
}
