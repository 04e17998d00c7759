/**
 * Goal: a handler closes a player's connection, after its last word to that player, wherever the player is connected.
 * Method: two hosts in this process, a match of one player of each, whose handler closes at command, each in turn.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { logIn, metricsOf, startNetwork } from '../support/network-hosts.ts';
import { eventually } from '../support/host-facts.ts';

const MISCHIEF = new URL('../support/handlers/mischief.ts', import.meta.url).pathname;
const MODE = `
[modes.rude]
handler = "${MISCHIEF}"
teams = 2
teamSize = 1
graceSeconds = 60
federateAfterSeconds = 0
`;

let hosts: readonly RunningHost[] = [];

beforeAll(async () => {
  hosts = await startNetwork(['one', 'two'], MODE);
}, 60_000);

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop('test', 0)));
});

it.each(['home', 'guest'])(
  'a match closes the connection of its %s, and plays on with the other player',
  async (whom) => {
    const clients = await Promise.all(
      hosts.map(async (host, index) => logIn(host, `${whom}-${index}`)),
    );
    for (const client of clients) client.command('queue rude');
    const seats = await Promise.all(clients.map((client) => client.event('match')));
    const home = hosts.findIndex((host) => host.status().hostId === seats[0]?.hostId);
    const [goes, stays] = (home === 0) === (whom === 'home') ? clients : clients.toReversed();

    goes?.command('close');
    expect(Buffer.from((await goes?.state()) ?? '').toString()).toBe('the last word');
    expect(await goes?.bye()).toEqual({ code: 'closed', message: 'out with you' });
    await goes?.closed;
    // Gone for good, in spite of the grace time; nothing that came after the first close() was said.
    const left = await stays?.event('notice', ({ text }) => text.endsWith(': closed'));
    expect(left?.text).toBe(`${whom}-${goes === clients[0] ? 0 : 1}: closed`);
    await expect(goes?.state(0)).rejects.toThrow('the connection closed');

    stays?.input(Buffer.from('still here'));
    expect(Buffer.from((await stays?.state()) ?? '').toString()).toBe('still here');
    stays?.command('end');
    await stays?.event('lobby', ({ reason }) => reason === 'ended');
    await stays?.close();
  },
  60_000,
);

it('counts such a close as one', async () => {
  const counts = await eventually(
    async () => {
      const metrics = await Promise.all(hosts.map(metricsOf));
      const closes = 'longhouse_closed_connections_total{reason="closed"}';
      return metrics.map((metric) => metric.get(closes) ?? 0);
    },
    (found) => found.reduce((sum, count) => sum + count, 0) >= 2,
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});
