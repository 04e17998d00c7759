/** Goal: no thread is missing in the binary. Method: the entries in src/workers and src/cluster-bridge beside the list that the build bundles. */

import { globSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { THREAD_SOURCES } from '../../src/main/thread-entry.ts';

const MAIN_FOLDER = path.join(import.meta.dirname, '../../src/main');

it('every thread entry is named once', () => {
  const folders = ['../workers/*/*-worker.ts', '../cluster-bridge/*-worker.ts'];
  const entries = globSync(folders, { cwd: MAIN_FOLDER });
  expect(entries.length).toBeGreaterThan(4);
  expect(Object.values(THREAD_SOURCES).toSorted()).toEqual(entries.toSorted());
});
