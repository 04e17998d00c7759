/**
 * Server-sent events read from a fetch, since EventSource can send no token. Browser, not a thread of the host.
 *
 *   open --lost--> wait 1, 2, 4 ... 15 s --> open again with the last id, until stop(), a refusal or the end
 */

import { ApiError, messageOf, openStream } from './api.ts';
import { after } from './page-clock.ts';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 15_000;
/** Heartbeats come every 15 s. */
const SILENCE_MS_MAX = 40_000;

export interface StreamEvent {
  readonly kind: string;
  readonly data: unknown;
}

export interface StreamOptions {
  readonly path: string;
  /** The last event that is known already: those after it come first. */
  readonly lastId?: string;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onOpen: () => void;
  /** Tries again in `retryMs`; undefined: it does not, the host has refused. */
  readonly onLost: (why: string, retryMs: number | undefined) => void;
}

/** Text of the stream in, whole events out. */
class EventParser {
  readonly #onEvent: (event: StreamEvent & { readonly id: string | undefined }) => void;
  #rest = '';

  constructor(onEvent: (event: StreamEvent & { readonly id: string | undefined }) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    const blocks = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#block(block);
  }

  #block(block: string): void {
    let kind = 'message';
    let id: string | undefined;
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') kind = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') id = value;
    }
    if (data.length === 0) return;
    try {
      this.#onEvent({ kind, id, data: JSON.parse(data.join('\n')) as unknown });
    } catch {
      // A newer host may say what this page cannot read: the rest of the stream is still good.
    }
  }
}

/** Reads until the answer's function is called. */
export function followStream(options: StreamOptions): () => void {
  const stream = new Follower(options);
  void stream.run();
  return () => stream.stop();
}

class Follower {
  readonly #options: StreamOptions;
  #abort = new AbortController();
  #isStopped = false;
  #retryMs = RETRY_MS_MIN;
  #lastId: string | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#lastId = options.lastId;
  }

  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
  }

  async run(): Promise<void> {
    this.#abort = new AbortController();
    try {
      await this.#read();
      this.#lost('the host has ended the stream');
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
        if (!this.#isStopped) this.#options.onLost(error.message, undefined);
      } else {
        this.#lost(messageOf(error));
      }
    }
  }

  #lost(why: string): void {
    if (this.#isStopped) return;
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
    this.#options.onLost(why, retryMs);
    after(() => {
      if (!this.#isStopped) void this.run();
    }, retryMs);
  }

  async #read(): Promise<void> {
    const { path, onEvent, onOpen } = this.#options;
    const { signal } = this.#abort;
    const response = await openStream(path, { signal, lastId: this.#lastId });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('the host answered without a stream');
    onOpen();
    this.#retryMs = RETRY_MS_MIN;
    const parser = new EventParser((event) => {
      this.#lastId = event.id ?? this.#lastId;
      onEvent(event);
    });
    for (;;) {
      const cancel = after(() => this.#abort.abort(), SILENCE_MS_MAX);
      const { done, value } = await reader.read();
      cancel();
      if (done) return;
      parser.push(value);
    }
  }
}
