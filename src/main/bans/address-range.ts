/**
 * Addresses and CIDR ranges as numbers: one form for each, so that two spellings of one range are equal. Pure. Main thread.
 * An IPv4 address that is mapped into IPv6 (::ffff:1.2.3.4) is that IPv4 address.
 */

import { isIP, SocketAddress } from 'node:net';

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface AddressRange {
  readonly family: 4 | 6;
  /** The first address; bits after `prefix` are 0. */
  readonly network: bigint;
  readonly prefix: number;
  /** `1.2.3.4`, `10.0.0.0/8`, `2001:db8::/32`: a range of one address has no prefix. */
  readonly text: string;
}

const BITS = { 4: 32, 6: 128 } as const;
/** What the first 96 bits of a mapped IPv4 address are. */
const MAPPED = 0xffffn;
const MAPPED_BITS = 96;

/** One address in any spelling, a zone (`%eth0`) left out; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [plain = ''] = text.split('%', 1);
  const family = isIP(plain);
  if (family === 4) return { family: 4, value: ipv4Value(plain) };
  if (family !== 6) return undefined;
  const value = ipv6Value(plain);
  return value >> 32n === MAPPED ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** An address, or a range such as `10.0.0.0/8`; bits after the prefix may be set and are dropped. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [first = '', prefixText, ...rest] = text.split('/');
  const written = isIP(first);
  const address = parseAddress(first);
  if (address === undefined || written === 0 || rest.length > 0) return undefined;
  const { family } = address;
  if (prefixText === undefined) return rangeOf(address, BITS[family]);
  if (!/^\d{1,3}$/.test(prefixText)) return undefined;
  const isMapped = written === 6 && family === 4;
  const prefix = Number(prefixText) - (isMapped ? MAPPED_BITS : 0);
  return prefix < 0 || prefix > BITS[family] ? undefined : rangeOf(address, prefix);
}

/** The address with all bits after `prefix` cleared. */
export function maskedValue({ family, value }: Address, prefix: number): bigint {
  const shift = BigInt(BITS[family] - prefix);
  return (value >> shift) << shift;
}

function isWithin(address: Address, range: AddressRange): boolean {
  return address.family === range.family && maskedValue(address, range.prefix) === range.network;
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
  const [wide, narrow] = one.prefix <= other.prefix ? [one, other] : [other, one];
  return isWithin({ family: narrow.family, value: narrow.network }, wide);
}

/** True when the address can be read and one of the ranges holds it. */
export function isInAny(text: string, ranges: readonly AddressRange[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && ranges.some((range) => isWithin(address, range));
}

/** Those of `texts` that can be read; the configuration refuses the others. */
export function parseRanges(texts: readonly string[]): readonly AddressRange[] {
  return texts.map(parseAddressRange).filter((range) => range !== undefined);
}

/** True for a range of one address. */
export function isSingle({ family, prefix }: AddressRange): boolean {
  return prefix === BITS[family];
}

function rangeOf(address: Address, prefix: number): AddressRange {
  const { family } = address;
  const network = maskedValue(address, prefix);
  const first = addressText({ family, value: network });
  return { family, network, prefix, text: prefix === BITS[family] ? first : `${first}/${prefix}` };
}

/** Dotted, or the form of RFC 5952. */
export function addressText({ family, value }: Address): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

function ipv4Value(text: string): bigint {
  let value = 0n;
  for (const part of text.split('.')) value = (value << 8n) | BigInt(part);
  return value;
}

function ipv6Value(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    // Two groups stand for the dotted part, so that the rest can be read as groups only.
    return ipv6Value(`${dotted[1] ?? ''}0:0`) | ipv4Value(dotted[2] ?? '0.0.0.0');
  }
  const [head = '', tail] = text.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  let value = 0n;
  for (const group of [...first, ...zeros, ...last]) value = (value << 16n) | BigInt(`0x${group}`);
  return value;
}
