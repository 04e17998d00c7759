/**
 * A host with small limits and a neighbor who must notice nothing while others break them. Runs in test processes.
 *
 *   const scene = await LimitedHost.start('loginSeconds = 1');
 *   ... somebody breaks a rule ...
 *   await scene.checkUnharmed();
 */

import { expect } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { FrameClient } from './frame-client.ts';
import { closedByReason, eventually, statusOf } from './host-facts.ts';
import { spawnHost, type SpawnedHost } from './spawn-host.ts';

/** The limits of addresses do not hold for the neighbor. */
const NEIGHBOR_ADDRESS = '127.0.0.2';
/** The gateways publish their counts four times a second. */
const COUNTS_MS = 300;

export class LimitedHost {
  readonly host: SpawnedHost;
  readonly neighbor: FrameClient;

  constructor(host: SpawnedHost, neighbor: FrameClient) {
    this.host = host;
    this.neighbor = neighbor;
  }

  /** `limits` are entries of that table, `rest` is further TOML. */
  static async start(limits: string, rest = ''): Promise<LimitedHost> {
    const host = await spawnHost({
      config: `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
limits = { unlimitedAddresses = ["${NEIGHBOR_ADDRESS}/32"], ${limits} }
${rest}`,
    });
    const { frame } = host.ports;
    const neighbor = await FrameClient.connect(frame, { localAddress: NEIGHBOR_ADDRESS });
    await neighbor.login('neighbor');
    return new LimitedHost(host, neighbor);
  }

  /** Looks once more, when the gateways have counted anew, and stops the host. */
  async stop(): Promise<void> {
    await sleep(COUNTS_MS);
    await this.checkUnharmed();
    expect(await this.host.stop()).toEqual({ code: 0, signal: null });
  }

  /** The neighbor gets its answer, and nothing is left of whoever was refused: so many are here, itself included. */
  async checkUnharmed(players = 1): Promise<void> {
    await this.neighbor.ping();
    await eventually(
      () => statusOf(this.host),
      ({ gateways, players: counts }) =>
        counts.host === players &&
        gateways.every((row) => row.connections === players && row.players === players),
    );
  }

  /** Runs `offend`, and expects one more connection closed for `reason`, and none for any other. */
  async expectCounted(reason: string, offend: () => Promise<unknown>): Promise<void> {
    const before = await closedByReason(this.host);
    await offend();
    const count = (before[reason] ?? 0) + 1;
    const seen = await eventually(
      () => closedByReason(this.host),
      (counts) => (counts[reason] ?? 0) >= count,
    );
    expect(seen).toEqual({ ...before, [reason]: count });
    await this.checkUnharmed();
  }
}
