/** The messages of IRC (RFC 2812), cut out of a client's byte stream. Pure; match workers. */

/** RFC 2812, 2.3: 512 bytes with CR LF. */
const LINE_BYTES_MAX = 510;
const LF = 0x0a;

export interface IrcMessage {
  /** In upper case. */
  readonly command: string;
  readonly parameters: readonly string[];
}

export class IrcStream {
  #unread: Uint8Array = new Uint8Array();

  /** Calls back for each whole message. A callback may take the rest of the stream away: then it was the last one. */
  read(bytes: Uint8Array, onMessage: (message: IrcMessage) => void): void {
    // A copy: the bytes are lent for the length of this call.
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (let end = this.#endOfLine(); end !== -1; end = this.#endOfLine()) {
      const message = parse(this.#unread.subarray(0, Math.min(end, LINE_BYTES_MAX)));
      this.#unread = this.#unread.subarray(end + 1);
      if (message !== undefined) onMessage(message);
    }
    // A line without end is cut, as other servers do: one client holds at most so much memory.
    this.#unread = this.#unread.subarray(0, LINE_BYTES_MAX);
  }

  /** What is not read yet, for the next handler of this stream. */
  takeRest(): Uint8Array {
    const rest = this.#unread;
    this.#unread = new Uint8Array();
    return rest;
  }

  #endOfLine(): number {
    return this.#unread.indexOf(LF);
  }
}

/** RFC 2812, 2.3.1, without prefixes, which clients do not send. */
function parse(line: Uint8Array): IrcMessage | undefined {
  const text = new TextDecoder().decode(line).replace(/\r$/u, '');
  const [, head = '', trailing] = /^(.*?)(?:(?:^| ):(.*))?$/su.exec(text) ?? [];
  const [command, ...parameters] = head.split(' ').filter((word) => word !== '');
  if (command === undefined) return undefined;
  if (trailing !== undefined) parameters.push(trailing);
  return { command: command.toUpperCase(), parameters };
}
