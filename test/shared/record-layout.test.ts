/**
 * Goal: what each tryWrite puts into a ring is what the drawn layout says, byte for byte.
 * Method: each record is written, drained and compared with bytes spelled out by hand; then the same on a full ring.
 */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../src/shared/reason.ts';
import {
  DataFlag,
  dataManyBodyOffset,
  dataManyPlayersMax,
  InputChannel,
  RecordKind,
  tryWriteClose,
  tryWriteDataMany,
  tryWriteDataOne,
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
  tryWriteLeft,
} from '../../src/shared/record-layout.ts';
import { ringByteLength, RingReader, RingWriter } from '../../src/shared/spsc-ring.ts';

const HANDLER = 0x81020304;
const PLAYER = 0xfff00007;
const HEAD = [0x04, 0x03, 0x02, 0x81, 0x07, 0x00, 0xf0, 0xff];
const BYTES = Uint8Array.of(9, 8, 7);

interface Expected {
  readonly name: string;
  readonly write: (writer: RingWriter) => boolean;
  readonly kind: number;
  readonly flags: number;
  readonly bytes: number[];
}

const writes: readonly Expected[] = [
  {
    name: 'tryWriteJoin()',
    write: (writer) =>
      tryWriteJoin(writer, { handler: HANDLER, player: PLAYER, reason: Reason.matched }, BYTES),
    kind: RecordKind.join,
    flags: 0,
    bytes: [...HEAD, Reason.matched, 0, 0, 0, 9, 8, 7],
  },
  {
    name: 'tryWriteInput()',
    write: (writer) => {
      const chunk = Uint8Array.of(1, 9, 8, 7, 1);
      return tryWriteInput(writer, InputChannel.opaque, HANDLER, PLAYER, chunk, 1, 4);
    },
    kind: RecordKind.data,
    flags: InputChannel.opaque,
    bytes: [...HEAD, 9, 8, 7],
  },
  {
    name: 'tryWriteLeave()',
    write: (writer) => tryWriteLeave(writer, HANDLER, PLAYER, Reason.kicked),
    kind: RecordKind.leave,
    flags: Reason.kicked,
    bytes: HEAD,
  },
  {
    name: 'tryWriteDataOne()',
    write: (writer) =>
      tryWriteDataOne(writer, DataFlag.event, { handler: HANDLER, player: PLAYER }, BYTES),
    kind: RecordKind.dataOne,
    flags: DataFlag.event,
    bytes: [...HEAD, 9, 8, 7],
  },
  {
    name: 'tryWriteDataMany()',
    write: (writer) => {
      const target = { handler: HANDLER, players: [PLAYER, 0x01020304, 5], count: 2 };
      return tryWriteDataMany(writer, DataFlag.volatile | DataFlag.event, target, BYTES);
    },
    kind: RecordKind.dataMany,
    flags: 3,
    bytes: [...HEAD.slice(0, 4), 2, 0, 0, 0, ...HEAD.slice(4), 4, 3, 2, 1, 9, 8, 7],
  },
  {
    name: 'tryWriteLeft()',
    write: (writer) => tryWriteLeft(writer, HANDLER, PLAYER, BYTES),
    kind: RecordKind.left,
    flags: 0,
    bytes: [...HEAD, 9, 8, 7],
  },
  {
    name: 'tryWriteClose()',
    write: (writer) =>
      tryWriteClose(writer, { handler: HANDLER, player: PLAYER, reason: Reason.idle }, 'né'),
    kind: RecordKind.close,
    flags: Reason.idle,
    bytes: [...HEAD, 0x6e, 0xc3, 0xa9],
  },
];

describe.each(writes)('$name', ({ write, kind, flags, bytes }) => {
  it('writes the record that the layout draws', () => {
    const { writer, reader } = makeRing();
    expect(write(writer)).toBe(true);
    writer.publish();
    expect(take(reader)).toEqual([{ kind, flags, bytes }]);
  });

  it('refuses without a trace while there is no room', () => {
    const { writer, reader } = makeRing();
    while (writer.tryReserve(99, 0, writer.payloadBytesMax) >= 0);
    writer.publish();
    expect(write(writer)).toBe(false);
    expect(writer.publish()).toBe(false);
    expect(take(reader).every((record) => record.kind === 99)).toBe(true);
    expect(write(writer)).toBe(true);
  });
});

describe('tryWriteInput()', () => {
  it('copies every size whole, by loop or by set', () => {
    const { writer, reader } = makeRing();
    const source = Uint8Array.from({ length: 120 }, (_, index) => index + 1);
    for (let size = 0; size <= 100; size += 1) {
      tryWriteInput(writer, InputChannel.input, HANDLER, PLAYER, source, 7, 7 + size);
      writer.publish();
      const [record] = take(reader);
      expect(record?.bytes.slice(8)).toEqual(Array.from(source.subarray(7, 7 + size)));
    }
  });
});

describe('dataManyPlayersMax()', () => {
  it('is the longest list that a record takes', () => {
    const { writer } = makeRing();
    const count = dataManyPlayersMax(writer, BYTES.length);
    const players = new Uint32Array(count + 1);
    expect(dataManyBodyOffset(count) + BYTES.length).toBeLessThanOrEqual(writer.payloadBytesMax);
    const target = { handler: HANDLER, players, count };
    expect(tryWriteDataMany(writer, 0, target, BYTES)).toBe(true);
    const more = { ...target, count: count + 1 };
    expect(() => tryWriteDataMany(writer, 0, more, BYTES)).toThrow('at most a quarter');
  });
});

interface Taken {
  kind: number;
  flags: number;
  bytes: number[];
}

function makeRing(): { writer: RingWriter; reader: RingReader } {
  const buffer = new SharedArrayBuffer(ringByteLength(1_024));
  return { writer: new RingWriter(buffer), reader: new RingReader(buffer) };
}

function take(reader: RingReader): Taken[] {
  const taken: Taken[] = [];
  reader.drain(100, (kind, flags, byteOffset, payloadBytes) => {
    const bytes = [...reader.bytes.subarray(byteOffset, byteOffset + payloadBytes)];
    taken.push({ kind, flags, bytes });
  });
  return taken;
}
