/** The entry of a load client process: orders in over IPC, status and report out. Ends when its parent does. */

import { every } from '../../src/shared/clock.ts';
import type { LoadOrder, LoadReply } from './load-messages.ts';
import { LoadSwarm } from './load-swarm.ts';

const STATUS_INTERVAL_MS = 100;

const swarm = new LoadSwarm();

process.on('message', (message) => {
  // Only the bench's parent holds the other end of the channel.
  obey(message as LoadOrder);
});
process.on('disconnect', () => process.exit(0));
every(() => reply({ kind: 'status', status: swarm.status() }), STATUS_INTERVAL_MS);
reply({ kind: 'ready' });

function obey(order: LoadOrder): void {
  switch (order.kind) {
    case 'connect':
      swarm.connect(order);
      break;
    case 'queue':
      swarm.queue(order);
      break;
    case 'play':
      swarm.play(order);
      break;
    case 'measure':
      swarm.measure(order, (report) => reply({ kind: 'report', report }));
      break;
    case 'stop':
      swarm.stop();
      process.disconnect?.();
      break;
  }
}

function reply(message: LoadReply): void {
  if (process.connected) process.send?.(message);
}
