/**
 * Where the code of each thread is: its source file in a checkout, an unpacked bundle in the binary and in the package. Main thread.
 * A thread that is not named here does not get into them.
 */

import { isSea } from 'node:sea';
import { unpackedThread } from './unpack-threads.ts';

/** Entry files of all threads, from this folder. `deploy/bundle` bundles them under these names. */
export const THREAD_SOURCES = {
  gateway: '../workers/gateway/gateway-worker.ts',
  match: '../workers/match/match-worker.ts',
  bots: '../workers/bots/bot-worker.ts',
  'ticket-log': '../workers/ticket-log/ticket-log-worker.ts',
  'login-check': '../workers/logins/login-check-worker.ts',
  store: '../workers/store/store-worker.ts',
  backup: '../workers/store/backup-worker.ts',
  bridge: '../cluster-bridge/bridge-worker.ts',
} as const;

export type ThreadName = keyof typeof THREAD_SOURCES;

/** What `new Worker()` and Piscina are given. */
export function threadEntry(name: ThreadName): URL {
  return isSea() ? unpackedThread(name) : new URL(THREAD_SOURCES[name], import.meta.url);
}
