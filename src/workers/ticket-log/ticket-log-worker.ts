/** Thread entry of the ticket log: `new Worker(url, { workerData: TicketLogTask })`. Runs as the ticket log's thread. */

import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../shared/errors.ts';
import type {
  TicketLogOrder,
  TicketLogReport,
  TicketLogTask,
} from '../../shared/ticket-log-messages.ts';
import { TicketLogWriter } from './ticket-log-writer.ts';

const port = parentPort;
assert(port !== null, 'this file is the entry of a thread');
// What main passes in: our own code's.
const writer = new TicketLogWriter(workerData as TicketLogTask);

port.on('message', (order: TicketLogOrder) => {
  switch (order.kind) {
    case 'append':
      port.postMessage(appended(order));
      break;
    case 'header':
      writer.useHeader(order.header);
      break;
    case 'stop':
      writer.close();
      port.close();
      break;
  }
});

function appended({ text, events }: { text: string; events: number }): TicketLogReport {
  try {
    return { kind: 'written', textLength: text.length, fileBytes: writer.append(text) };
  } catch (error) {
    return { kind: 'failed', textLength: text.length, events, error: messageOf(error) };
  }
}
