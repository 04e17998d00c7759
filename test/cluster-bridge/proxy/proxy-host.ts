/**
 * One host of the corridor test in one thread: its rings, two gateways' players, local and hosting workers, and the real Bridge
 * with its proxies; the test itself is main. Test files only.
 */

import { Bridge } from '../../../src/cluster-bridge/bridge.ts';
import { HomeProxy } from '../../../src/cluster-bridge/proxy/home-proxy.ts';
import { MatchProxy } from '../../../src/cluster-bridge/proxy/match-proxy.ts';
import { WorkerCorridor } from '../../../src/cluster-bridge/proxy/worker-corridor.ts';
import type { HostIdentity } from '../../../src/cluster-bridge/transport.ts';
import { HandlerRows } from '../../../src/main/handler-rows.ts';
import { DoorbellRinger } from '../../../src/shared/doorbell.ts';
import { GatewayLink } from '../../../src/shared/gateway-link.ts';
import {
  bridgeGateway,
  bridgeRow,
  viewTables,
  type HostMemory,
  type HostTables,
} from '../../../src/shared/host-memory.ts';
import { handlerIndexOf, playerRef, slotOf, type HandlerRef } from '../../../src/shared/ids.ts';
import { PlayerState, writeName } from '../../../src/shared/player-table.ts';
import {
  COUNT_OFFSET,
  HANDLER_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_BYTES,
  PLAYER_OFFSET,
  PLAYERS_OFFSET,
  RecordKind,
  dataManyBodyOffset,
} from '../../../src/shared/record-layout.ts';
import { RingReader, RingWriter, resetRing } from '../../../src/shared/spsc-ring.ts';
import { tinyMemory } from '../../support/tiny-memory.ts';
import { EchoWorker } from './echo-worker.ts';
import { StreamPlayer, type StreamPlayerOptions } from './stream-player.ts';

export const GATEWAYS = 2;
const WORKER_ROWS = 2;
/** The bridge's, behind them. */
export const BRIDGE_ROW: number = WORKER_ROWS;
export const SLOTS_PER_GATEWAY = 256;
const RING_BYTES = 8_192;

export class ProxyHost {
  readonly identity: HostIdentity;
  readonly bridge: Bridge;
  readonly match: MatchProxy;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly players: StreamPlayer[] = [];
  readonly #memory: HostMemory;
  readonly #workers: EchoWorker[] = [];
  readonly #up: readonly (readonly RingWriter[])[];
  readonly #down: readonly (readonly RingReader[])[];

