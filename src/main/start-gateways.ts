/** Starts all gateway threads of a host, each with its share of the connections. Main thread. */

import type { HostMemory } from '../shared/host-memory.ts';
import type { GatewayHost, ListenerSettings } from '../workers/gateway/gateway-settings.ts';
import type { HostConfig } from './config/host-config.ts';
import { connectionBudget, readDescriptorLimit } from './descriptor-limit.ts';
import { GatewayThread } from './gateway-thread.ts';

export interface GatewaysOptions {
  readonly memory: HostMemory;
  readonly listeners: readonly ListenerSettings[];
  readonly ledger: boolean;
  readonly host: GatewayHost;
  readonly onLost: (index: number, error: Error) => void;
}

export function startGateways(config: HostConfig, options: GatewaysOptions): GatewayThread[] {
  const { memory, listeners, ledger, host, onLost } = options;
  const { gateways, matchWorkers } = config.threads;
  const { perGateway } = connectionBudget({
    descriptorLimit: readDescriptorLimit(),
    capacity: config.players.capacity,
    gateways,
    matchWorkers,
  });
  const limits = { ...config.limits, connectionsMax: perGateway };
  return Array.from({ length: gateways }, (_, index) => {
    const data = { index, memory, listeners, limits, ledger };
    return new GatewayThread(data, host, (error) => onLost(index, error));
  });
}
