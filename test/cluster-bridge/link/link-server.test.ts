/** Goal: a socket that is over goes, whatever its peer does, and others are told an address that leads here. Method: raw sockets. */

import { createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LinkServer } from '../../../src/cluster-bridge/link/link-server.ts';
import { until } from './tcp-kit.ts';

const open: { server: LinkServer; sockets: Socket[] }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await server.close(0);
  }
});

/** A server and both ends of a connection to it by way of `host`. */
async function connected(
  host: string,
  options: { readonly bindAddress: string; readonly advertise?: string },
): Promise<{ server: LinkServer; accepted: Socket; dialed: Socket }> {
  const sockets: Socket[] = [];
  const server = new LinkServer(
    { bindAddress: options.bindAddress, advertise: options.advertise, port: 0, tls: undefined },
    { onSocket: (socket) => sockets.push(socket), onRefusal: () => {} },
  );
  await server.listen();
  // Paused: it takes nothing.
  const dialed = createConnection({ host, port: server.port }).pause();
  open.push({ server, sockets });
  await until('a connection', () => sockets.length === 1);
  const [accepted] = sockets;
  if (accepted === undefined) throw new Error('no connection');
  accepted.on('error', () => {});
  sockets.push(dialed);
  return { server, accepted, dialed };
}

describe('LinkServer', () => {
  it('gives last words half a second to leave, and then no more', async () => {
    const { server, accepted } = await connected('127.0.0.1', { bindAddress: '127.0.0.1' });
    accepted.write(Buffer.alloc(32 * 1024 * 1024));
    server.part(accepted, 1_000);
    server.step(1_499);
    expect([accepted.destroyed, accepted.writableFinished]).toEqual([false, false]);
    server.step(1_500);
    expect(accepted.destroyed).toBe(true);
  });

  it('lets last words leave that a peer takes', async () => {
    const { server, accepted, dialed } = await connected('127.0.0.1', { bindAddress: '127.0.0.1' });
    let heard = '';
    dialed.on('data', (chunk) => (heard += chunk.toString()));
    dialed.resume();
    accepted.write('because');
    server.part(accepted, 0);
    await until('the end', () => dialed.destroyed);
    expect(heard).toBe('because');
  });

  it.each([
    ['what it listens on', '127.0.0.5', { bindAddress: '127.0.0.5' }, '127.0.0.5:PORT'],
    ['where a link reached it', '127.0.0.6', { bindAddress: '0.0.0.0' }, '127.0.0.6:PORT'],
    ['the same as people write it', '127.0.0.7', { bindAddress: '::' }, '127.0.0.7:PORT'],
    [
      'what it is told to say',
      '127.0.0.1',
      { bindAddress: '0.0.0.0', advertise: 'host-a.example:7779' },
      'host-a.example:7779',
    ],
  ])('says %s', async (_what, host, options, address) => {
    const { server, accepted } = await connected(host, options);
    expect(server.addressFor(accepted)).toBe(address.replace('PORT', String(server.port)));
  });
});
