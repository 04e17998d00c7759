/** Several real hosts inside the test's own process, linked over loopback, and their ops ports. Runs in test processes. */

import type { RunningHost } from '../../src/main/running-host.ts';
import { FrameClient } from './frame-client.ts';
import { eventually } from './host-facts.ts';
import { portOf, startTestHost } from './start-test-host.ts';

const TOKEN = 'a-token-of-the-tests-and-of-nobody-else';

/** `pair`: two players of any hosts, at once, until one of them leaves. */
function config(id: string, peers: readonly string[], modes: string): string {
  return `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[host]
id = "${id}"
[ops]
port = 0
token = "${TOKEN}"
[bridge]
enabled = true
port = 0
peers = ${JSON.stringify(peers)}
[modes.pair]
handler = "relay"
teams = 2
teamSize = 1
federateAfterSeconds = 0
settings = { matchSeconds = 600 }
${modes}`;
}

/** Starts the hosts, each with the first as its peer; resolves when all have heard of all. `modes`: more of them, in TOML. */
export async function startNetwork(ids: readonly string[], modes = ''): Promise<RunningHost[]> {
  const hosts: RunningHost[] = [];
  for (const id of ids) {
    const [first] = hosts;
    const peers = first === undefined ? [] : [`127.0.0.1:${portOf(first, 'bridge')}`];
    hosts.push(await startTestHost(config(id, peers, modes)));
  }
  await eventually(
    () => hosts.map((host) => host.status().players.hostsHeard),
    (heard) => heard.every((count) => count === ids.length),
  );
  return hosts;
}

export async function logIn(host: RunningHost, name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  await client.login(name);
  await client.event('lobby');
  return client;
}

export interface OpsAnswer {
  readonly status: number;
  /** Whatever JSON the route answers; tests look at the fields that matter to them. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the ops port of one host, as an operator with the token. */
export async function askOps(
  host: RunningHost,
  method: 'GET' | 'POST' | 'DELETE',
  route: string,
  body?: object,
): Promise<OpsAnswer> {
  const response = await fetch(`http://127.0.0.1:${portOf(host, 'ops')}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as OpsAnswer['body'] };
}

/** The page of metrics of one host, by name and labels. */
export async function metricsOf(host: RunningHost): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${portOf(host, 'ops')}/metrics`);
  const text = await response.text();
  return new Map(
    Array.from(text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm), ([, name = '', value]) => [
      name,
      Number(value),
    ]),
  );
}
