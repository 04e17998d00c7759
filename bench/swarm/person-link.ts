/**
 * A person's hands: its TCP connection, what it says and hears there, and its inputs and states. The swarm's processes.
 * Thousands share a process, so reads go into one buffer (synchronously: libuv fills it and calls back before the next socket).
 *
 *   Person --wishes--> PersonLink --frames--> socket            crowd --wakes--> PersonLink --> Person
 */

import { connect, type Socket } from 'node:net';

import { systemClock } from '../../src/shared/clock.ts';
import type { Random } from '../../src/shared/random.ts';
import { frameOf, joinBytes, jsonOf, scanFrames, WireType, type OnFrame } from '../load/wire.ts';
import type { Role } from './cast.ts';
import { GameTraffic, type GameLimits } from './game-traffic.ts';
import type { HostEvent, PersonCount, PersonHands, Wake } from './person-hands.ts';
import { Person } from './person.ts';
import type { Address, LatencyKind } from './swarm-messages.ts';
import type { SwarmTally } from './swarm-tally.ts';

const READ_BUFFER = new Uint8Array(64 * 1024);
const READ_VIEW = new DataView(READ_BUFFER.buffer);
const STAMP_BYTES = 8;
const NEVER = Number.POSITIVE_INFINITY;
/** Says of a chat line that it is of this swarm: then come the run's tag and the line's due time. */
const CHAT_MARK = 'swarm';

export interface LinkOptions {
  readonly role: Role;
  readonly random: Random;
  readonly tally: SwarmTally;
  readonly target: Address;
  /** Where the connection comes from; undefined: as the system chooses. */
  readonly localAddress: string | undefined;
  readonly tag: string;
  /** Calls onWake(kind) at `dueMs`, unless the time of that kind has changed by then. */
  readonly schedule: (kind: LinkWake, dueMs: number) => void;
}

export type LinkWake = Wake | 'input';

