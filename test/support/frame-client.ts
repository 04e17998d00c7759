/**
 * A real TCP client of the `frame` protocol (docs/protocol.md) for tests. Runs in test processes.
 *
 *   const ada = await FrameClient.connect(host.ports.frame);
 *   await ada.login('ada');
 *   ada.command('queue capture-the-flag');
 *   const match = await ada.event('match');
 *
 * Events and states wait in an Inbox each until the test asks for them, in order.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ClientEvent } from '../../src/shared/client-event.ts';
import type { Welcome } from '../../src/shared/client-protocol.ts';
import {
  encodeFrame,
  encodeJsonFrame,
  encodeTextFrame,
  FRAME_PROTOCOL_VERSION,
  FrameParser,
  FrameType,
} from '../../src/shared/frame-codec.ts';
import { Inbox, WAIT_MS } from './inbox.ts';

/** The payload of a BYE frame. */
export interface Bye {
  readonly code: string;
  readonly message: string;
}

export interface FrameClientOptions {
  /** Address to come from, within 127.0.0.0/8. */
  readonly localAddress?: string;
}

type EventOf<Name extends ClientEvent['event']> = Extract<ClientEvent, { event: Name }>;

export class FrameClient {
  readonly socket: Socket;
  readonly events: Inbox<ClientEvent> = new Inbox('events');
  readonly states: Inbox<Buffer> = new Inbox('states');
  readonly pongs: Inbox<Buffer> = new Inbox('pongs');
  /** Resolves when the socket is closed, however that came. */
  readonly closed: Promise<unknown>;
  /** What HELLO is answered with: one or the other. */
  readonly #answers = new Inbox<Welcome | Bye>('answer to hello');
  readonly #byes = new Inbox<Bye>('bye');
  readonly #parser = new FrameParser();

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.setNoDelay(true);
    // A reset is an end like any other here: whoever waits is told by 'close'.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      const whole = this.#parser.push(chunk, {
        onFrame: (type, bytes, start, end) => {
          this.#onFrame(type, Buffer.from(bytes.subarray(start, end)));
        },
      });
      if (!whole) socket.destroy(new Error('Cannot read the host: a frame of bad length'));
    });
    socket.on('close', () => {
      const boxes = [this.events, this.states, this.pongs, this.#answers, this.#byes];
      for (const box of boxes) box.close('the connection closed');
    });
  }

  static async connect(port: number, options: FrameClientOptions = {}): Promise<FrameClient> {
    const { localAddress = '127.0.0.1' } = options;
    const client = new FrameClient(connect({ port, host: '127.0.0.1', localAddress }));
    await once(client.socket, 'connect');
    return client;
  }

  /** Says HELLO and waits for the WELCOME; rejects with the BYE where the host refuses. */
  async login(name: string, token?: string): Promise<Welcome> {
    this.hello({
      protocol: FRAME_PROTOCOL_VERSION,
      name,
      ...(token === undefined ? {} : { token }),
    });
    const answer = await this.#answers.take(() => true);
    if (!('code' in answer)) return answer;
    throw new Error(`Cannot log in as "${name}": ${answer.code}, ${answer.message}`);
  }

  hello(payload: object): void {
    this.send(encodeJsonFrame(FrameType.hello, payload));
  }

  /** A command without its slash: `queue relay`. */
  command(text: string): void {
    this.send(encodeTextFrame(FrameType.command, text));
  }

  input(bytes: Uint8Array): void {
    this.send(encodeFrame(FrameType.input, bytes));
  }

  /** Sends PING and waits for the PONG with the same bytes. */
  async ping(bytes: Uint8Array = Buffer.from('ping')): Promise<void> {
    this.send(encodeFrame(FrameType.ping, bytes));
    await this.pongs.take((pong) => pong.equals(bytes));
  }

  /** Any bytes, whole frames or not. */
  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next event of that name; `fits` narrows it further. */
  async event<Name extends ClientEvent['event']>(
    name: Name,
    fits: (event: EventOf<Name>) => boolean = () => true,
    timeoutMs: number = WAIT_MS,
  ): Promise<EventOf<Name>> {
    const isNamed = (event: ClientEvent): event is EventOf<Name> => event.event === name;
    const event = await this.events.take((other) => isNamed(other) && fits(other), timeoutMs);
    if (!isNamed(event)) throw new Error(`Cannot happen: "${event.event}" for "${name}"`);
    return event;
  }

  /** The next state. */
  state(timeoutMs: number = WAIT_MS): Promise<Buffer> {
    return this.states.take(() => true, timeoutMs);
  }

  bye(timeoutMs: number = WAIT_MS): Promise<Bye> {
    return this.#byes.take(() => true, timeoutMs);
  }

  /** Ends the connection in good order and waits for it. */
  async close(): Promise<void> {
    this.socket.end();
    await this.closed;
  }

  /** `as` throughout: the tests then look at those fields that matter to them. */
  #onFrame(type: number, payload: Buffer): void {
    switch (type) {
      case FrameType.welcome:
        return this.#answers.push(parseJson(payload) as Welcome);
      case FrameType.event:
        return this.events.push(parseJson(payload) as ClientEvent);
      case FrameType.state:
        return this.states.push(payload);
      case FrameType.pong:
        return this.pongs.push(payload);
      case FrameType.bye:
        this.#answers.push(parseJson(payload) as Bye);
        return this.#byes.push(parseJson(payload) as Bye);
      default:
        this.socket.destroy(new Error(`Cannot read the host: frame type ${type}`));
    }
  }
}

function parseJson(payload: Buffer): unknown {
  return JSON.parse(payload.toString('utf8'));
}
