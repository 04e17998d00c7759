/** Goal: a program's frames become calls, its mistakes become one violation. Method: examples and every split point. */

import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../../src/shared/client-event.ts';
import { ClientView } from '../../../../src/shared/client-view.ts';
import {
  FRAME_LENGTH_MAX,
  FrameType,
  encodeFrame,
  encodeJsonFrame,
  encodeTextFrame,
} from '../../../../src/shared/frame-codec.ts';
import { Reason } from '../../../../src/shared/reason.ts';
import { FrameProtocol } from '../../../../src/workers/gateway/protocols/frame-protocol.ts';
import { RecordingClient } from '../../../support/recording-client.ts';

const HELLO = encodeJsonFrame(FrameType.hello, { protocol: 1, name: 'ada', token: 's3' });

function converse(chunks: readonly Uint8Array[]): RecordingClient {
  const client = new RecordingClient();
  const session = new FrameProtocol({ frameBytesMax: 200, commandBytesMax: 40 }).open(client);
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk);
    session.onBytes(lent);
    lent.fill(0xee);
  }
  return client;
}

function parsed(frame: Uint8Array | undefined): { type: number | undefined; value: unknown } {
  if (frame === undefined) return { type: undefined, value: undefined };
  return {
    type: frame[2],
    value: JSON.parse(Buffer.from(frame.subarray(3)).toString()) as unknown,
  };
}

describe('FrameProtocol sessions', () => {
  it('log in with HELLO, then pass on commands and input, and answer PING', () => {
    const client = converse([
      encodeTextFrame(FrameType.ping, 'early'),
      HELLO,
      encodeTextFrame(FrameType.command, 'queue capture-the-flag'),
      encodeFrame(FrameType.input, Uint8Array.of(0, 255)),
      encodeFrame(FrameType.input, Uint8Array.of()),
      encodeTextFrame(FrameType.ping, 'late'),
    ]);
    expect(client.calls).toEqual([
      { call: 'view', view: ClientView.frame },
      { call: 'login', name: 'ada', token: 's3' },
      expect.objectContaining({ call: 'command', text: 'queue capture-the-flag' }),
      expect.objectContaining({ call: 'input', bytes: [0, 255] }),
      expect.objectContaining({ call: 'input', bytes: [] }),
    ]);
    const pongs = ['early', 'late'].map((text) => encodeTextFrame(FrameType.pong, text));
    expect(client.takeReplies()).toEqual(Buffer.concat(pongs));
  });

  it('quit on the command quit, and take plain without a word', () => {
    const client = converse([
      HELLO,
      ...['plain', 'Quit ', 'who'].map((text) => encodeTextFrame(FrameType.command, text)),
    ]);
    expect(client.calls.slice(2)).toEqual([{ call: 'quit' }]);
  });

  it('make the same calls for every split point of a conversation', () => {
    const stream = Buffer.concat([
      HELLO,
      encodeTextFrame(FrameType.command, 'say hé'),
      encodeTextFrame(FrameType.ping, 'x'),
      encodeFrame(FrameType.input, new Uint8Array(60).fill(9)),
      encodeFrame(FrameType.welcome, Uint8Array.of(1)),
      encodeFrame(FrameType.input, Uint8Array.of(1)),
    ]);
    const whole = converse([stream]);
    expect(whole.calls.length).toBe(5);
    for (let at = 0; at <= stream.length; at += 1) {
      const split = converse([stream.subarray(0, at), stream.subarray(at)]);
      expect(split.calls).toEqual(whole.calls);
    }
    expect(converse([...stream].map((byte) => Uint8Array.of(byte))).calls).toEqual(whole.calls);
  });

  it.each([
    ['a frame before HELLO', [encodeTextFrame(FrameType.command, 'who')], Reason.badFrame],
    ['a second HELLO', [HELLO, HELLO], Reason.badFrame],
    ['HELLO that is not JSON', [encodeTextFrame(FrameType.hello, '{')], Reason.badFrame],
    ['HELLO that is null', [encodeTextFrame(FrameType.hello, 'null')], Reason.badFrame],
    [
      'HELLO that is not UTF-8',
      [encodeFrame(FrameType.hello, Uint8Array.of(255))],
      Reason.badFrame,
    ],
    ['no name', [encodeJsonFrame(FrameType.hello, { protocol: 1 })], Reason.badFrame],
    [
      'a token that is a number',
      [encodeJsonFrame(FrameType.hello, { protocol: 1, name: 'a', token: 1 })],
      Reason.badFrame,
    ],
    [
      'another version',
      [encodeJsonFrame(FrameType.hello, { protocol: 2, name: 'a' })],
      Reason.badProtocol,
    ],
    ["a server's frame type", [HELLO, encodeTextFrame(FrameType.state, 'x')], Reason.badFrame],
    ['a long PING', [encodeFrame(FrameType.ping, new Uint8Array(65))], Reason.badFrame],
    [
      'a long COMMAND',
      [HELLO, encodeFrame(FrameType.command, new Uint8Array(41))],
      Reason.frameTooLong,
    ],
    [
      'COMMAND that is not UTF-8',
      [HELLO, encodeFrame(FrameType.command, Uint8Array.of(0xc3))],
      Reason.badText,
    ],
    ['a frame over the limit', [HELLO, Uint8Array.of(0, 201)], Reason.frameTooLong],
    ['a length of 0', [HELLO, Uint8Array.of(0, 0)], Reason.frameTooLong],
  ])('close on %s, once, and ignore the rest', (_what, chunks, reason) => {
    const rest = encodeTextFrame(FrameType.input, 'rest');
    const together = converse([Buffer.concat([...chunks, rest])]);
    const apart = converse([...chunks, rest]);
    expect(together.violations()).toEqual([reason]);
    expect(together.texts('input')).toEqual([]);
    expect(apart.calls).toEqual(together.calls);
  });
});

