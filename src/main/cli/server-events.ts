/** Server-sent events read from text that comes in any pieces, as far as the ops API uses them. Pure. Main thread. */

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

export class ServerEventParser {
  #rest = '';
  #event = 'message';
  #data: string[] = [];

  /** The events that `text` completes. */
  push(text: string): readonly ServerEvent[] {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#end();
    const [, field, value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    return undefined;
  }

  #end(): ServerEvent | undefined {
    const event = { event: this.#event, data: this.#data.join('\n') };
    const isEmpty = this.#data.length === 0;
    this.#event = 'message';
    this.#data = [];
    return isEmpty ? undefined : event;
  }
}
