/**
 * A real TCP client of the `line` protocol for tests: what a person with nc sees. Runs in test processes.
 *
 *   const ada = await LineClient.connect(host.ports.line);
 *   await ada.text(/name/i);
 *   ada.line('login ada');
 *
 * Telnet commands of the host are cut out and left unanswered, as nc does; text() reads forward only.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { systemClock } from '../../src/shared/clock.ts';
import { WAIT_MS } from './inbox.ts';

const IAC = 255;
const SB = 250;
const SE = 240;
const OPTION_COMMANDS = new Set([251, 252, 253, 254]);

type CutState = 'text' | 'command' | 'option' | 'subnegotiation' | 'subnegotiationCommand';

export class LineClient {
  readonly socket: Socket;
  /** Resolves when the socket is closed, however that came. */
  readonly closed: Promise<unknown>;
  readonly #decoder = new StringDecoder('utf8');
  readonly #wakers = new Set<() => void>();
  #text = '';
  #position = 0;
  #cutState: CutState = 'text';
  #ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#text += this.#decoder.write(this.#withoutTelnet(chunk));
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async connect(port: number, localAddress = '127.0.0.1'): Promise<LineClient> {
    const client = new LineClient(connect({ port, host: '127.0.0.1', localAddress }));
    await once(client.socket, 'connect');
    return client;
  }

  /** Logs in as a script does and turns colours and cursor movement off. */
  async login(name: string, token?: string): Promise<void> {
    this.line(token === undefined ? `login ${name}` : `login ${name} ${token}`);
    this.line('/plain');
    await this.text(new RegExp(name));
  }

  /** Sends one line. */
  line(text: string): void {
    this.socket.write(`${text}\r\n`);
  }

  /** All that was received, telnet commands cut out. */
  get transcript(): string {
    return this.#text;
  }

  /** Waits until what came since the last match holds `pattern`; later calls look behind that match. */
  async text(pattern: RegExp, timeoutMs: number = WAIT_MS): Promise<RegExpExecArray> {
    const deadlineMs = systemClock.nowMs() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.#text.slice(this.#position));
      if (match !== null) {
        this.#position += match.index + match[0].length;
        return match;
      }
      const leftMs = deadlineMs - systemClock.nowMs();
      if (this.#ended || leftMs <= 0) {
        const why = this.#ended ? 'the connection closed' : `not in ${timeoutMs} ms`;
        const seen = JSON.stringify(this.#text.slice(this.#position).slice(-500));
        throw new Error(`Cannot read ${pattern}: ${why}; there was ${seen}`);
      }
      await this.#more(leftMs);
    }
  }

  /** Ends the connection in good order and waits for it. */
  async close(): Promise<void> {
    this.socket.end();
    await this.closed;
  }

  /** Resolves at the next bytes, at the end, or after `timeoutMs`. */
  #more(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = systemClock.setTimer(wake, timeoutMs);
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  #withoutTelnet(chunk: Buffer): Buffer {
    return chunk.filter((byte) => {
      const before = this.#cutState;
      this.#cutState = nextCutState(before, byte);
      return before === 'text' ? byte !== IAC : before === 'command' && byte === IAC;
    }) as Buffer;
  }
}

function nextCutState(state: CutState, byte: number): CutState {
  switch (state) {
    case 'text':
      return byte === IAC ? 'command' : 'text';
    case 'command':
      if (byte === SB) return 'subnegotiation';
      return OPTION_COMMANDS.has(byte) ? 'option' : 'text';
    case 'option':
      return 'text';
    case 'subnegotiation':
      return byte === IAC ? 'subnegotiationCommand' : 'subnegotiation';
    case 'subnegotiationCommand':
      return byte === SE ? 'text' : 'subnegotiation';
  }
}
