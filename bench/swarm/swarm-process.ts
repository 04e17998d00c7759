/** The entry of one process of the swarm: orders in over IPC, a report a second out. Ends when its parent does. */

import { sleep } from '../../src/shared/clock.ts';
import { SwarmCrowd } from './swarm-crowd.ts';
import type { SwarmOrder, SwarmReply } from './swarm-messages.ts';

/** For the last words of those who leave. */
const GOODBYE_MS = 200;

let crowd: SwarmCrowd | undefined;

process.on('message', (message) => {
  // Only the bench's parent holds the other end of the channel.
  void obey(message as SwarmOrder);
});
process.on('disconnect', () => process.exit(0));
reply({ kind: 'ready' });

async function obey(order: SwarmOrder): Promise<void> {
  switch (order.kind) {
    case 'run':
      crowd = new SwarmCrowd(order, (second) => reply({ kind: 'second', second }));
      crowd.start();
      break;
    case 'end':
      if (crowd !== undefined) reply({ kind: 'left', waits: crowd.stop() });
      await sleep(GOODBYE_MS);
      process.disconnect?.();
      break;
  }
}

function reply(message: SwarmReply): void {
  if (process.connected) process.send?.(message);
}
