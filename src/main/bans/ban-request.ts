/** What an operator asks to have banned: read, checked, refused with a reason that can be shown. Pure. Main thread. */

import type { BanRow } from '../../shared/store-messages.ts';
import { nameKey } from '../../shared/name-key.ts';
import { nameRefusal, quoted } from '../directory/name-rule.ts';
import { overlaps, parseAddressRange, type AddressRange } from './address-range.ts';

/** One of `account` and `address`. */
export interface BanRequest {
  readonly account?: string | undefined;
  /** An address or a CIDR range. */
  readonly address?: string | undefined;
  /** Left out: for ever. */
  readonly seconds?: number | undefined;
  readonly reason: string;
}

export type BanRefusalCode =
  /** Neither or both of account and address, or one that cannot be read. */
  | 'bad-ban'
  /** It would hold players who come through a trusted proxy. */
  | 'ban-trusted-proxy'
  /** The book is full. */
  | 'too-many-bans'
  /** It could not be written, so it was not done. */
  | 'store-unavailable';

export interface BanRefusal {
  readonly outcome: 'refused';
  readonly code: BanRefusalCode;
  readonly message: string;
}

export type BanTarget = BanRow['target'];

const BAN_REASON_CHARS_MAX = 200;
/** A hundred years; for longer, leave `seconds` out. */
const BAN_SECONDS_MAX = 3_155_760_000;
/** Wider ranges are mistakes: a quarter of a percent of all addresses. */
const PREFIX_MIN = { 4: 8, 6: 16 } as const;

/** The target in the form in which it is stored, or why not. */
export function banTarget(
  request: BanRequest,
  trustedProxies: readonly AddressRange[],
): BanTarget | BanRefusal {
  const { account, address } = request;
  if ((account === undefined) === (address === undefined)) {
    return refusal('bad-ban', 'Cannot ban: give either an account or an address');
  }
  const { seconds, reason } = request;
  if (seconds !== undefined && !(seconds > 0 && seconds <= BAN_SECONDS_MAX)) {
    const found = `seconds is ${seconds}, allowed is more than 0 up to ${BAN_SECONDS_MAX}`;
    return refusal('bad-ban', `Cannot ban: ${found}`);
  }
  if (reason.length > BAN_REASON_CHARS_MAX) {
    const found = `the reason has ${reason.length} characters, at most ${BAN_REASON_CHARS_MAX}`;
    return refusal('bad-ban', `Cannot ban: ${found}`);
  }
  if (account !== undefined) return accountTarget(account);
  return addressTarget(address ?? '', trustedProxies);
}

function accountTarget(account: string): BanTarget | BanRefusal {
  if (nameRefusal(account, true) !== undefined) {
    return refusal('bad-ban', `Cannot ban ${quoted(account)}: no account can have that name`);
  }
  return { kind: 'account', key: nameKey(account) };
}

function addressTarget(
  address: string,
  trustedProxies: readonly AddressRange[],
): BanTarget | BanRefusal {
  const range = parseAddressRange(address);
  if (range === undefined) {
    const wanted = 'allowed is an address or a range such as "10.1.0.0/16"';
    return refusal('bad-ban', `Cannot ban ${quoted(address)}: ${wanted}`);
  }
  const prefixMin = PREFIX_MIN[range.family];
  if (range.prefix < prefixMin) {
    const wanted = `a range has a prefix of at least ${prefixMin}, else it is half the world`;
    return refusal('bad-ban', `Cannot ban "${range.text}": ${wanted}`);
  }
  const proxy = trustedProxies.find((trusted) => overlaps(range, trusted));
  if (proxy !== undefined) {
    const found = `limits.trustedProxies has "${proxy.text}", whose players come from elsewhere`;
    return refusal('ban-trusted-proxy', `Cannot ban "${range.text}": ${found}`);
  }
  return { kind: 'address', address: range.text };
}

export function refusal(code: BanRefusalCode, message: string): BanRefusal {
  return { outcome: 'refused', code, message };
}

/** What a banned player reads. */
export function banText({ untilMs, reason }: Pick<BanRow, 'untilMs' | 'reason'>): string {
  const until = untilMs === undefined ? 'Banned' : `Banned until ${minuteText(untilMs)} UTC`;
  return reason === '' ? until : `${until}: ${reason}`;
}

/** `2026-11-23 10:05`: rounded up, so that nobody comes back too early. */
function minuteText(wallMs: number): string {
  const minute = Math.ceil(wallMs / 60_000) * 60_000;
  return new Date(minute).toISOString().slice(0, 16).replace('T', ' ');
}
