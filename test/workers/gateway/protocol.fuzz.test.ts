/**
 * Goal: no bytes that a client can send throw, leak, or mean something else when they arrive in other pieces.
 * Method: over 5 million streams, each fed twice to fresh sessions: whole, and cut at random or at every byte; the two must
 * make the same calls. Everything that should be met is counted and must have been met; the heap must stay flat.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ClientProtocol } from '../../../src/shared/client-protocol.ts';
import { FrameType, encodeFrame, encodeTextFrame } from '../../../src/shared/frame-codec.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import type { Random } from '../../../src/shared/random.ts';
import { FrameProtocol } from '../../../src/workers/gateway/protocols/frame-protocol.ts';
import { LineProtocol } from '../../../src/workers/gateway/protocols/line-protocol.ts';
import { RawProtocol } from '../../../src/workers/gateway/protocols/raw-protocol.ts';
import { TelnetParser } from '../../../src/workers/gateway/protocols/telnet-parser.ts';
import { ProxyParser } from '../../../src/workers/gateway/proxy-protocol.ts';
import { CountingClient, Marks } from '../../support/counting-client.ts';
import { StreamFuzzer } from '../../support/stream-fuzzer.ts';

/** Streams fed, two of each generated one: together 5.2 million. */
const STREAMS = { frame: 1_400_000, line: 1_400_000, raw: 1_000_000, proxy: 1_400_000 } as const;
const TIMEOUT_MS = 240_000;
/** Room for the engine's own tables (+0.8 MB was seen); a leak of two bytes a stream would exceed it. */
const HEAP_GROWTH_BYTES_MAX = 2_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Cut = 'whole' | 'random' | 'bytes';

/** Runs `feedPair` for half of `streams`, and reports what was met. Returns bytes that the heap grew by. */
function fuzz(
  what: string,
  streams: number,
  run: { readonly seed: number; readonly marks: Marks; feedPair(cut: Cut): Uint8Array | undefined },
): number {
  let heapBytes = 0;
  for (let pair = 0; pair < streams / 2; pair += 1) {
    if (pair === Math.floor(streams / 8)) heapBytes = heapBytesNow();
    const culprit = run.feedPair(pair % 4 === 0 ? 'bytes' : 'random');
    if (culprit === undefined) continue;
    const hex = Buffer.from(culprit).toString('hex');
    throw new Error(`Cannot pass ${what} pair ${pair} of seed ${run.seed}: stream ${hex}`);
  }
  const grownBytes = heapBytesNow() - heapBytes;
  process.stdout.write(
    `fuzz ${what}: seed ${run.seed}, ${streams} streams, heap +${grownBytes} bytes; ${run.marks.summary()}\n`,
  );
  return grownBytes;
}

