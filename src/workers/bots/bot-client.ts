/**
 * One practice bot as a client: logs in over the `frame` protocol, keeps track of where it is, plays what it knows.
 * Pure but for the `send` it is given: it never sees a socket, and its parent feeds it bytes and says when it is lost.
 * Runs in the bots' thread.
 */

import {
  FRAME_PROTOCOL_VERSION,
  FrameParser,
  type FrameSink,
  FrameType,
  encodeFrame,
  encodeJsonFrame,
  encodeTextFrame,
} from '../../shared/frame-codec.ts';
import type { Random } from '../../shared/random.ts';
import { decodeState, encodeInput, StateType } from '../games/capture-the-flag/ctf-codec.ts';
import type { Direction } from '../games/capture-the-flag/direction.ts';
import { BotPlace } from './bot-policy.ts';
import type { BotView } from './bot-policy.ts';
import { CtfBrain } from './ctf-brain.ts';

export interface BotIdentity {
  readonly name: string;
  readonly token: string | undefined;
}

const decoder = new TextDecoder();

export class BotClient implements BotView, FrameSink {
  readonly name: string;
  place: BotPlace = BotPlace.offline;
  mode: string | undefined = undefined;
  /** The code of the last BYE, for the log. */
  byeCode: string | undefined = undefined;
  readonly #token: string | undefined;
  readonly #random: Random;
  readonly #send: (bytes: Uint8Array) => void;
  #parser = new FrameParser();
  #brain: CtfBrain | undefined = undefined;
  #held: Direction | undefined = undefined;

  constructor(identity: BotIdentity, random: Random, send: (bytes: Uint8Array) => void) {
    this.name = identity.name;
    this.#token = identity.token;
    this.#random = random;
    this.#send = send;
  }

  onConnected(): void {
    this.#parser = new FrameParser();
    this.byeCode = undefined;
    const hello = { protocol: FRAME_PROTOCOL_VERSION, name: this.name };
    const token = this.#token;
    this.#send(encodeJsonFrame(FrameType.hello, token === undefined ? hello : { ...hello, token }));
  }

  /** False when the host sent what is not `frame`: the parent closes the connection. */
  onBytes(chunk: Uint8Array): boolean {
    return this.#parser.push(chunk, this);
  }

  onFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === FrameType.state) this.#onState(bytes.subarray(start, end));
    else if (type === FrameType.event) this.#onEvent(decoder.decode(bytes.subarray(start, end)));
    else if (type === FrameType.bye) this.#onBye(decoder.decode(bytes.subarray(start, end)));
  }

  onLost(): void {
    this.#goTo(BotPlace.offline, undefined);
  }

  queue(mode: string): void {
    this.#goTo(BotPlace.asked, mode);
    this.#send(encodeTextFrame(FrameType.command, `queue ${mode}`));
  }

  unqueue(): void {
    this.#goTo(BotPlace.idle, undefined);
    this.#send(encodeTextFrame(FrameType.command, 'leave'));
  }

  #onState(bytes: Uint8Array): void {
    const state = decodeState(bytes);
    if (state === undefined || this.place !== BotPlace.playing) return;
    if (state.type === StateType.field) {
      this.#brain = new CtfBrain(state, this.#random);
      this.#held = undefined;
    } else if (state.type === StateType.snapshot && this.#brain !== undefined) {
      const direction = this.#brain.decide(state);
      // A held direction lasts: only a change is news to the host.
      if (direction === this.#held) return;
      this.#held = direction;
      this.#send(encodeFrame(FrameType.input, encodeInput(direction)));
    }
  }

  #onEvent(text: string): void {
    const { event, mode } = parseEvent(text);
    if (event === 'lobby') this.#goTo(BotPlace.idle, undefined);
    else if (event === 'queued') this.#goTo(BotPlace.queued, mode ?? this.mode);
    else if (event === 'unqueued') this.#goTo(BotPlace.idle, undefined);
    else if (event === 'found') this.#send(encodeTextFrame(FrameType.command, 'accept'));
    else if (event === 'match') this.#goTo(BotPlace.playing, undefined);
    // A refused queue command leaves the bot where it was.
    else if (event === 'error' && this.place === BotPlace.asked)
      this.#goTo(BotPlace.idle, undefined);
  }

  #onBye(text: string): void {
    this.byeCode = parseEvent(text).code ?? 'unknown';
  }

  #goTo(place: BotPlace, mode: string | undefined): void {
    this.place = place;
    this.mode = mode;
    this.#brain = undefined;
  }
}

interface ParsedEvent {
  readonly event?: string;
  readonly mode?: string;
  readonly code?: string;
}

/** Our own host's JSON; anything else is no event. */
function parseEvent(text: string): ParsedEvent {
  try {
    const value: unknown = JSON.parse(text);
    // Fields that are missing or of another type compare unequal to every word above.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
