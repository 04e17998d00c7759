/**
 * All open streams of server-sent events: how many there may be, their heartbeat, the end of those who do not read. Main thread.
 *
 * A stream's queue is the socket's: a reader who is more than QUEUE_BYTES_MAX behind is dropped, and counted.
 */

import type { ServerResponse } from 'node:http';
import { every, type Timer } from '../../shared/clock.ts';
import { eventText, HEARTBEAT_TEXT, type ServerSentEvent } from './event-text.ts';

export const STREAMS_MAX = 64;
const QUEUE_BYTES_MAX = 256 * 1024;
const HEARTBEAT_MS = 15_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would hold events back.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
} as const;

/** Why streams ended other than by their reader: for the metrics. */
export type StreamDrop = 'slow-reader' | 'too-many-streams';

export class EventStreams {
  readonly drops: Record<StreamDrop, number> = { 'slow-reader': 0, 'too-many-streams': 0 };
  readonly #open = new Set<EventStream>();
  readonly #heartbeat: Timer = every(() => this.#beat(), HEARTBEAT_MS);

  get count(): number {
    return this.#open.size;
  }

  /** False, counted, when there are STREAMS_MAX of them. */
  hasRoom(): boolean {
    if (this.#open.size < STREAMS_MAX) return true;
    this.drops['too-many-streams'] += 1;
    return false;
  }

  /** Begins the answer; `start` returns what is to be done at its end. */
  open(response: ServerResponse, start: (stream: EventStream) => () => void): void {
    response.writeHead(200, HEADERS);
    response.flushHeaders();
    const stream = new EventStream(response, () => (this.drops['slow-reader'] += 1));
    this.#open.add(stream);
    const stop = start(stream);
    response.once('close', () => {
      this.#open.delete(stream);
      stop();
    });
  }

  close(): void {
    this.#heartbeat.cancel();
    for (const stream of this.#open) stream.end();
  }

  #beat(): void {
    for (const stream of this.#open) stream.write(HEARTBEAT_TEXT);
  }
}

export class EventStream {
  readonly #response: ServerResponse;
  readonly #onSlow: () => void;

  constructor(response: ServerResponse, onSlow: () => void) {
    this.#response = response;
    this.#onSlow = onSlow;
  }

  send(event: ServerSentEvent): void {
    this.write(eventText(event));
  }

  /** Text in the form of server-sent events. */
  write(text: string): void {
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > QUEUE_BYTES_MAX) {
      this.#onSlow();
      response.destroy();
      return;
    }
    response.write(text);
  }

  end(): void {
    this.#response.end();
  }
}
