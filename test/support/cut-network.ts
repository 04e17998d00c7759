/**
 * Several real host processes as one network whose every link runs through a CutProxy, so that tests can cut, heal and tear
 * links and kill hosts. Runs in test processes.
 *
 *   const network = await CutNetwork.start(['a', 'b', 'c'], CONFIG);
 *   network.proxy.hold('a', 'b');
 */

import type { OpsStatus } from '../../src/main/ops/host-status.ts';
import { CutProxy } from './cut-proxy.ts';
import { eventually } from './host-facts.ts';
import { spawnHost, type SpawnedHost } from './spawn-host.ts';

const TOKEN = 'a-token-of-the-tests-and-of-nobody-else';
const SECRET = 'a-secret-of-the-tests-and-of-nobody-else';
const LINKED_MS_MAX = 60_000;
/** The others, and their players, go on meanwhile. */
const READY_MS_MAX = 180_000;

/** What a route of the ops port answers; tests look at the fields that matter to them. */
export interface OpsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export class CutNetwork {
  readonly proxy: CutProxy;
  readonly #config: string;
  readonly #hosts = new Map<string, SpawnedHost>();

  constructor(proxy: CutProxy, config: string) {
    this.proxy = proxy;
    this.#config = config;
  }

  /** `config`: a longhouse.toml for all, without the sections host, ops and bridge. Resolves when all hear all. */
  static async start(ids: readonly string[], config: string): Promise<CutNetwork> {
    const network = new CutNetwork(await CutProxy.open(ids), config);
    try {
      // One after the other: on a machine that has little to spare each has its own limits to start within.
      for (const id of ids) await network.#spawn(id, ids);
      await network.linked();
    } catch (cause) {
      await network.stop();
      throw new Error(`Cannot start a network of ${ids.join(', ')}`, { cause });
    }
    return network;
  }

  get ids(): readonly string[] {
    return [...this.#hosts.keys()];
  }

  host(id: string): SpawnedHost {
    const host = this.#hosts.get(id);
    if (host === undefined) throw new Error(`Cannot find host "${id}"`);
    return host;
  }

  /** Resolves when each host hears all. */
  async linked(): Promise<void> {
    await this.untilAll((statuses) =>
      statuses.every(({ players }) => players.hostsHeard === this.#hosts.size),
    );
  }

  /** Asks all hosts for their status until it fits. */
  async untilAll(fits: (statuses: readonly OpsStatus[]) => boolean): Promise<void> {
    await eventually(() => Promise.all(this.ids.map((id) => this.status(id))), fits, LINKED_MS_MAX);
  }

  async status(id: string): Promise<OpsStatus> {
    // The host's own schema holds this shape; a test looks at the fields that matter to it.
    return (await this.host(id).getJson('/v1/status')) as OpsStatus;
  }

  /** Asks the ops port of one host, as an operator with the token. */
  async ask(
    id: string,
    method: 'GET' | 'POST' | 'PATCH',
    route: string,
    body?: object,
  ): Promise<OpsAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.host(id).ports.ops}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as OpsAnswer['body'] };
  }

  /** Ends one as a power cut would, and starts another run of it, with an empty data folder. */
  async killAndRestart(id: string): Promise<void> {
    const ids = this.ids;
    const killed = this.host(id);
    killed.signal('SIGKILL');
    await killed.stop();
    await this.#spawn(id, ids);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
    this.proxy.close();
  }

  async #spawn(id: string, ids: readonly string[]): Promise<void> {
    const others = ids.filter((other) => other !== id).map((other) => this.proxy.address(other));
    const host = await spawnHost({
      readyMsMax: READY_MS_MAX,
      config: `${this.#config}
[host]
id = "${id}"
[ops]
token = "${TOKEN}"
[shutdown]
deadlineSeconds = 0
[bridge]
enabled = true
secret = "${SECRET}"
advertise = "${this.proxy.address(id)}"
peers = ${JSON.stringify(others)}
`,
    });
    this.#hosts.set(id, host);
    this.proxy.connect(id, host.ports.bridge);
  }
}
