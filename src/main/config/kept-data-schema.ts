/** The settings of what the host keeps in host.dataDir, for config-schema.ts. Main thread. */

import type { TSchema } from 'typebox';
import { count, flag, section } from './schema-parts.ts';

export const STORE_SETTINGS: TSchema = section(
  'Accounts, ratings, bans, configuration, results: docs/storage.md.',
  {
    enabled: flag('Keeps them in host.dataDir; otherwise they end with the process.', true),
    resultsMax: count('Results of matches that are kept; the oldest make room.', 200_000, {
      min: 0,
      max: 100_000_000,
    }),
    auditMax: count('Acts of operators that are kept; the oldest make room.', 100_000, {
      min: 100,
      max: 10_000_000,
    }),
    fileMbMax: count('The file does not grow beyond it; then it is like a full disk.', 16_384, {
      min: 1,
      max: 1_048_576,
    }),
  },
);

export const TICKET_LOG_SETTINGS: TSchema = section(
  'Who queued, waited and was matched, kept to try other rules on: docs/replay.md.',
  {
    enabled: flag('Writes it, to the folder `tickets` in host.dataDir.', true),
    fileMbMax: count('A file that would be larger is followed by the next.', 16, {
      min: 1,
      max: 1_024,
    }),
    filesMax: count('When there are more, the oldest are removed.', 16, { min: 1, max: 10_000 }),
  },
);
