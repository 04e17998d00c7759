/**
 * Goal: an adapter named in the configuration serves its port, and one that throws costs its own clients their connection and
 * nobody else anything. Method: a real host with the adapter of docs/protocol.md and one that throws on command.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const SEMICOLON = fileURLToPath(
  new URL('../../examples/guess-the-number/semicolon-protocol.ts', import.meta.url),
);
/** The same, but `boom` in the bytes makes it throw. */
const FRAGILE = `
  import SemicolonProtocol from ${JSON.stringify(SEMICOLON)};
  export default class Fragile extends SemicolonProtocol {
    name = 'fragile';
    open(client) {
      const session = super.open(client);
      return {
        onBytes(chunk) {
          if (Buffer.from(chunk).includes('boom')) throw new Error('boom it is');
          session.onBytes(chunk);
        },
      };
    }
  }
`;
const CONFIG = `
listeners = [
  { name = "frame", protocol = "frame", port = 7778 },
  { name = "own", protocol = "${SEMICOLON}", port = 7777 },
  { name = "fragile", protocol = "./fragile.mjs", port = 7779 },
]
threads = { gateways = 1 }
practice = { bots = 0 }
log = { format = "json" }
`;

let host: SpawnedHost;

beforeAll(async () => {
  host = await spawnHost({ config: CONFIG, files: { 'fragile.mjs': FRAGILE } });
});

afterAll(async () => {
  await host.stop();
});

describe('a listener whose protocol is a file', () => {
  it('speaks it: login, welcome, and what others say', async () => {
    const ada = await speak(host.ports.line, 'name=ada;');
    await ada.heard(/^welcome;/);
    const bob = await FrameClient.connect(host.ports.frame);
    await bob.login('bob');
    bob.command('say good evening');
    expect(await ada.heard(/bob=/)).toContain('bob=good evening;');
    ada.socket.destroy();
  });

  it('closes what breaks its rules, with the reason that it gives', async () => {
    const client = await speak(host.ports.line, 'who=ada;');
    await client.closed;
    expect(await client.heard(/;/)).toBe('bye=bad-name;');
  });

  it('loses a client over which it throws, and no other', async () => {
    const calm = await speak(host.ports.bridge, 'name=calm;');
    await calm.heard(/^welcome;/);
    const bob = await FrameClient.connect(host.ports.frame);
    await bob.login('bea');
    for (let count = 0; count < 3; count += 1) {
      const client = await speak(host.ports.bridge, 'boom;');
      await client.heard(/^bye=crashed;/);
      await client.closed;
    }
    await bob.ping();
    bob.command('say still here');
    await calm.heard(/bea=still here;/);
    expect(await closedByReason(host)).toMatchObject({ crashed: 3 });
    const log = await eventually(
      () => host.output(),
      (text) => text.includes('protocol-failed'),
    );
    expect(log).toContain('protocol \\"fragile\\" failed in onBytes()');
    expect(log).toMatch(/boom it is.*fragile\.mjs:\d+/);
  });
});

interface Speaker {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  /** Waits until everything heard so far fits. */
  heard(pattern: RegExp): Promise<string>;
}

async function speak(port: number, words: string): Promise<Speaker> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  socket.write(words);
  return {
    socket,
    closed,
    heard: (pattern) =>
      eventually(
        () => text,
        (all) => pattern.test(all),
      ),
  };
}
