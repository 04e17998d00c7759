/** Hosts of one network as a test wants them: processes of their own, few threads, no bots. Runs in test processes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostNetwork } from '../../bench/servers/host-network.ts';
import { freePortOffset } from './spawn-host.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
players = { capacity = 500 }
practice = { bots = 0 }
log = { level = "warn" }
`;

export interface ProcessNetwork {
  readonly network: HostNetwork;
  /** Ends the hosts and removes their folder. */
  stop(): Promise<void>;
}

/** Resolves when all have heard of all. `settings`: more of them, in TOML. */
export async function startProcessNetwork(
  hosts: number,
  settings: string,
): Promise<ProcessNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-network-'));
  const config = join(folder, 'longhouse.toml');
  writeFileSync(config, CONFIG + settings);
  const portOffset = await freePortOffset();
  const network = new HostNetwork({ hosts, portOffset, folder, flags: ['--config', config] });
  const stop = async (): Promise<void> => {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await network.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { network, stop };
}