describe('FrameProtocol encoders', () => {
  const protocol = new FrameProtocol();

  it('encode states, welcome and bye as docs/protocol.md draws them', () => {
    expect([...protocol.encodeState(Uint8Array.of(1, 2))]).toEqual([0, 3, 0x83, 1, 2]);
    const welcome = { player: 'a:0:1', name: 'ada', hostId: 'a', networkPlayers: 3 };
    expect(parsed(protocol.encodeWelcome(welcome))).toEqual({ type: 0x81, value: welcome });
    const bye = { code: 'idle', message: 'Quiet for too long' };
    expect(parsed(protocol.encodeBye(bye.code, bye.message))).toEqual({ type: 0x85, value: bye });
  });

  it('copy the payload of a state', () => {
    const payload = Uint8Array.of(1, 2);
    const state = protocol.encodeState(payload);
    payload.fill(9);
    expect([...state.subarray(3)]).toEqual([1, 2]);
  });

  it('encode events as JSON and do not show keys', () => {
    const said: ClientEvent = { event: 'said', from: 'ada', text: '\u{1b}[2J "hé"\n' };
    expect(parsed(protocol.encodeEvent(said))).toEqual({ type: 0x82, value: said });
    expect(protocol.encodeEvent({ event: 'keys', on: true })).toBeUndefined();
  });

  it('shorten an event that no frame can hold', () => {
    const result = { log: 'é'.repeat(FRAME_LENGTH_MAX / 2) };
    const ended: ClientEvent = { event: 'ended', match: 'a/b/1', result, rating: 25 };
    const short = { ...ended, result: { omitted: 'too long' } };
    expect(parsed(protocol.encodeEvent(ended)).value).toEqual(short);
    const notice: ClientEvent = { event: 'notice', text: 'é'.repeat(FRAME_LENGTH_MAX / 2) };
    expect(parsed(protocol.encodeEvent(notice)).value).toMatchObject({ code: 'event-too-long' });
    const players = Array.from({ length: 3000 }, (_, index) => `player-with-a-long-name-${index}`);
    const match: ClientEvent = {
      event: 'match',
      match: 'a/b/1',
      mode: 'b',
      team: 0,
      players,
      hostId: 'a',
      reason: 'matched',
    };
    expect(parsed(protocol.encodeEvent(match)).value).toEqual({ ...match, players: [] });
  });
});
