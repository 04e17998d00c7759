/**
 * Goal: a listener gets every event once and in order, also one who was away; one who does not read is dropped.
 * Method: the feed on a virtual clock; streams over real sockets.
 */

import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { EVENTS_KEPT, EventFeed } from '../../../src/main/ops/event-feed.ts';
import { EventStreams, STREAMS_MAX } from '../../../src/main/ops/event-streams.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { sampleServer } from './sample-ops-host.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('EventFeed', () => {
  const feedOf = (run: number) => new EventFeed('north', new VirtualClock(), run);

  it('gives each listener every event, in the words of server-sent events', () => {
    const feed = feedOf(1);
    const heard: string[] = [];
    const stop = feed.subscribe((text) => heard.push(text));
    feed.publish('announce', { text: 'a\nb' });
    stop();
    feed.publish('announce', { text: 'unheard' });
    expect(heard).toHaveLength(1);
    const [id, event, data = '', ...rest] = (heard[0] ?? '').split('\n');
    expect([id, event, rest]).toEqual(['id: 1-1', 'event: announce', ['', '']]);
    expect(JSON.parse(data.slice('data: '.length))).toMatchObject({
      hostId: 'north',
      text: 'a\nb',
      atMs: expect.any(Number) as unknown,
    });
  });

  it('gives a listener who comes back what it missed, as far as it is kept', () => {
    const feed = feedOf(1);
    for (let at = 1; at <= 5; at += 1) feed.publish('kick', { at });
    expect(feed.since('1-3').map((text) => text.slice(0, 7))).toEqual(['id: 1-4', 'id: 1-5']);
    expect(feed.since('1-5')).toEqual([]);
    expect(feed.since(undefined)).toEqual([]);
    for (let at = 6; at <= EVENTS_KEPT + 10; at += 1) feed.publish('kick', { at });
    expect(feed.since('1-1')).toHaveLength(EVENTS_KEPT);
    expect(feed.since('1-1').at(-1)).toContain(`id: 1-${EVENTS_KEPT + 10}\n`);
  });

  it('gives all it has to a listener of the last run, and nothing for an id that is none', () => {
    const feed = feedOf(2);
    feed.publish('kick', {});
    expect(feed.since('1-77')).toHaveLength(1);
    expect(feed.since('2-x')).toEqual([]);
    expect(feed.since('2--4')).toEqual([]);
  });
});

describe('GET /v1/events', () => {
  it('streams what happens, from Last-Event-ID on, until the server stops', async () => {
    const { server, events } = sampleServer();
    events.publish('kick', { player: 'Eve' });
    await server.listen();
    const headers = { 'last-event-id': '7-0' };
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/events`, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    expect(first?.value).toContain('"player":"Eve"');
    events.publish('announce', { text: 'hello' });
    expect((await reader?.read())?.value).toContain('event: announce');
    expect(server.counts().streams).toBe(1);
    await server.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('is refused when as many streams as may be are open', async () => {
    const { server } = sampleServer();
    await server.listen();
    const url = `http://127.0.0.1:${server.port}/v1/events`;
    const open = await Promise.all(Array.from({ length: STREAMS_MAX }, () => fetch(url)));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    const refused = await fetch(url);
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { error: { code: 'too-many-streams' } },
    ]);
    expect(server.counts().streamDrops['too-many-streams']).toBe(1);
    await server.close();
  });
});

describe('EventStreams', () => {
  it('drops a reader who does not read, counts it, and goes on with the others', async () => {
    const streams = new EventStreams();
    const feed = new EventFeed('north', new VirtualClock(), 1);
    const server = createServer((_request, response) =>
      streams.open(response, (stream) => feed.subscribe((text) => stream.write(text))),
    ).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const slow = connect(port, '127.0.0.1');
    slow.on('error', () => {});
    slow.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    const quick = await fetch(`http://127.0.0.1:${port}/`);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of quick.body ?? []) received += chunk.byteLength;
    })();
    while (streams.count < 2) await tick();
    const padding = 'x'.repeat(64 * 1024);
    for (let at = 0; at < 10_000 && streams.drops['slow-reader'] === 0; at += 1) {
      feed.publish('announce', { text: padding });
      await tick();
    }
    expect(streams.drops['slow-reader']).toBe(1);
    const before = received;
    feed.publish('announce', { text: padding });
    while (received < before + padding.length) await tick();
    expect(streams.count).toBe(1);
    streams.close();
    await reading;
    slow.destroy();
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
