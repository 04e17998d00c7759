/** A match worker's runtime in one thread: real rings, a real directory of handlers, and the gateway's end in the test's hands. Test files only. */

import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';
import { DoorbellRinger } from '../../../src/shared/doorbell.ts';
import { gatewayBell, viewTables, type HostTables } from '../../../src/shared/host-memory.ts';
import { handlerRef, slotOf, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { writeName } from '../../../src/shared/player-table.ts';
import type { Reason } from '../../../src/shared/reason.ts';
import {
  COUNT_OFFSET,
  DataFlag,
  InputChannel,
  ONE_BODY_OFFSET,
  PLAYERS_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
  dataManyBodyOffset,
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
} from '../../../src/shared/record-layout.ts';
import { RingReader, RingWriter } from '../../../src/shared/spsc-ring.ts';
import type { OpenTask, WorkerReport } from '../../../src/shared/thread-messages.ts';
import {
  NO_SEGMENTS,
  decodeSegments,
  encodeSegments,
  type UnreadSegment,
} from '../../../src/shared/unread-segments.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { GatewayLink } from '../../../src/shared/gateway-link.ts';
import { HandlerInstance } from '../../../src/workers/match/handler-instance.ts';
import { MatchRuntime } from '../../../src/workers/match/match-runtime.ts';
import { PlayerCommands } from '../../../src/workers/match/player-commands.ts';
import { tinyMemory } from '../../support/tiny-memory.ts';

export const MODES = [
  { row: 0, name: 'duel', teams: 2, teamSize: 1 },
  { row: 1, name: 'capture', teams: 2, teamSize: 8 },
] as const;

/** Everything a handler was called for, in order; it does as its players' input says. */
export class Diary implements GameHandler {
  static readonly input: 'onArrival' | 'onTick' = 'onArrival';
  static last: Diary | undefined;
  readonly entries: string[] = [];
  readonly context: HandlerContext;

  constructor(context: HandlerContext) {
    this.context = context;
    Diary.last = this;
  }

  onOpen(): void {
    this.entries.push('open');
  }

  onJoin(player: Player, reason: string): void {
    this.entries.push(`join ${player.name} ${reason}`);
  }

  onData(player: Player, bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('utf8');
    this.entries.push(`data ${player.name} ${text}`);
    if (text === 'end') this.context.end({ winner: player.name });
    else if (text === 'end, half') {
      this.context.end({ winner: player.name });
      this.context.unread(player, Buffer.from('half'));
    } else if (text === 'throw') throw new Error('told to');
    else if (text.startsWith('echo')) this.context.send(player, bytes);
    else if (text.startsWith('all')) this.context.broadcast(bytes);
  }

  onCommand(player: Player, word: string, text: string): boolean {
    this.entries.push(`command ${player.name} ${word} ${text}`);
    return word === 'own';
  }

  onTick({ number }: { number: number }): void {
    this.entries.push(`tick ${number}`);
  }

  onLeave(player: Player, reason: string): void {
    this.entries.push(`leave ${player.name} ${reason}`);
    if (reason === 'left') this.context.unread(player, Buffer.from(`rest of ${player.name}`));
  }

  onReconnect(player: Player): void {
    this.entries.push(`reconnect ${player.name}`);
  }

  onClose(reason: string): void {
    this.entries.push(`close ${reason}`);
  }
}

export class TickDiary extends Diary {
  static override readonly input = 'onTick';
}

export class RuntimeKit {
  readonly tables: HostTables;
  readonly clock: VirtualClock = new VirtualClock();
  readonly runtime: MatchRuntime;
  readonly reports: WorkerReport[] = [];
  readonly #up: readonly RingWriter[];
  readonly #down: readonly RingReader[];
  #handlers = 0;

  constructor(gateways = 1) {
    const memory = tinyMemory({ gateways });
    this.tables = viewTables(memory);
    const up = memory.rings.up.flat();
    const down = memory.rings.down.flat();
    this.#up = up.map((ring) => new RingWriter(ring));
    this.#down = down.map((ring) => new RingReader(ring));
    const links = up.map((ring, gateway) => {
      const bell = new DoorbellRinger(memory.doorbells, gatewayBell(gateway), () => {});
      const playersMax = memory.sizes.slotsPerGateway;
      return new GatewayLink({ up: ring, down: down[gateway] ?? ring, bell, playersMax });
    });
    this.runtime = new MatchRuntime({
      row: 0,
      hostId: 'tiny',
      tables: this.tables,
      links,
      commands: new PlayerCommands(this.tables, MODES),
      clock: this.clock,
      turnMs: 1,
      sendReports: (reports) => this.reports.push(...reports),
    });
  }

  /** Opens a Diary, or another handler; returns it, its instance and its diary. */
  open(
    options: Partial<OpenTask> = {},
    handlerClass: new (context: HandlerContext) => GameHandler = Diary,
  ): { instance: HandlerInstance; handler: HandlerRef; diary: string[] } {
    this.#handlers += 1;
    const handler = handlerRef(this.#handlers, 1);
    const task: OpenTask = {
      handler,
      id: `tiny/duel/${this.#handlers}`,
      mode: 'duel',
      module: 'test',
      settings: {},
      tickHz: 0,
      roster: [],
      isLobby: false,
      seed: 1,
      ...options,
    };
    const instance = new HandlerInstance(this.runtime, task);
    this.runtime.add(instance);
    instance.open(handlerClass);
    return { instance, handler, diary: Diary.last?.entries ?? [] };
  }

  name(player: PlayerRef, name: string): void {
    writeName(this.tables.players, slotOf(player), name);
  }

  join(
    target: { handler: HandlerRef; player: PlayerRef; reason: Reason },
    unread: readonly UnreadSegment[] = [],
    gateway = 0,
  ): void {
    must(tryWriteJoin(this.#writer(gateway), target, encodeSegments(unread)));
  }

  say(
    handler: HandlerRef,
    player: PlayerRef,
    text: string,
    channel: InputChannel = InputChannel.input,
  ): void {
    const bytes = Buffer.from(text);
    must(tryWriteInput(this.#writer(0), channel, handler, player, bytes, 0, bytes.length));
  }

  leave(handler: HandlerRef, player: PlayerRef, reason: Reason, gateway = 0): void {
    must(tryWriteLeave(this.#writer(gateway), handler, player, reason));
  }

  /** One turn of the runtime; returns what the gateway then reads. */
  turn(gateway = 0): string[] {
    for (const writer of this.#up) writer.publish();
    this.runtime.turn();
    const reader = this.#down[gateway];
    const seen: string[] = [];
    reader?.drain(100_000, (kind, flags, byteOffset, byteLength) => {
      seen.push(recordText(reader, { kind, flags, byteOffset, byteLength }));
    });
    return seen;
  }

  #writer(gateway: number): RingWriter {
    const writer = this.#up[gateway];
    if (writer === undefined) throw new Error(`Cannot write: no gateway ${gateway}`);
    return writer;
  }
}

/** A segment as a handler or a gateway leaves it. */
export function segment(channel: InputChannel, text: string): UnreadSegment {
  return { channel, bytes: Buffer.from(text) };
}

/** A record as a line: kind, players, and what it says. */
function recordText(
  reader: RingReader,
  record: { kind: number; flags: number; byteOffset: number; byteLength: number },
): string {
  const { kind, flags, byteOffset, byteLength } = record;
  const word = (offset: number): number => reader.view.getUint32(byteOffset + offset, true);
  const isMany = kind === RecordKind.dataMany;
  const count = isMany ? word(COUNT_OFFSET) : 1;
  const first = isMany ? PLAYERS_OFFSET : PLAYER_OFFSET;
  const players = Array.from({ length: count }, (_, index) => slotOf(word(first + index * 4)));
  const bodyOffset = isMany ? dataManyBodyOffset(count) : ONE_BODY_OFFSET;
  const body = reader.bytes.slice(byteOffset + bodyOffset, byteOffset + byteLength);
  const text = Buffer.from(body).toString('utf8');
  const to = players.join(',');
  if (kind === RecordKind.close) return `close ${to} ${flags} ${text}`;
  if (kind === RecordKind.left) return `left ${to} ${unreadText(new Uint8Array(body))}`;
  if ((flags & DataFlag.event) === 0) return `data ${to} ${text}`;
  return `event ${to} ${eventText(text)}`;
}

function unreadText(blob: Uint8Array): string {
  if (blob.length === NO_SEGMENTS.length) return '';
  const texts = decodeSegments(blob).map(
    ({ channel, bytes }) => `${channel}:${Buffer.from(bytes).toString('utf8')}`,
  );
  return texts.join('|');
}

/** An event's name and its most telling field. */
function eventText(json: string): string {
  // A worker wrote it from a ClientEvent.
  const event = JSON.parse(json) as Readonly<Record<string, string | undefined>>;
  const detail = event['text'] ?? event['code'] ?? event['reason'] ?? '';
  return `${event['event']} ${detail}`.trim();
}

function must(isWritten: boolean): void {
  if (!isWritten) throw new Error('Cannot write: the ring is full');
}
