/** A peer that says anything: record messages as ProxyMessage makes them, then garbled. Test files only. */

import { ProxyMessage } from '../../../src/cluster-bridge/proxy/proxy-records.ts';
import { Channel, type Peer } from '../../../src/cluster-bridge/transport.ts';
import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import type { Random } from '../../../src/shared/random.ts';
import { RecordKind } from '../../../src/shared/record-layout.ts';
import { encodeSegments } from '../../../src/shared/unread-segments.ts';

const BODY_BYTES_MAX = 3_000;
const RECORDS_MAX = 4;
const UP: ReadonlySet<number> = new Set([RecordKind.join, RecordKind.data, RecordKind.leave]);
const U32 = 2 ** 32;

export interface KnownNames {
  readonly handlers: readonly HandlerRef[];
  readonly players: readonly PlayerRef[];
}

/** Takes whatever it is sent; counts it. */
export class CountingPeer implements Peer {
  readonly hostId = 'stranger';
  readonly incarnation = 1;
  readonly backlogBytes = 0;
  readonly sent: { readonly channel: Channel; readonly bytes: Buffer }[] = [];
  closedWhy: string | undefined;

  trySend(channel: Channel, bytes: Uint8Array): boolean {
    if (channel !== Channel.summary) this.sent.push({ channel, bytes: Buffer.from(bytes) });
    return true;
  }

  close(why: string): void {
    this.closedWhy ??= why;
  }
}

/** A message of a few records, one of a few garbled. */
export function garbledMessage(random: Random, known: KnownNames, isUp: boolean): Uint8Array {
  if (random.below(32) === 0) return randomBytes(random, random.below(64));
  const message = new ProxyMessage();
  const count = 1 + random.below(RECORDS_MAX);
  for (let index = 0; index < count; index += 1) addRecord(message, random, { ...known, isUp });
  const bytes = new Uint8Array(message.bytes);
  for (let flips = Math.max(0, random.below(8) - 4); flips > 0; flips -= 1) {
    // Headers are at the front, and most of a body is of no interest.
    const at = random.below(random.below(3) === 0 ? bytes.length : Math.min(bytes.length, 48));
    bytes[at] = random.below(256);
  }
  return random.below(32) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

function addRecord(
  message: ProxyMessage,
  random: Random,
  { handlers, players: refs, isUp }: KnownNames & { readonly isUp: boolean },
): void {
  const handler = pick(random, handlers);
  const player = pick(random, refs);
  const isLong = random.below(32) === 0;
  const body = randomBytes(random, random.below(isLong ? BODY_BYTES_MAX : 40));
  const kinds = Object.values(RecordKind);
  const kind = kinds[random.below(kinds.length)] ?? RecordKind.data;
  if (isUp !== UP.has(kind) && random.below(32) > 0) return;
  const flags = random.below(4);
  if (kind === RecordKind.join) {
    const isSound = random.below(16) > 0;
    const unread = isSound ? encodeSegments([{ channel: 2, bytes: body }]) : body;
    const name = 'x'.repeat(random.below(40));
    const join = { matchHandler: handler, homeHandler: handler, player, name };
    message.join({ ...join, reason: random.below(60), view: random.below(6), flags }, unread);
  } else if (kind === RecordKind.dataMany) {
    const players = Uint32Array.from({ length: random.below(6) }, () => pick(random, refs));
    message.many(flags, { handler, players, count: players.length }, body);
  } else message.one(kind, flags, { handler, player }, body);
}

function pick(random: Random, names: readonly number[]): number {
  return random.below(8) === 0 ? random.below(U32) : (names[random.below(names.length)] ?? 0);
}

function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}
