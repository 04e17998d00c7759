/**
 * Goal: the clients that the end-to-end tests lean on see what was sent and fail when it was not.
 * Method: each speaks to a small server in this process, over a real socket, in pieces of awkward sizes.
 */

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  encodeFrame,
  encodeJsonFrame,
  FrameParser,
  FrameType,
} from '../../src/shared/frame-codec.ts';
import { FrameClient } from './frame-client.ts';
import { Inbox } from './inbox.ts';
import { LineClient } from './line-client.ts';
import { spawnHost } from './spawn-host.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('Inbox', () => {
  it('gives the first item that fits and drops what came before it', async () => {
    const inbox = new Inbox<number>('numbers');
    for (const item of [1, 2, 3, 4]) inbox.push(item);
    expect(await inbox.take((item) => item % 2 === 0)).toBe(2);
    expect(inbox.waiting).toEqual([3, 4]);
  });

  it('wakes who waits, and rejects at the timeout and at the end', async () => {
    const inbox = new Inbox<number>('numbers');
    const later = inbox.take((item) => item === 2);
    inbox.push(1);
    inbox.push(2);
    expect(await later).toBe(2);
    await expect(inbox.take(() => true, 1)).rejects.toThrow('nothing that fits in 1 ms');
    const never = inbox.take(() => true);
    inbox.close('gone');
    await expect(never).rejects.toThrow('Cannot take from "numbers": gone');
    await expect(inbox.take(() => true)).rejects.toThrow('gone');
  });
});

describe('FrameClient', () => {
  it('logs in, sends and receives, however the bytes are cut', async () => {
    const received: [number, string][] = [];
    const port = await listen((socket) => {
      const parser = new FrameParser();
      socket.on('data', (chunk) => {
        parser.push(chunk as Buffer, {
          onFrame: (type, bytes, start, end) => {
            received.push([type, Buffer.from(bytes.subarray(start, end)).toString()]);
            if (type === FrameType.hello) {
              const answer = Buffer.concat([
                encodeJsonFrame(FrameType.welcome, { player: 'h:0:1', name: 'ada' }),
                encodeJsonFrame(FrameType.event, { event: 'notice', text: 'one' }),
                encodeJsonFrame(FrameType.event, { event: 'notice', text: 'two' }),
                encodeFrame(FrameType.state, Buffer.from('state')),
              ]);
              for (const byte of answer) socket.write(Buffer.of(byte));
            }
            if (type === FrameType.ping)
              socket.write(encodeFrame(FrameType.pong, Buffer.from('p')));
            if (type === FrameType.command) {
              socket.end(encodeJsonFrame(FrameType.bye, { code: 'quit', message: 'bye' }));
            }
          },
        });
      });
    });
    const ada = await FrameClient.connect(port, { localAddress: '127.0.0.2' });
    expect(await ada.login('ada', 'secret')).toMatchObject({ name: 'ada' });
    expect(await ada.event('notice', (notice) => notice.text === 'two')).toMatchObject({
      text: 'two',
    });
    expect(String(await ada.state())).toBe('state');
    await ada.ping(Buffer.from('p'));
    ada.input(Buffer.from('go'));
    ada.command('quit');
    expect(await ada.bye()).toEqual({ code: 'quit', message: 'bye' });
    await ada.closed;
    expect(received).toEqual([
      [FrameType.hello, '{"protocol":1,"name":"ada","token":"secret"}'],
      [FrameType.ping, 'p'],
      [FrameType.input, 'go'],
      [FrameType.command, 'quit'],
    ]);
  });

  it('fails a refused login with what the host said', async () => {
    const port = await listen((socket) => {
      socket.end(encodeJsonFrame(FrameType.bye, { code: 'banned', message: 'no' }));
    });
    const client = await FrameClient.connect(port);
    await expect(client.login('ada')).rejects.toThrow('Cannot log in as "ada": banned, no');
    expect(await client.bye()).toMatchObject({ code: 'banned' });
  });
});

describe('LineClient', () => {
  it('reads forward through text that telnet commands interrupt', async () => {
    const port = await listen((socket) => {
      const telnet = [255, 253, 34, 255, 250, 34, 1, 255, 240, 255, 249];
      const bytes = [...Buffer.from('na'), ...telnet, ...Buffer.from('me?\r\nname again é')];
      for (const byte of bytes) socket.write(Buffer.of(byte));
      socket.on('data', (chunk) => socket.end(`you said ${String(chunk)}`));
    });
    const client = await LineClient.connect(port);
    await client.text(/name\?/);
    const [found] = await client.text(/name \w+ é/);
    expect(found).toBe('name again é');
    client.line('hello');
    await client.text(/you said hello\r\n/);
    await client.closed;
    expect(client.transcript).toBe('name?\r\nname again éyou said hello\r\n');
    await expect(client.text(/more/)).rejects.toThrow('the connection closed');
  });
});

describe('spawnHost()', () => {
  it('fails with the output of a host that does not start', async () => {
    await expect(spawnHost({ flags: ['--no-such-flag'] })).rejects.toThrow(
      /exited with.*no-such-flag/s,
    );
  });
});
