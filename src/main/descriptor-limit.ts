/** How many connections the process may hold before the system refuses it files and sockets. Main thread, at start. */

import { readFileSync } from 'node:fs';
import { HostError } from '../shared/errors.ts';

/**
 * Descriptors kept for all that is not a player: threads (an event loop takes about 10), the database, logs, operators.
 * At the limit Node accepts and closes silently and file opens fail too, so connections stop before it.
 */
const DESCRIPTORS_RESERVED = 256;
const DESCRIPTORS_PER_THREAD = 16;
const CONNECTIONS_MIN = 64;
/** Room for sockets that have not logged in yet, and for the kernel's uneven hand. */
const CONNECTIONS_SPARE_PER_GATEWAY = 64;

/** How many connections there is room for. */
export interface ConnectionBudget {
  /** The whole host's. */
  readonly connectionsMax: number;
  /** Give this to each gateway: all of them full still leave the reserve free. */
  readonly perGateway: number;
  /** What to say at start where the limit is below the configured capacity. */
  readonly warning: string | undefined;
}

export interface BudgetOptions {
  readonly descriptorLimit: number;
  readonly capacity: number;
  readonly gateways: number;
  readonly matchWorkers: number;
}

/** Works out the budget; throws `descriptor-limit` where not even a few players fit. */
export function connectionBudget(options: BudgetOptions): ConnectionBudget {
  const { descriptorLimit, capacity, gateways, matchWorkers } = options;
  const reserved = DESCRIPTORS_RESERVED + DESCRIPTORS_PER_THREAD * (gateways + matchWorkers);
  const room = descriptorLimit - reserved;
  if (room < CONNECTIONS_MIN) {
    const found = `the process may open ${descriptorLimit} descriptors and needs ${reserved + CONNECTIONS_MIN}`;
    throw new HostError('descriptor-limit', `Cannot take players: ${found}`);
  }
  const wanted = Math.ceil(capacity * 1.1) + CONNECTIONS_SPARE_PER_GATEWAY * gateways;
  const connectionsMax = Math.min(room, wanted);
  const perGateway = Math.max(1, Math.floor(connectionsMax / gateways));
  const warning =
    room >= capacity
      ? undefined
      : `players.capacity is ${capacity}, but the process may open ${descriptorLimit} descriptors: ` +
        `connections stop at ${room}; raise the limit with ulimit -n or LimitNOFILE`;
  return { connectionsMax, perGateway, warning };
}

/** The limit of this process. Node has already raised the soft limit to the hard one. */
export function readDescriptorLimit(): number {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'utf8')) ?? Infinity;
  } catch {
    // Not Linux: no figure to hold the configuration against.
    return Infinity;
  }
}

/** The soft limit in the text of /proc/PID/limits; undefined when the line is not there. */
export function parseDescriptorLimit(limits: string): number | undefined {
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (found === undefined) return undefined;
  return found === 'unlimited' ? Infinity : Number(found);
}
