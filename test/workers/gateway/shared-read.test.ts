/**
 * Goal: a socket of the shared read behaves as node:net's own would: order, pauses, ends, errors, the count of its server.
 * Method: real sockets over loopback. Fails where a version of Node keeps its handle under another name.
 */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sleep } from '../../../src/shared/clock.ts';
import {
  socketOfSharedRead,
  type BytesListener,
  type ReadSocket,
} from '../../../src/workers/gateway/shared-read.ts';

class Recorder implements BytesListener {
  /** That the newest bytes lay in. */
  buffer: ArrayBufferLike | undefined;
  readonly chunks: Buffer[] = [];

  onBytes(bytes: Uint8Array): void {
    this.buffer = bytes.buffer;
    this.chunks.push(Buffer.from(bytes));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

const open: (Server | Socket)[] = [];

afterEach(() => {
  for (const item of open.splice(0)) {
    if ('listen' in item) item.close();
    else item.destroy();
  }
});

async function listening(): Promise<Server> {
  const server = createServer({ pauseOnConnect: true });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function accept(server: Server): Promise<{ client: Socket; served: ReadSocket<Recorder> }> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  const client = connect(address.port, '127.0.0.1');
  open.push(client);
  const served = socketOfSharedRead<Recorder>(await accepted);
  served.reader = new Recorder();
  open.push(served);
  return { client, served };
}

async function until(isTrue: () => boolean): Promise<void> {
  await expect.poll(isTrue, { timeout: 15_000 }).toBe(true);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

describe('socketOfSharedRead', () => {
  it('reads nothing before resume(), then hands over windows of one buffer for all sockets', async () => {
    const server = await listening();
    const pairs = [await accept(server), await accept(server)];
    const readers = pairs.map(({ served }) => served.reader);
    pairs[0]?.client.write('one');
    pairs[1]?.client.write('two');
    expect(readers.map((reader) => reader?.chunks.length)).toEqual([0, 0]);
    for (const { served } of pairs) served.resume();
    await until(() => readers.every((reader) => reader?.text.length === 3));
    expect(readers.map((reader) => reader?.text)).toEqual(['one', 'two']);
    expect(readers[0]?.buffer).toBeDefined();
    expect(readers[1]?.buffer).toBe(readers[0]?.buffer);
  });

  it('keeps order and loses nothing over pause() and resume(), and takes chunks of every size', async () => {
    const { client, served } = await accept(await listening());
    const sent = Buffer.alloc(3_000_000);
    for (let index = 0; index < sent.byteLength; index += 1) sent[index] = (index * 31) >> 3;
    client.end(sent);
    const ended = once(served, 'close');
    served.resume();
    let pauses = 0;
    while (!served.destroyed) {
      served.pause();
      const count = served.reader?.chunks.length;
      await sleep(0);
      expect(served.reader?.chunks.length).toBe(count);
      pauses += 1;
      served.resume();
      await sleep(0);
    }
    await ended;
    expect(pauses).toBeGreaterThan(1);
    expect(Buffer.concat(served.reader?.chunks ?? []).equals(sent)).toBe(true);
  });

  it('writes, ends when the client ends, and leaves the count of its server', async () => {
    const server = await listening();
    const { client, served } = await accept(server);
    served.resume();
    served.write('hello');
    const [hello] = (await once(client, 'data')) as [Buffer];
    expect(hello.toString()).toBe('hello');
    expect(await connectionsOf(server)).toBe(1);
    client.end();
    await once(served, 'close');
    expect(await connectionsOf(server)).toBe(0);
  });

  it('says when the client breaks off', async () => {
    const { client, served } = await accept(await listening());
    const failed = once(served, 'error');
    served.resume();
    client.resetAndDestroy();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await until(() => served.destroyed);
  });
});
