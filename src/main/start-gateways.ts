/** Starts all gateway threads of a host, each with its share of the connections. Main thread. */

import type { HostMemory } from '../shared/host-memory.ts';
import type {
  GatewayHost,
  GatewaySettings,
  ListenerSettings,
} from '../workers/gateway/gateway-settings.ts';
import type { BannedRanges } from '../workers/gateway/ban-check.ts';
import type { HostConfig } from './config/host-config.ts';
import { connectionBudget, readDescriptorLimit } from './descriptor-limit.ts';
import { GatewayThread } from './gateway-thread.ts';

export interface GatewaysOptions {
  readonly memory: HostMemory;
  /** Of the configuration that they start with. */
  readonly settingsVersion: number;
  readonly listeners: readonly ListenerSettings[];
  readonly ledger: boolean;
  readonly banned: BannedRanges;
  readonly host: GatewayHost;
  readonly onLost: (index: number, error: Error) => void;
}

export function startGateways(config: HostConfig, options: GatewaysOptions): GatewayThread[] {
  const { memory, settingsVersion, listeners, ledger, banned, host, onLost } = options;
  const asksPassword = config.logins.mode === 'password';
  const settings = gatewaySettings(config);
  return Array.from({ length: config.threads.gateways }, (_, index) => {
    const data = {
      index,
      memory,
      listeners,
      settings,
      settingsVersion,
      ledger,
      banned,
      asksPassword,
    };
    return new GatewayThread(data, host, (error) => onLost(index, error));
  });
}

/** What a gateway needs of the configuration in force. */
export function gatewaySettings(config: HostConfig): GatewaySettings {
  const { gateways, matchWorkers } = config.threads;
  const { perGateway } = connectionBudget({
    descriptorLimit: readDescriptorLimit(),
    capacity: config.players.capacity,
    gateways,
    matchWorkers,
  });
  const { unnamedConnections, ...limits } = config.limits;
  // The kernel deals connections out evenly, so each gateway has its share of them too.
  const unnamedMax =
    unnamedConnections === 0 ? perGateway : Math.ceil(unnamedConnections / gateways);
  return { limits: { ...limits, connectionsMax: perGateway, unnamedMax } };
}
