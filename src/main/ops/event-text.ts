/** Server-sent events as text, by the HTML standard's grammar. Pure; main thread. */

export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  /** One line: JSON. */
  readonly data: string;
}

/** Keeps proxies and clients from taking silence for the end. */
export const HEARTBEAT_TEXT = ': still here\n\n';

export function eventText({ id, event, data }: ServerSentEvent): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${data}\n\n`;
}
