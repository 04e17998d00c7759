#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * What `npx longhouse` starts: the program itself where Node is new enough, else the same command line on the Node that
 * `npm ci` has brought along. Main thread; plain JavaScript, since an old Node has to understand it.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 26;
/** That of main-heap.ts, and of the first line. */
const MAIN_HEAP_FLAG = '--max-semi-space-size=4';
const PINNED_NODE = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const PROGRAM = fileURLToPath(new URL('cli.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  await import('./cli.ts');
} else if (existsSync(PINNED_NODE)) {
  runOn(PINNED_NODE);
} else {
  process.stderr.write(
    `longhouse: Cannot run on Node ${process.versions.node}: it needs Node ${NODE_MAJOR_MIN} or newer\n` +
      '  Run `npm ci` in the checkout, which brings the right one; or build the binary, which needs none.\n',
  );
  process.exitCode = 1;
}

/** Signals go to the program, which ends when it is ready to; its end is this one's. */
function runOn(node) {
  const child = spawn(node, [MAIN_HEAP_FLAG, PROGRAM, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0));
  });
}