  constructor(identity: HostIdentity, nowMs: () => number) {
    this.identity = identity;
    const rows = {
      gateways: GATEWAYS,
      workerRows: WORKER_ROWS,
      slotsPerGateway: SLOTS_PER_GATEWAY,
    };
    const memory = tinyMemory({ ...rows, handlers: 64, hasBridge: true }, RING_BYTES);
    this.#memory = memory;
    this.tables = viewTables(memory);
    this.rows = new HandlerRows(this.tables.handlers, this.tables.workers);
    const { sizes, rings } = memory;
    const places = Array.from({ length: WORKER_ROWS + 1 }, (_, row) => row);
    const gateways = Array.from({ length: GATEWAYS }, (_, gateway) => gateway);
    const own = bridgeRow(sizes);
    this.#up = gateways.map((g) => places.map((row) => new RingWriter(this.#ring('up', g, row))));
    this.#down = gateways.map((g) =>
      places.map((row) => new RingReader(this.#ring('down', g, row))),
    );
    const home = new HomeProxy({
      players: this.tables.players,
      handlers: this.tables.handlers,
      gateways: gateways.map((gateway) => this.#link(gateway, own)),
      slotsPerGateway: SLOTS_PER_GATEWAY,
    });
    const firstSlot = bridgeGateway(sizes) * SLOTS_PER_GATEWAY;
    this.match = new MatchProxy({ ...this.tables, firstSlot, slots: SLOTS_PER_GATEWAY, nowMs });
    const ignore = (): void => {};
    this.bridge = new Bridge({ home, match: this.match, nowMs, report: ignore, request: ignore });
    for (let row = 0; row < WORKER_ROWS; row += 1) this.startWorker(row);
    expectRings(rings.up.length, GATEWAYS + 1);
  }

  /** A worker in an empty row. */
  startWorker(row: number): void {
    const bridge = bridgeGateway(this.#memory.sizes);
    const gateways = Array.from({ length: GATEWAYS + 1 }, (_, gateway) => gateway);
    this.#workers[row] = new EchoWorker(gateways.map((gateway) => this.#link(gateway, row)));
    const rings = { up: this.#ring('up', bridge, row), down: this.#ring('down', bridge, row) };
    this.match.addCorridor(new WorkerCorridor({ row, ...rings, bell: silentBell() }));
  }

  /** Only guests sit there: a worker that hosts matches of others dies, and another takes its row. */
  killWorker(row: number): void {
    const bridge = bridgeGateway(this.#memory.sizes);
    this.match.dropCorridor(row);
    resetRing(this.#ring('up', bridge, row));
    resetRing(this.#ring('down', bridge, row));
    this.startWorker(row);
  }

  /** A handler on one of the workers. */
  open(): HandlerRef {
    const taken = this.rows.tryTake([0, 1], { modeRow: 0, players: 1, nowMs: 0 });
    if (taken === undefined) throw new Error('Cannot open a handler: no row');
    this.rows.opened(taken.handler);
    return taken.handler;
  }

  rowIndexOf(handler: HandlerRef): number {
    return handlerIndexOf(handler);
  }

  addPlayer(
    options: Pick<StreamPlayerOptions, 'seed' | 'marks' | 'backlogBytesMax'>,
    at: HandlerRef,
  ): void {
    const index = this.players.length;
    const slot = (index % GATEWAYS) * SLOTS_PER_GATEWAY + Math.floor(index / GATEWAYS);
    const { players } = this.tables;
    players.generation[slot] = 1;
    players.state[slot] = PlayerState.playing;
    writeName(players, slot, `${this.identity.hostId}-${index}`);
    const player = playerRef(slot, 1);
    const ringOf = (handler: HandlerRef): RingWriter => this.#ringOf(slot, handler);
    const isHeld = (handler: HandlerRef): boolean =>
      this.tables.handlers.holds[handlerIndexOf(handler)] === 1;
    this.players.push(new StreamPlayer({ ...options, player, ringOf, isHeld }, at));
  }

  /** Gateways, workers and the bridge, each once; but those that `isStalled` says are busy with something else. */
  turn(isStalled: (part: 'gateways' | 'workers' | 'bridge') => boolean = () => false): void {
    for (const player of this.players) player.turn();
    for (const rings of this.#up) for (const ring of rings) ring.publish();
    if (!isStalled('bridge')) this.bridge.turn();
    if (!isStalled('workers')) for (const worker of this.#workers) worker.turn();
    if (!isStalled('bridge')) this.bridge.turn();
    if (isStalled('gateways')) return;
    for (const rings of this.#down) for (const ring of rings) this.#read(ring);
  }

  get workers(): readonly EchoWorker[] {
    return this.#workers;
  }

  /** Nothing waits in any ring of this host. */
  get isQuiet(): boolean {
    return this.#down.flat().every((ring) => ring.isEmpty()) && !this.bridge.hasWork();
  }

  #read(ring: RingReader): void {
    ring.drain(1_000, (kind, flags, byteOffset, byteLength) => {
      const { view, bytes } = ring;
      const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
      const end = byteOffset + byteLength;
      if (kind === RecordKind.dataMany) {
        const count = view.getUint32(byteOffset + COUNT_OFFSET, true);
        const body = Buffer.from(bytes.subarray(byteOffset + dataManyBodyOffset(count), end));
        for (let index = 0; index < count; index += 1) {
          const offset = byteOffset + PLAYERS_OFFSET + index * PLAYER_BYTES;
          this.#playerOf(view.getUint32(offset, true))?.onData(handler, flags, body);
        }
        return;
      }
      const player = this.#playerOf(view.getUint32(byteOffset + PLAYER_OFFSET, true));
      const body = Buffer.from(bytes.subarray(byteOffset + ONE_BODY_OFFSET, end));
      if (kind === RecordKind.left) player?.onLeft(handler, body);
      else if (kind === RecordKind.close) player?.onClose(handler, body.toString());
      else player?.onData(handler, flags, body);
    });
  }

  #playerOf(player: number): StreamPlayer | undefined {
    const slot = slotOf(player);
    const index = (slot % SLOTS_PER_GATEWAY) * GATEWAYS + Math.floor(slot / SLOTS_PER_GATEWAY);
    const found = this.players[index];
    return found?.player === player ? found : undefined;
  }

  #ringOf(slot: number, handler: HandlerRef): RingWriter {
    const row = this.tables.handlers.worker[handlerIndexOf(handler)] ?? 0;
    const ring = this.#up[Math.floor(slot / SLOTS_PER_GATEWAY)]?.[row];
    if (ring === undefined) throw new Error(`Cannot find the ring of slot ${slot}, row ${row}`);
    return ring;
  }

  #link(gateway: number, row: number): GatewayLink {
    const rings = { up: this.#ring('up', gateway, row), down: this.#ring('down', gateway, row) };
    return new GatewayLink({ ...rings, bell: silentBell(), playersMax: SLOTS_PER_GATEWAY });
  }

  #ring(direction: 'up' | 'down', gateway: number, row: number): SharedArrayBuffer {
    const ring = this.#memory.rings[direction][gateway]?.[row];
    if (ring === undefined) throw new Error(`Cannot find ring ${gateway}/${row}`);
    return ring;
  }
}

/** All take their turns here anyway. */
function silentBell(): DoorbellRinger {
  return new DoorbellRinger(new SharedArrayBuffer(64), 0, () => {});
}

function expectRings(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`Cannot run: rings of ${found} gateways, not ${wanted}`);
}
