/**
 * Reads a PROXY protocol header, version 2 only, before the client's own bytes. Runs in gateway threads, for connections
 * from trusted addresses. Source: "The PROXY protocol, versions 1 & 2", HAProxy, section 2.2
 * (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt).
 *
 *   byte 0-11    signature  0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a
 *   byte 12      u8         high half: version, 2; low half: command, 0 LOCAL or 1 PROXY
 *   byte 13      u8         high half: family, 1 IPv4, 2 IPv6; low half: transport, 1 TCP
 *   byte 14-15   u16        big-endian: bytes that follow, here at most 1,024
 *   byte 16..    addresses  IPv4: source 4, destination 4, source port 2, destination port 2
 *                           IPv6: source 16, destination 16, source port 2, destination port 2
 *   then         TLVs       skipped
 *
 * Invariant: `consumed` never reaches past the header, so what follows in the chunk is the client's.
 */

const PROXY_BODY_BYTES_MAX = 1024;

export type ProxyResult =
  /** The whole chunk was header and more is to come. */
  | { readonly state: 'more'; readonly consumed: number }
  /**
   * The header is read. `source` is undefined where the proxy speaks for itself (LOCAL: a health check) or names no
   * TCP address: the socket's own address then counts.
   */
  | { readonly state: 'done'; readonly consumed: number; readonly source: ProxySource | undefined }
  /** Not a header of version 2, or too long: the connection is to be closed. */
  | { readonly state: 'bad'; readonly consumed: number };

export interface ProxySource {
  /** IPv4 in dots (also for an IPv4 address mapped into IPv6), or IPv6 in the form of RFC 5952. */
  readonly address: string;
  readonly port: number;
}

/** One connection's header; of no use after `done` or `bad`. */
export class ProxyParser {
  /** Fixed part and the longer of the two address blocks; TLVs are counted, not kept. */
  readonly #kept: Uint8Array = new Uint8Array(KEPT_BYTES_MAX);
  #readBytes = 0;
  #headerBytes = FIXED_BYTES;
  #bad = false;

  push(chunk: Uint8Array): ProxyResult {
    let consumed = 0;
    while (!this.#bad && consumed < chunk.length && this.#readBytes < this.#headerBytes) {
      if (this.#readBytes < KEPT_BYTES_MAX) {
        this.#take(chunk[consumed] ?? 0);
        consumed += 1;
      } else {
        const skippedBytes = Math.min(this.#headerBytes - this.#readBytes, chunk.length - consumed);
        this.#readBytes += skippedBytes;
        consumed += skippedBytes;
      }
    }
    if (this.#bad) return { state: 'bad', consumed };
    if (this.#readBytes < this.#headerBytes) return { state: 'more', consumed };
    return { state: 'done', consumed, source: sourceOf(this.#kept) };
  }

  /** Keeps one byte and judges it as soon as it can be judged, so that a wrong peer is not waited for. */
  #take(byte: number): void {
    const at = this.#readBytes;
    this.#kept[at] = byte;
    this.#readBytes += 1;
    if (at < SIGNATURE.length) this.#bad = byte !== SIGNATURE[at];
    else if (at === COMMAND_AT) this.#bad = byte !== COMMAND_LOCAL && byte !== COMMAND_PROXY;
    else if (at === FAMILY_AT) this.#bad = !ADDRESS_BYTES.has(byte);
    else if (at === FIXED_BYTES - 1) this.#onLength();
  }

  #onLength(): void {
    const bodyBytes = u16At(this.#kept, LENGTH_AT);
    this.#headerBytes = FIXED_BYTES + bodyBytes;
    const isLocal = this.#kept[COMMAND_AT] === COMMAND_LOCAL;
    // LOCAL's addresses are to be ignored, whatever their size.
    const addressBytes = isLocal ? 0 : (ADDRESS_BYTES.get(this.#kept[FAMILY_AT] ?? 0) ?? 0);
    this.#bad = bodyBytes > PROXY_BODY_BYTES_MAX || bodyBytes < addressBytes;
  }
}

const SIGNATURE: readonly number[] = [
  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
];
const COMMAND_AT = 12;
const FAMILY_AT = 13;
const LENGTH_AT = 14;
const FIXED_BYTES = 16;
const COMMAND_LOCAL = 0x20;
const COMMAND_PROXY = 0x21;
const FAMILY_TCP4 = 0x11;
const FAMILY_TCP6 = 0x21;
const KEPT_BYTES_MAX = FIXED_BYTES + 36;

/** The families the specification names, and the size of their addresses where we read them (others count as unspecified). */
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [0x00, 0],
  [FAMILY_TCP4, 12],
  [0x12, 12],
  [FAMILY_TCP6, 36],
  [0x22, 36],
  [0x31, 216],
  [0x32, 216],
]);

function sourceOf(header: Uint8Array): ProxySource | undefined {
  if (header[COMMAND_AT] !== COMMAND_PROXY) return undefined;
  if (header[FAMILY_AT] === FAMILY_TCP4) {
    const address = ipv4Text(header, FIXED_BYTES);
    return { address, port: u16At(header, FIXED_BYTES + 8) };
  }
  if (header[FAMILY_AT] === FAMILY_TCP6) {
    const address = ipv6Text(header, FIXED_BYTES);
    return { address, port: u16At(header, FIXED_BYTES + 32) };
  }
  return undefined;
}

function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function ipv4Text(bytes: Uint8Array, at: number): string {
  return bytes.subarray(at, at + 4).join('.');
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => u16At(bytes, at + index * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return ipv4Text(bytes, at + 12);
  }
  let runStart = -1;
  let runLength = 1;
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > runLength) [runStart, runLength] = [start, length];
  }
  const hex = groups.map((group) => group.toString(16));
  if (runStart === -1) return hex.join(':');
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}
