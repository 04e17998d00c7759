/** The most memory that a configuration can come to, term by term. Pure; main thread, printed at start. */

import { addressTableByteLength } from '../shared/address-table.ts';
import { linkBytesMax } from '../cluster-bridge/link-memory.ts';
import { CONFIG_CELL_BYTES } from '../shared/config-cell.ts';
import { counterTable } from '../shared/counter-table.ts';
import { doorbellByteLength } from '../shared/doorbell.ts';
import { gatewayTable } from '../shared/gateway-table.ts';
import { handlerTable } from '../shared/handler-table.ts';
import { gatewayPlaces, workerPlaces } from '../shared/host-memory.ts';
import { hostTable } from '../shared/host-table.ts';
import { playerTable } from '../shared/player-table.ts';
import { queueTable } from '../shared/queue-table.ts';
import { ringByteLength } from '../shared/spsc-ring.ts';
import { timingTable } from '../shared/timing-table.ts';
import { workerTable } from '../shared/worker-table.ts';
import { hostSizes } from './allocate-memory.ts';
import type { HostConfig } from './config/host-config.ts';

export interface MemoryTerm {
  readonly name: string;
  readonly bytes: number;
  /** How the figure is made, for people. */
  readonly how: string;
}

export interface WorstCase {
  readonly terms: readonly MemoryTerm[];
  readonly bytes: number;
}

const MIB = 2 ** 20;
/** Node itself with nothing loaded, measured on Node 26, rounded up. */
const PROCESS_BYTES = 96 * MIB;
/**
 * One more event loop with its code. Measured on Node 26.10 as the growth of a process's RSS 3 s after it started four
 * workers that import the modules of such a thread and wait, divided by four: 8 MiB with nothing, 26 ticket log, 29 gateway.
 */
const THREAD_BYTES = 32 * MIB;
/** The same, each with a database of 20,000 rows open: 33 MiB; SQLite's cache and the write-ahead log's index on top. */
const STORE_THREAD_BYTES = 48 * MIB;
/** As in allocate-memory.ts; worst-case-memory.test.ts compares the sum with what is really allocated. */
const ADDRESS_ROWS = 65_536;
/** A connection at rest with its garbage, measured and rounded up to the promise: docs/load-testing.md. */
const CONNECTION_BYTES = 8 * 1024;

/**
 * Every player stalls at once with every buffer full, every match worker is at its limits. A host never comes near:
 * at rest a player costs less than 8 KiB, about 3 of them live.
 */
export function worstCaseMemory(config: HostConfig): WorstCase {
  const { threads, rings, limits } = config;
  const { capacity } = config.players;
  const sizes = hostSizes(config);
  const pairs = gatewayPlaces(sizes) * workerPlaces(sizes);
  const partial = Math.max(limits.frameBytesMax, limits.lineBytesMax);
  const ringBytes = ringByteLength(rings.upBytes) + ringByteLength(rings.downBytes);
  const terms: readonly MemoryTerm[] = [
    term('connections', capacity * CONNECTION_BYTES, `${capacity} x ${kib(CONNECTION_BYTES)}`),
    term('output', capacity * limits.outputBytesMax, `${capacity} x limits.outputBytesMax`),
    term(
      'input',
      capacity * (limits.heldBytesMax + partial),
      `${capacity} x (held + partial message)`,
    ),
    term('tables', tableBytes(config), 'shared memory for players, handlers, counts'),
    term('rings', pairs * ringBytes, `${pairs} pairs of gateway and worker row x (up + down)`),
    term('heaps', threads.matchWorkers * threads.heapMbMax * MIB, 'match workers x heapMbMax'),
    term(
      'buffers',
      threads.matchWorkers * threads.externalMbMax * MIB,
      'match workers x externalMbMax',
    ),
    term(
      'process',
      PROCESS_BYTES + threadCount(config) * THREAD_BYTES + STORE_THREAD_BYTES,
      `Node, ${threadCount(config)} threads and the store's`,
    ),
    ...linkTerms(config),
  ];
  return { terms, bytes: terms.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Every other host that a network has room for takes less than it is sent. */
function linkTerms(config: HostConfig): readonly MemoryTerm[] {
  if (!config.bridge.enabled) return [];
  const others = hostSizes(config).hosts - 1;
  const bytes = linkBytesMax(config.threads.gateways * config.rings.upBytes);
  return [term('links', others * bytes, `${others} other hosts x ${byteText(bytes)}`)];
}

/** Gateways, match workers, and those that a configuration may want; the store's is counted apart. */
function threadCount({ threads, ticketLog, practice, bridge, logins }: HostConfig): number {
  const wanted = [
    ticketLog.enabled,
    practice.bots > 0,
    bridge.enabled,
    logins.mode === 'check',
  ].filter(Boolean).length;
  return threads.gateways + threads.matchWorkers + wanted;
}

/** All tables and doorbells. */
function tableBytes(config: HostConfig): number {
  const sizes = hostSizes(config);
  return (
    playerTable.byteLength(gatewayPlaces(sizes) * sizes.slotsPerGateway) +
    handlerTable.byteLength(sizes.handlers) +
    workerTable.byteLength(sizes.workerRows) +
    gatewayTable.byteLength(sizes.gateways) +
    queueTable.byteLength(sizes.queues) +
    hostTable.byteLength(sizes.hosts) +
    counterTable.byteLength(sizes.gateways) +
    addressTableByteLength(ADDRESS_ROWS) +
    CONFIG_CELL_BYTES +
    timingTable.byteLength(sizes.gateways + sizes.workerRows) +
    doorbellByteLength(gatewayPlaces(sizes) + workerPlaces(sizes))
  );
}

/** `6.1 GiB`, `512 MiB`, `8 KiB`: at most one digit after the point, and none where it says nothing. */
export function byteText(bytes: number): string {
  if (bytes >= 1024 * MIB) return `${trimmed(bytes / (1024 * MIB))} GiB`;
  if (bytes >= MIB) return `${trimmed(bytes / MIB)} MiB`;
  return kib(bytes);
}

function kib(bytes: number): string {
  return `${trimmed(bytes / 1024)} KiB`;
}

function trimmed(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}

function term(name: string, bytes: number, how: string): MemoryTerm {
  return { name, bytes, how };
}