function heapBytesNow(): number {
  // Twice: what only a weak reference held is gone after the second.
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Feeds pairs to one adapter. Where `hasKeys`, the host asks for keys (and back) somewhere on the way. */
function adapterFuzz(
  open: () => ClientProtocol,
  fuzzer: StreamFuzzer,
  options: { seed: number; random: Random; hasKeys: boolean; onStream?(stream: Uint8Array): void },
): { seed: number; marks: Marks; feedPair(cut: Cut): Uint8Array | undefined } {
  const protocol = open();
  const marks = new Marks();
  const client = new CountingClient(marks, protocol.opaque);
  const feed = (stream: Uint8Array, cut: Cut, events: { on: number; off: number }): number => {
    client.reset();
    const session = protocol.open(client);
    const take = (chunk: Uint8Array): void => session.onBytes(chunk);
    fuzzer.deliver({ stream, start: 0, end: events.on }, cut, take);
    if (options.hasKeys) session.onEvent?.({ event: 'keys', on: true });
    fuzzer.deliver({ stream, start: events.on, end: events.off }, cut, take);
    if (options.hasKeys) session.onEvent?.({ event: 'keys', on: false });
    fuzzer.deliver({ stream, start: events.off, end: stream.length }, cut, take);
    return client.digest;
  };
  const feedPair = (cut: Cut): Uint8Array | undefined => {
    const stream = fuzzer.next();
    options.onStream?.(stream);
    const on = options.hasKeys ? options.random.below(stream.length + 1) : stream.length;
    const off = on + options.random.below(stream.length - on + 1);
    try {
      const whole = feed(stream, 'whole', { on, off });
      const fault = client.fault();
      const split = feed(stream, cut, { on, off });
      return whole === split && fault === undefined && client.fault() === undefined
        ? undefined
        : stream;
    } catch (error) {
      throw new Error(`Cannot feed ${Buffer.from(stream).toString('hex')}`, { cause: error });
    }
  };
  return { seed: options.seed, marks, feedPair };
}

function expectMarks(marks: Marks, wanted: readonly string[]): void {
  for (const mark of wanted) expect(marks.count(mark), mark).toBeGreaterThan(100);
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('Fuzzed streams', () => {
  it('do not harm the frame adapter', { timeout: TIMEOUT_MS }, () => {
    const seed = runSeed('protocol.fuzz');
    const random = seededRandom(seed);
    const hello = encodeTextFrame(FrameType.hello, '{"protocol":1,"name":"ada","token":"t"}');
    const ping = encodeTextFrame(FrameType.ping, 'p');
    const input = encodeFrame(
      FrameType.input,
      Uint8Array.from({ length: 32 }, (_, at) => at),
    );
    const command = encodeTextFrame(FrameType.command, 'say hé');
    const corpus = [
      Buffer.concat([hello, command, input]),
      Buffer.concat([ping, hello, input, input, ping]),
      Buffer.concat([hello, encodeTextFrame(FrameType.command, 'x'.repeat(33))]),
      Buffer.concat([hello, encodeFrame(FrameType.input, new Uint8Array(127)), command]),
      Buffer.concat([hello, encodeFrame(FrameType.input, new Uint8Array(128))]),
      encodeTextFrame(FrameType.hello, '{"protocol":2,"name":"ada"}'),
      Buffer.concat([hello, input, encodeTextFrame(FrameType.command, 'quit'), input]),
    ];
    const special = Uint8Array.of(0, 0, 1, 2, 3, 4, 5, 0x81, 0x85, 127, 128, 255, 0x7b, 0x7d, 0x22);
    const fuzzer = new StreamFuzzer(random, corpus, special);
    const open = (): ClientProtocol =>
      new FrameProtocol({ frameBytesMax: 128, commandBytesMax: 32 });
    const run = adapterFuzz(open, fuzzer, { seed, random, hasKeys: false });
    expect(fuzz('frame', STREAMS.frame, run)).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    const calls = ['login', 'command', 'input', 'pong', 'quit'];
    expectMarks(run.marks, [...calls, 'frame-too-long', 'bad-frame', 'bad-protocol', 'bad-text']);
  });

  it('do not harm the line adapter', { timeout: TIMEOUT_MS }, () => {
    const seed = runSeed('protocol.fuzz');
    const random = seededRandom(seed);
    const terminal = '\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0';
    const corpus = [
      `ada\r\n/queue ctf\r\nhello\n`,
      `${terminal}ada\r\0w\x1b[Ad\xff\xfd\x01\xff\xfd\x03/say h\xc3\xa9\x7fi\r\0a/x\x1bq\xff\xfe\x01`,
      `login ada tok\n/plain\nhi \xe9\tall\n/quit\n`,
      `\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f\xff\xfd\x06ada\r\n${terminal}/who\r\nx\x08y\r\n`,
      `${terminal}ada\n\x1bOA\x1b\x1b[1;5D\x03`,
      `ada\n${'long '.repeat(14)}\n`,
      `ada\n\xff\xf6\xff\xf7\xff\xf8\xff\xf4x`,
      `ada\n\xff\xfa\x18${'sub'.repeat(86)}\xff\xf0`,
    ].map(latin1);
    const special = latin1(
      '\xff\xff\xfa\xf0\xfb\xfc\xfd\xfe\x1f\x01\x03\0\r\n\n\x1b[O/\x7f\x08 aA\xc3\xa9',
    );
    const fuzzer = new StreamFuzzer(random, corpus, special);
    const telnet = new Marks();
    const sink = {
      onText: () => telnet.add('text'),
      onCommand: () => telnet.add('telnet command'),
      onOption: () => telnet.add('option'),
      onSubnegotiation: () => telnet.add('subnegotiation'),
      onOverflow: () => telnet.add('overflow'),
    };
    const onStream = (stream: Uint8Array): void => {
      if (random.below(16) === 0) new TelnetParser().push(stream, sink);
    };
    const open = (): ClientProtocol => new LineProtocol({ lineBytesMax: 64 });
    const run = adapterFuzz(open, fuzzer, { seed, random, hasKeys: true, onStream });
    expect(fuzz('line', STREAMS.line, run)).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    const calls = ['login', 'command', 'input', 'quit', 'terminal', 'option answered'];
    expectMarks(run.marks, [...calls, 'key mode', 'key line drawn', 'line-too-long']);
    expectMarks(telnet, ['text', 'telnet command', 'option', 'subnegotiation', 'overflow']);
  });

  it('do not harm the raw adapter', { timeout: TIMEOUT_MS }, () => {
    const seed = runSeed('protocol.fuzz');
    const random = seededRandom(seed);
    const corpus = [`ada\r\n\0\xff rest`, `\xc3\xa9\nrest`, `${'x'.repeat(17)}\nrest`].map(latin1);
    const fuzzer = new StreamFuzzer(random, corpus, latin1('\r\n\n\0\xff\xc3\xa9a'));
    const open = (): ClientProtocol => new RawProtocol({ nameFrom: 'firstLine', nameBytesMax: 16 });
    const run = adapterFuzz(open, fuzzer, { seed, random, hasKeys: false });
    expect(fuzz('raw', STREAMS.raw, run)).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    expectMarks(run.marks, ['login', 'input', 'line-too-long', 'bad-text']);
  });

  it('do not harm the PROXY header parser', { timeout: TIMEOUT_MS }, () => {
    const seed = runSeed('protocol.fuzz');
    const random = seededRandom(seed);
    const signature = latin1('\r\n\r\n\0\r\nQUIT\n');
    const header = (command: number, family: number, bodyBytes: number): Buffer => {
      const fixed = Uint8Array.of(command, family, bodyBytes >>> 8, bodyBytes & 0xff);
      return Buffer.concat([signature, fixed, Buffer.alloc(bodyBytes, 7), latin1('ada\r\n')]);
    };
    const corpus = [
      header(0x21, 0x11, 12),
      header(0x21, 0x11, 40),
      header(0x21, 0x21, 36),
      header(0x20, 0, 0),
      header(0x21, 0x31, 216),
    ];
    const special = Uint8Array.of(...signature, 0x20, 0x21, 0x11, 0x21, 0, 12, 4, 255);
    const fuzzer = new StreamFuzzer(random, corpus, special);
    const marks = new Marks();
    const feed = (stream: Uint8Array, cut: Cut): string => {
      const parser = new ProxyParser();
      let consumed = 0;
      let end = 'more';
      fuzzer.deliver({ stream, start: 0, end: stream.length }, cut, (chunk) => {
        if (end !== 'more') return;
        const result = parser.push(chunk);
        consumed += result.consumed;
        end = result.state;
        if (result.state === 'done') end = `done ${result.source?.address} ${result.source?.port}`;
        if (result.state === 'more' && result.consumed !== chunk.length) end = 'left bytes behind';
      });
      marks.add(end.startsWith('done') ? (end.includes('undefined') ? 'local' : 'address') : end);
      return `${end} ${consumed}`;
    };
    const feedPair = (cut: Cut): Uint8Array | undefined => {
      const stream = fuzzer.next();
      return feed(stream, 'whole') === feed(stream, cut) ? undefined : stream;
    };
    const run = { seed, marks, feedPair };
    expect(fuzz('proxy', STREAMS.proxy, run)).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    expectMarks(marks, ['more', 'bad', 'local', 'address']);
    expect(marks.count('left bytes behind')).toBe(0);
  });
});
