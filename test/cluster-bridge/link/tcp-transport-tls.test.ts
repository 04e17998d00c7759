/** Goal: with TLS only hosts with a certificate of the network's authority come in. Method: real certificates, real sockets. */

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { connectRaw, dialAs, endAll, startNode, until } from './tcp-kit.ts';
import { TestAuthority, readCertificates } from './test-certificates.ts';

const authority = new TestAuthority();
const stranger = new TestAuthority();
const tlsA = readCertificates(authority.issue('a'));
const tlsB = readCertificates(authority.issue('b'));
const tlsOfStranger = { ...readCertificates(stranger.issue('a')), ca: tlsB.ca };

afterEach(endAll);
afterAll(() => {
  authority.remove();
  stranger.remove();
});

describe('TcpTransport with TLS', () => {
  it('links hosts of one authority, without a secret too', async () => {
    const b = await startNode('b', { tls: tlsB, secret: '' });
    const a = await startNode('a', { tls: tlsA, secret: '', peers: [b.address] });
    await until('a link', () => a.linked.length + b.linked.length === 2);
    const text = 'over TLS';
    a.peer('b').trySend(Channel.control, Buffer.from(text));
    b.peer('a').trySend(Channel.replica, Buffer.alloc(1024 * 1024));
    await until('messages', () => a.messages.length + b.messages.length === 2);
    expect(b.messages[0]?.text).toBe(text);
    await a.transport.close();
    await until('a down', () => b.downs.length === 1);
  });

  it('keeps out who has a certificate of somebody else, though he knows the secret', async () => {
    const b = await startNode('b', { tls: tlsB });
    const a = await startNode('a', { tls: tlsOfStranger, peers: [b.address] });
    await until('refusals', () => b.transport.refusals('bad-frame') > 2);
    expect([a.ups, b.ups]).toEqual([[], []]);
    expect(b.refusals[0]).toContain('TLS');
    await until('a report', () => a.refusals.length > 0);
  });

  it('keeps out who shows no certificate, and who speaks no TLS', async () => {
    const b = await startNode('b', { tls: tlsB });
    const bare = connect({
      host: '127.0.0.1',
      port: b.transport.port,
      ca: tlsB.ca,
      checkServerIdentity: () => undefined,
    });
    bare.on('error', () => {});
    await new Promise((resolve) => bare.once('close', resolve));
    const { end } = await dialAs(b.transport.port, {});
    await until('an end', () => end.closed.length > 0);
    expect(b.transport.refusals('bad-frame')).toBe(2);
    expect([b.ups, end.opened]).toEqual([[], []]);
  });

  it('needs the secret as well, where there is one', async () => {
    const b = await startNode('b', { tls: tlsB });
    const a = await startNode('a', {
      tls: tlsA,
      secret: 'not the secret of all',
      peers: [b.address],
    });
    await until('a refusal', () => a.refusals.length > 0);
    expect(b.refusals[0]).toContain('wrong-secret');
    expect([a.ups, b.ups]).toEqual([[], []]);
  });

  it('lets a host in though connections that never say a word of TLS hold every place', async () => {
    const b = await startNode('b', { tls: tlsB });
    const strangers: Socket[] = [];
    for (let index = 0; index < 80; index += 1) {
      strangers.push(await connectRaw(b.transport.port, `127.0.0.${2 + (index % 4)}`));
    }
    const a = await startNode('a', { tls: tlsA, peers: [b.address] });
    await until('a link', () => a.linked.length + b.linked.length === 2);
    expect(b.transport.refusals('crowded')).toBeGreaterThan(10);
    await until('the strangers gone', () => strangers.every(({ destroyed }) => destroyed));
    expect([a.downs, b.downs]).toEqual([[], []]);
  });
});
