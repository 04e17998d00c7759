/**
 * A client with an opaque stream that never pauses, for the byte-exactness proof over a network (handlers/stream-hall.ts): every
 * byte that comes back is checked against what was sent. Runs in test processes.
 */

import { connect, type Socket } from 'node:net';
import type { Random } from '../../src/shared/random.ts';
import { ByteStream } from './byte-stream.ts';
import { CONTROL, TOKEN, type StreamNews } from './handlers/stream-hall.ts';

const BACKLOG_BYTES_MAX = 4_096;
/** The longest message without its last byte. */
const HALF_BYTES_MAX = 200;
const STREAM_STEP = 1_000_003;

/** Over all clients. */
export interface StreamMarks {
  moves: number;
  /** To or from a handler on another host. */
  crossings: number;
  bytesEchoed: number;
  /** Streams that ended with the host or link that they ran through, by the reason that the next handler was told. */
  readonly broken: Map<string, number>;
  /** Sent on such a stream and not echoed. */
  bytesLost: number;
}

export interface StreamClientOptions {
  readonly name: string;
  readonly home: string;
  readonly port: number;
  readonly seed: number;
  readonly random: Random;
  readonly marks: StreamMarks;
}

export class StreamClient {
  readonly name: string;
  readonly home: string;
  /** What was not as it should be, the first time; undefined: all bytes were right. */
  wrong: string | undefined;
  isClosed = false;
  where = '';
  readonly #options: StreamClientOptions;
  readonly #socket: Socket;
  #sent: ByteStream;
  #expected: ByteStream;
  #streams = 0;
  /** The moves before, newest last. */
  #last: string[] = [];
  #half: Buffer = Buffer.alloc(0);

  constructor(options: StreamClientOptions) {
    const { name, home, port, seed } = options;
    this.name = name;
    this.home = home;
    this.#options = options;
    this.#sent = new ByteStream(seed);
    this.#expected = new ByteStream(seed);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(`${name}\n`);
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // A reset is an end like any other here.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** Sent and not echoed. */
  get backlogBytes(): number {
    return this.#sent.position - this.#expected.position;
  }

  /** All but half a message has come back. */
  get isQuiet(): boolean {
    return this.backlogBytes < HALF_BYTES_MAX;
  }

  /** For a failure: on which stream it is, and the last moves. */
  get story(): string {
    return `stream ${this.#streams}, ${this.backlogBytes} bytes not echoed after ${this.#expected.position}, ${this.#last.join(' ')}`;
  }

  /** A few bytes, cut anywhere. */
  send(): void {
    const { random } = this.#options;
    if (this.isClosed || this.backlogBytes > BACKLOG_BYTES_MAX) return;
    this.#socket.write(this.#sent.take(1 + random.below(random.below(8) === 0 ? 800 : 40)));
  }

  end(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const all = Buffer.concat([this.#half, chunk]);
    let start = 0;
    while (start < all.length) {
      const kind = all[start] ?? 0;
      const lengthAt = kind === CONTROL ? start + 1 : start;
      const end = lengthAt + 1 + (all[lengthAt] ?? Infinity);
      if (end > all.length) break;
      if (kind === CONTROL) this.#onNews(all.subarray(lengthAt + 1, end));
      else this.#onEcho(all.subarray(start, end));
      start = end;
    }
    this.#half = Buffer.from(all.subarray(start));
  }

  #onEcho(message: Buffer): void {
    this.#options.marks.bytesEchoed += message.length;
    const at = this.#expected.position;
    if (message.equals(this.#expected.take(message.length))) return;
    this.wrong ??= `stream ${this.#streams} at byte ${at}, in ${this.where}, after ${this.#last.join(' ')}`;
  }

  #onNews(text: Buffer): void {
    const { marks, home } = this.#options;
    const news = newsOf(text);
    if (news === undefined) {
      this.wrong ??= `stream ${this.#streams}: no news, in ${this.where}, after ${this.#last.join(' ')}`;
      return;
    }
    const { where, reason, isBroken } = news;
    if (this.where !== '') {
      marks.moves += 1;
      if (hostOf(where) !== home || hostOf(this.where) !== home) marks.crossings += 1;
    }
    this.where = where;
    this.#last = [...this.#last.slice(-3), `${where}:${reason}`];
    if (isBroken) this.#begin(reason);
    // Bytes that meet the next move on its way.
    this.send();
  }

  /** What was on its way is lost: another stream. */
  #begin(reason: string): void {
    const { marks, seed } = this.#options;
    marks.broken.set(reason, (marks.broken.get(reason) ?? 0) + 1);
    marks.bytesLost += this.backlogBytes;
    this.#streams += 1;
    const next = seed + this.#streams * STREAM_STEP;
    [this.#sent, this.#expected] = [new ByteStream(next), new ByteStream(next)];
    this.#socket.write(TOKEN);
  }
}

function hostOf(where: string): string {
  return where.split('/')[0] ?? '';
}

/** Undefined for what no handler of this proof sends: a message of an earlier stream, cut at the wrong place. */
function newsOf(text: Buffer): StreamNews | undefined {
  try {
    return JSON.parse(text.toString('utf8')) as StreamNews;
  } catch {
    return undefined;
  }
}
