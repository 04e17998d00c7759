/** Makes a host part of a network, where its configuration says so. Main thread. */

import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../../shared/clock.ts';
import { bridgeRow, type HostMemory, type HostTables } from '../../shared/host-memory.ts';
import { freshSeed } from '../../shared/random.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { DirectoryShell } from '../directory-shell.ts';
import type { BanDesk } from '../bans/ban-desk.ts';
import type { GatewayThread } from '../gateway-thread.ts';
import type { HandlerRows } from '../handler-rows.ts';
import type { HostView } from '../host-view.ts';
import type { HostLog } from '../log.ts';
import type { ModeRows } from '../mode-rows.ts';
import type { ConfigDesk } from '../network-config/config-desk.ts';
import { rulesOfModes } from '../network-config/directory-settings.ts';
import type { EventFeed } from '../ops/event-feed.ts';
import type { HostStore } from '../store/host-store.ts';
import { BridgeThread } from './bridge-thread.ts';
import { readBridgeTls } from './bridge-tls.ts';
import { HostBridge } from './host-bridge.ts';
import { ReplicaShell } from './replica-shell.ts';

export interface BridgeParts {
  readonly config: HostConfig;
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly modeRows: ModeRows;
  readonly log: HostLog;
  readonly desk: ConfigDesk;
  readonly bans: BanDesk;
  readonly store: HostStore;
  readonly events: EventFeed;
  readonly shell: DirectoryShell;
  readonly view: HostView;
  readonly seed: number;
}

/** Undefined on a host that is alone. */
export function createBridge(parts: BridgeParts): HostBridge | undefined {
  const { config, shell, desk, events, modeRows, view } = parts;
  if (!config.bridge.enabled) return undefined;
  let rules = rulesOfModes(config);
  desk.onChange((change) => (rules = rulesOfModes(change.config)));
  const bridge = new HostBridge({
    ...parts,
    self: { hostId: config.host.id, incarnation: systemClock.wallMs() },
    clock: systemClock,
    directory: shell.directory,
    rules: () => rules,
    configVersion: () => desk.version,
    modeRowOf: (mode) => modeRows.rowOf(mode),
    enter: (change) => shell.enter(change),
    publish: (kind, host) => events.publish(kind, { ...host }),
  });
  bridge.carry(
    new ReplicaShell({
      ...parts,
      hostId: config.host.id,
      send: bridge.replicate.bind(bridge),
      knownHosts: () => bridge.hosts.known().map(({ hostId }) => hostId),
    }),
  );
  shell.join(bridge);
  view.others = (sinceMs) => bridge.hosts.heardSince(sinceMs);
  return bridge;
}

/** Starts the bridge's thread and connects it with the gateways; it does not listen yet. Throws `bridge-tls`. */
export async function startBridge(
  { config, memory }: Pick<BridgeParts, 'config' | 'memory'>,
  bridge: HostBridge,
  { gateways, onLost }: { gateways: readonly GatewayThread[]; onLost: (error: Error) => void },
): Promise<BridgeThread> {
  const { port, bindAddress, advertise, network, secret, peers } = config.bridge;
  const tls = readBridgeTls(config.bridge);
  const settings = {
    self: bridge.self,
    network,
    secret,
    bindAddress,
    port,
    advertise: advertise === '' ? undefined : advertise,
    peers,
    tls,
    seed: freshSeed(),
  };
  const host = { report: bridge.onReports.bind(bridge) };
  const thread = new BridgeThread({ memory, settings }, host, onLost);
  bridge.attach(thread);
  await Promise.all(
    gateways.map(async (gateway) => {
      const { port1, port2 } = new MessageChannel();
      await thread.gatewayUp(gateway.index, port1);
      await gateway.workerUp(bridgeRow(memory.sizes), port2);
    }),
  );
  return thread;
}
