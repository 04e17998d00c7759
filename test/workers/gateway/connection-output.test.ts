/**
 * Goal: order is kept, only volatile messages are superseded and each of them is counted, one write a flush.
 * Method: examples and a property on a socket of which only `writableLength` and `write` exist, so that "slow" is exact;
 * then the same class on a real pair of sockets whose reader waits.
 */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sleep } from '../../../src/shared/clock.ts';
import { ConnectionOutput } from '../../../src/workers/gateway/connection-output.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('connection-output');
const RUNS = 1_000;

/** A socket that holds back what is written until drain(). */
class SlowSocket {
  writableLength = 0;
  isSlow = false;
  readonly writes: string[] = [];

  write(bytes: Uint8Array): boolean {
    this.writes.push(Buffer.from(bytes).toString('latin1'));
    if (this.isSlow) this.writableLength += bytes.byteLength;
    return !this.isSlow;
  }

  drain(): void {
    this.writableLength = 0;
    this.isSlow = false;
  }
}

function outputOn(socket: SlowSocket): ConnectionOutput {
  // ConnectionOutput uses these two members and no others.
  return new ConnectionOutput(socket as unknown as Socket);
}

describe('ConnectionOutput', () => {
  it('writes what a turn pushed in one write, in order', () => {
    const socket = new SlowSocket();
    const output = outputOn(socket);
    for (const text of ['a', 'bc', 'd']) output.push(Buffer.from(text), text === 'bc');
    expect(output.isDirty).toBe(true);
    expect(socket.writes).toEqual([]);
    output.flush();
    output.flush();
    expect(socket.writes).toEqual(['abcd']);
    expect(output.bytesOut).toBe(4);
    expect(output.isDirty).toBe(false);
  });

  it('gives a single message to the socket as it is, shared and not copied', () => {
    const seen: Uint8Array[] = [];
    const socket = { writableLength: 0, write: (bytes: Uint8Array) => seen.push(bytes) };
    const output = new ConnectionOutput(socket as unknown as Socket);
    const bytes = Buffer.from('broadcast');
    output.push(bytes, true);
    output.flush();
    expect(seen[0]).toBe(bytes);
  });

  it('keeps only the newest volatile message of a slow client, and counts the others', () => {
    const socket = new SlowSocket();
    socket.isSlow = true;
    const output = outputOn(socket);
    output.push(Buffer.from('x'), false);
    expect(output.flush()).toBe(1);
    for (const text of ['1', '2', '3']) output.push(Buffer.from(text), true);
    output.flush();
    expect(output.isLagging).toBe(true);
    expect(output.superseded).toBe(2);
    expect(socket.writes).toEqual(['x']);
    socket.drain();
    output.flush();
    expect(socket.writes).toEqual(['x', '3']);
    expect(output.isLagging).toBe(false);
  });

  it('writes a held volatile message before what came after it', () => {
    const socket = new SlowSocket();
    socket.isSlow = true;
    const output = outputOn(socket);
    output.push(Buffer.from('x'), false);
    output.flush();
    output.push(Buffer.from('1'), true);
    output.push(Buffer.from('!'), false);
    output.flush();
    expect(socket.writes).toEqual(['x', '1!']);
    expect(output.superseded).toBe(0);
  });

  it('drops a held volatile message when a newer one can be written at once', () => {
    const socket = new SlowSocket();
    socket.isSlow = true;
    const output = outputOn(socket);
    output.push(Buffer.from('x'), false);
    output.flush();
    output.push(Buffer.from('1'), true);
    socket.drain();
    output.push(Buffer.from('2'), true);
    output.flush();
    expect(socket.writes).toEqual(['x', '2']);
    expect(output.superseded).toBe(1);
  });
});

const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.constant('keep' as const) },
  { weight: 6, arbitrary: fc.constant('volatile' as const) },
  { weight: 4, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.constant('stall' as const) },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
);

it('ConnectionOutput loses nothing but superseded volatile messages, and never reorders', () => {
  const marks = { superseded: 0, lagging: 0, batched: 0, slowWrites: 0 };
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
      const socket = new SlowSocket();
      const output = outputOn(socket);
      const pushed: { id: number; isVolatile: boolean }[] = [];
      for (const step of steps) {
        const writesBefore = socket.writes.length;
        if (step === 'stall') socket.isSlow = true;
        else if (step === 'drain') socket.drain();
        else if (step === 'flush') {
          marks.slowWrites += Number(output.isDirty && socket.writableLength > 0);
          expect(output.flush()).toBe(socket.writableLength);
        } else {
          const isVolatile = step === 'volatile';
          output.push(Buffer.from(`${pushed.length},`), isVolatile);
          pushed.push({ id: pushed.length, isVolatile });
          marks.lagging += Number(output.isLagging);
        }
        expect(socket.writes.length - writesBefore).toBeLessThanOrEqual(step === 'flush' ? 1 : 0);
      }
      socket.drain();
      output.flush();
      expect(output.isLagging || output.isDirty).toBe(false);
      const written = socket.writes.join('').split(',').slice(0, -1).map(Number);
      marks.batched += Number(socket.writes.some((text) => text.split(',').length > 2));
      expect(written).toEqual([...written].sort((a, b) => a - b));
      const isWritten = new Set(written);
      const missing = pushed.filter(({ id }) => !isWritten.has(id));
      expect(missing.every(({ isVolatile }) => isVolatile)).toBe(true);
      expect(missing.length).toBe(output.superseded);
      expect(written.length).toBe(isWritten.size);
      // The newest message of all is never the one that is given up.
      if (pushed.length > 0) expect(isWritten.has(pushed.length - 1)).toBe(true);
      expect(output.bytesOut).toBe(socket.writes.join('').length);
      marks.superseded += output.superseded;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  console.log('connection-output marks', JSON.stringify(marks));
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS / 4);
});

it('a real client that reads late gets everything kept, in order, and the newest volatile message', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot find the port');
  const client = connect(address.port, '127.0.0.1').pause();
  const [socket] = (await once(server, 'connection')) as [Socket];
  try {
    const output = new ConnectionOutput(socket);
    const chunk = Buffer.alloc(65_536, '.');
    while (output.flush() === 0) output.push(chunk, false);
    for (let index = 0; index < 10; index += 1) {
      output.push(Buffer.from(`<volatile ${index}>`), true);
      output.flush();
    }
    output.push(Buffer.from('<last>'), false);
    output.flush();
    expect(output.superseded).toBe(9);
    let text = '';
    client.setEncoding('latin1').on('data', (data: string) => {
      text += data;
    });
    client.resume();
    for (let waits = 0; text.length < output.bytesOut && waits < 500; waits += 1) await sleep(10);
    expect(text.length).toBe(output.bytesOut);
    expect(text.replace(/^\.+/, '')).toBe('<volatile 9><last>');
  } finally {
    client.destroy();
    socket.destroy();
    server.close();
  }
});
