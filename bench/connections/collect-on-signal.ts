/**
 * Loaded into a server that `connections --rest` measures, before the server itself: SIGUSR2 makes all its threads collect their
 * garbage. Each thread of the measured server. V8 does it too, but when it pleases, and not at all where little was allocated.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

setFlagsFromString('--expose-gc');
// V8 puts it there for contexts made after the flag.
const gc = runInNewContext('gc') as (how: object) => void;
/** Until nothing more is found, and the empty pages go back to the system. */
const collect = (): void => gc({ type: 'major', flavor: 'last-resort' });
const channel = new BroadcastChannel('longhouse-bench-collect');
channel.onmessage = () => collect();
channel.unref();
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage('collect');
    collect();
  });
}
