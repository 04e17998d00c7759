/**
 * A Redis client as small as can be: one question at a time, so that an answer's time is a round trip. RESP2 over
 * node:net. Any thread of the bench.
 *
 *   *3\r\n$4\r\nHGET\r\n...  -->  :1\r\n   +OK\r\n   $5\r\nhello\r\n   -ERR ...\r\n
 */

import { connect, type Socket } from 'node:net';

const CR = 0x0d;
const BULK = 0x24;
const ERROR = 0x2d;

export class RespClient {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('Cannot ask Redis: it hung up')));
  }

  static connect(port: number): Promise<RespClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RespClient(socket));
      });
    });
  }

  /** One command, one answer: the text after its type, or of its bulk string ('-1' where there is none). */
  ask(...words: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(encoded(words));
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const answer = this.#tryRead();
    if (answer === undefined) return;
    this.#received = Buffer.alloc(0);
    const settle = this.#settle;
    this.#settle = undefined;
    if (answer.isError) settle?.reject(new Error(`Cannot ask Redis: "${answer.text}"`));
    else settle?.resolve(answer.text);
  }

  #tryRead(): { readonly text: string; readonly isError: boolean } | undefined {
    const bytes = this.#received;
    const end = bytes.indexOf(CR);
    if (end === -1 || bytes.length < end + 2) return undefined;
    const head = bytes.toString('latin1', 1, end);
    if (bytes[0] !== BULK || head === '-1') return { text: head, isError: bytes[0] === ERROR };
    const start = end + 2;
    const length = Number(head);
    if (bytes.length < start + length + 2) return undefined;
    return { text: bytes.toString('utf8', start, start + length), isError: false };
  }
}

function encoded(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}
