/** Where the store's file is. Main thread. */

import path from 'node:path';

/** Its log and index stand beside it, `-wal` and `-shm`. */
export function storeFile(dataDir: string): string {
  return path.join(path.resolve(dataDir), 'longhouse.db');
}
