/**
 * Goal: main's young generation is small wherever a host is started, and no thread's is made small by that. Method: the files that
 * start hosts are read; a program of two threads with the flag makes garbage.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAIN_HEAP_FLAG } from '../../src/main/main-heap.ts';

const ROOT = new URL('../../', import.meta.url);
const THREADS = new URL('../fixtures/main-heap-threads.ts', import.meta.url).pathname;
/** Three semi-spaces of what the flag says. */
const YOUNG_MIB_MAX = 3 * 4;

describe('the flag of main', () => {
  it.each([
    ['package.json', `"exec node ${MAIN_HEAP_FLAG} src/main/cli.ts start"`],
    ['src/main/launch.js', `#!/usr/bin/env -S node ${MAIN_HEAP_FLAG}\n`],
    ['src/main/launch.js', `const MAIN_HEAP_FLAG = '${MAIN_HEAP_FLAG}';\n`],
    ['deploy/build-package/launch.js', `#!/usr/bin/env -S node ${MAIN_HEAP_FLAG}\n`],
  ])('stands in %s', (file, text) => {
    expect(readFileSync(new URL(file, ROOT), 'utf8')).toContain(text);
  });

  it('holds main to it, and leaves a thread the room that its limits give', () => {
    const printed = execFileSync(process.execPath, [MAIN_HEAP_FLAG, THREADS], { encoding: 'utf8' });
    // The program's own two lines: MiB of the largest young generation seen.
    const { main, thread } = JSON.parse(printed) as { main: number; thread: number };
    expect(main).toBeLessThanOrEqual(YOUNG_MIB_MAX);
    expect(thread).toBeGreaterThan(YOUNG_MIB_MAX);
  });
});
