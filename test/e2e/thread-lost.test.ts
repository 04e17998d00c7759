/**
 * Goal: a thread that the host cannot do without takes the process along, so that a supervisor starts it again, instead of leaving a
 * host that answers operators and serves nobody. Method: a real host whose adapter throws in a timer, which nothing can contain
 * (docs/protocol.md), so that its gateway dies.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { spawnHost } from '../support/spawn-host.ts';

const SEMICOLON = fileURLToPath(
  new URL('../../examples/guess-the-number/semicolon-protocol.ts', import.meta.url),
);
const LATE = `
  import SemicolonProtocol from ${JSON.stringify(SEMICOLON)};
  export default class Late extends SemicolonProtocol {
    name = 'late';
    open(client) {
      setTimeout(() => { throw new Error('late boom'); }, 1);
      return super.open(client);
    }
  }
`;
const CONFIG = `
listeners = [
  { name = "late", protocol = "./late.mjs", port = 7777 },
  { name = "frame", protocol = "frame", port = 7778 },
]
threads = { gateways = 2 }
practice = { bots = 0 }
`;
const EXIT_FAULT = 1;
/** Spread over two gateways by the kernel: all on one of them once in a hundred thousand runs. */
const OTHERS = 18;

it('a gateway that dies ends the host, with the reason in its log and a word to the clients of the others', async () => {
  const host = await spawnHost({ config: CONFIG, files: { 'late.mjs': LATE } });
  const others = await Promise.all(
    Array.from({ length: OTHERS }, async (_, index) => {
      const client = await FrameClient.connect(host.ports.frame);
      await client.login(`ada-${index}`);
      return client;
    }),
  );
  const socket = connect(host.ports.line, '127.0.0.1');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write('hello');
  const { code, signal } = await host.exited;
  expect({ code, signal }).toEqual({ code: EXIT_FAULT, signal: null });
  expect(host.output()).toMatch(/Cannot go on: .*gateway.* died, late boom/);
  await closed;
  // Some were on the gateway that died: their connections just end.
  const byes = await Promise.allSettled(others.map((client) => client.bye()));
  const codes = byes.map((bye) => (bye.status === 'fulfilled' ? bye.value.code : 'cut'));
  expect(new Set(codes)).toEqual(new Set(['shutdown', 'cut']));
}, 60_000);