export class PersonLink implements PersonHands {
  readonly person: Person;
  readonly #options: LinkOptions;
  readonly #tally: SwarmTally;
  readonly #traffic: GameTraffic;
  readonly #due: Record<LinkWake, number> = {
    script: NEVER,
    chat: NEVER,
    ping: NEVER,
    stall: NEVER,
    input: NEVER,
  };
  readonly #onFrame: OnFrame = (type, bytes, start, end) => this.#frame(type, bytes, start, end);
  #socket: Socket | undefined;
  #partial: Uint8Array | undefined;
  #isPlaying = false;
  #isStalled = false;
  /** Why the connection ends, as far as anybody has said. */
  #lastWord = '';
  /** Of the ping and the chat line that are under way; NaN: none. */
  #pingDueMs = Number.NaN;
  #chatDueMs = Number.NaN;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#tally = options.tally;
    this.#traffic = new GameTraffic(options.role.kind, options.random, options.tally);
    this.person = new Person(options.role, options.random, this);
  }

  /** The time of a wake of `kind` has come; false when it was changed or taken back. */
  onWake(kind: LinkWake, atMs: number, nowMs: number): boolean {
    if (this.#due[kind] !== atMs) return false;
    this.#due[kind] = NEVER;
    this.#tally.took('lag', nowMs - atMs);
    if (kind === 'input') this.#sendInput();
    else this.person.onWake(kind, atMs);
    return true;
  }

  /** Says of waits that go on how long they have lasted, where they are longer than the levels allow. */
  tellOverdue(nowMs: number, limits: Readonly<Record<LatencyKind, number>>): void {
    const tell = (kind: LatencyKind, dueMs: number): void => {
      if (nowMs - dueMs > limits[kind]) this.#tally.waits(kind, nowMs - dueMs);
    };
    tell('login', this.person.loginDueMs);
    tell('queue', this.person.queueDueMs);
    if (this.#isStalled) return;
    tell('ping', this.#pingDueMs);
    tell('chat', this.#chatDueMs);
    if (this.#isPlaying) this.#traffic.tellOverdue(nowMs, gameLimits(limits));
  }

  dial(): void {
    const { target, localAddress, role } = this.#options;
    this.#lastWord = '';
    this.#partial = undefined;
    const socket: Socket = connect({
      ...target,
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      // A connection that was given up may still hear something: it is not for the one after it.
      onread: {
        buffer: READ_BUFFER,
        callback: (bytes) => socket !== this.#socket || this.#read(bytes),
      },
    });
    this.#socket = socket;
    socket.once('connect', () => {
      if (socket !== this.#socket) return;
      const { name, kind } = role;
      const hello = { protocol: 1, name, ...(kind.token === '' ? {} : { token: kind.token }) };
      socket.write(frameOf(WireType.hello, JSON.stringify(hello)));
      this.person.onConnected();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (socket === this.#socket) this.#lastWord ||= error.code ?? error.message;
    });
    socket.once('close', () => {
      if (socket === this.#socket) this.#onLost();
    });
  }

  command(text: string): void {
    this.#socket?.write(frameOf(WireType.command, text));
  }

  say(dueMs: number): void {
    this.#chatDueMs = dueMs;
    this.command(
      `say ${CHAT_MARK} ${this.#options.tag} ${dueMs} and some words that a person may say`,
    );
  }

  ping(dueMs: number): void {
    if (this.#isStalled) return;
    const stamp = new Uint8Array(STAMP_BYTES);
    new DataView(stamp.buffer).setFloat64(0, dueMs);
    this.#pingDueMs = dueMs;
    this.#socket?.write(frameOf(WireType.ping, stamp));
  }

  play(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    if (isPlaying) this.#traffic.start(systemClock.nowMs());
    this.#setWake('input', isPlaying ? this.#traffic.nextDueMs : NEVER);
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    if (isStalled) this.#socket?.pause();
    else this.#socket?.resume();
  }

  hangUp(politely: boolean): void {
    const socket = this.#socket;
    this.#forget();
    if (socket === undefined) return;
    socket.on('error', () => socket.destroy());
    if (politely && !socket.connecting) {
      socket.write(frameOf(WireType.command, 'quit'));
      socket.destroySoon();
    } else {
      socket.resetAndDestroy();
    }
  }

  wake(kind: Wake, dueMs: number): void {
    this.#setWake(kind, dueMs);
  }

  took(kind: LatencyKind, startMs: number, nowMs: number): void {
    this.#tally.took(kind, nowMs - startMs);
  }

  count(what: PersonCount): void {
    this.#tally.count(what);
  }

  error(name: string): void {
    this.#tally.error(name);
  }

  #setWake(kind: LinkWake, dueMs: number): void {
    this.#due[kind] = dueMs;
    if (dueMs !== NEVER) this.#options.schedule(kind, dueMs);
  }

  #sendInput(): void {
    const frame = this.#traffic.nextInput();
    this.#setWake('input', this.#traffic.nextDueMs);
    const socket = this.#socket;
    if (socket === undefined) return;
    // The kernel still owes us the last one and owns its bytes: this input counts as sent, and waits for its state.
    if (socket.writableLength > 0) this.#tally.error('input skipped, socket full');
    else socket.write(frame);
  }

  #onLost(): void {
    this.#tally.count('closed');
    // Who does not read is to be closed sooner or later: that is no error of the host.
    if (!this.#isStalled) this.#tally.error(this.#lastWord || 'closed without a bye');
    this.#forget();
    this.person.onLost(systemClock.nowMs());
  }

  #forget(): void {
    this.#socket = undefined;
    this.#partial = undefined;
    this.#isStalled = false;
    this.#pingDueMs = Number.NaN;
    this.#chatDueMs = Number.NaN;
  }

  #read(length: number): boolean {
    if (this.#partial === undefined) {
      this.#keep(READ_BUFFER, length, scanFrames(READ_BUFFER, length, this.#onFrame));
      return true;
    }
    const joined = joinBytes(this.#partial, READ_BUFFER, length);
    this.#keep(joined, joined.byteLength, scanFrames(joined, joined.byteLength, this.#onFrame));
    return true;
  }

  #keep(bytes: Uint8Array, end: number, scanned: number): void {
    this.#partial = scanned === end ? undefined : bytes.slice(scanned, end);
  }

  #frame(type: number, bytes: Uint8Array, start: number, end: number): void {
    // Within a chunk the person may have hung up: what follows is not heard.
    if (this.#socket === undefined) return;
    const nowMs = systemClock.nowMs();
    if (type === WireType.state) {
      const view = bytes === READ_BUFFER ? READ_VIEW : new DataView(bytes.buffer, bytes.byteOffset);
      if (this.#isPlaying) this.#traffic.onState(view, start, end, nowMs);
    } else if (type === WireType.pong) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (end - start === STAMP_BYTES) this.#tally.took('ping', nowMs - view.getFloat64(start));
      this.#pingDueMs = Number.NaN;
    } else if (type === WireType.event) {
      this.#event(jsonOf(bytes, start, end), nowMs);
    } else if (type === WireType.bye) {
      this.#lastWord = `bye ${String(jsonOf(bytes, start, end)?.['code'])}`;
    } else if (type !== WireType.welcome) {
      this.#tally.error(`frame of type ${type}`);
    }
  }

  #event(event: Readonly<Record<string, unknown>> | undefined, nowMs: number): void {
    if (event === undefined) this.#tally.error('event without JSON');
    else if (event['event'] === 'said') this.#heard(event, nowMs);
    // The host's own JSON: fields of another type compare unequal to every word that a person knows.
    else this.person.onEvent(event as unknown as HostEvent, nowMs);
  }

  #heard({ from, text }: Readonly<Record<string, unknown>>, nowMs: number): void {
    this.#tally.count('heard');
    const [mark, tag, due] = typeof text === 'string' ? text.split(' ', 3) : [];
    if (mark !== CHAT_MARK || tag !== this.#options.tag || this.#isStalled) return;
    if (this.#options.role.kind.stallSeconds === 0) this.#tally.took('chat', nowMs - Number(due));
    if (from === this.#options.role.name) this.#chatDueMs = Number.NaN;
  }
}

function gameLimits(limits: Readonly<Record<LatencyKind, number>>): GameLimits {
  const { input: inputMs, stateAge: stateAgeMs, stateDelay: stateDelayMs } = limits;
  return { inputMs, stateAgeMs, stateDelayMs };
}
