/** Goal: opaque bytes arrive as they came. Method: examples and every split point. */

import { describe, expect, it } from 'vitest';
import { ClientView } from '../../../../src/shared/client-view.ts';
import { Reason } from '../../../../src/shared/reason.ts';
import { RawProtocol } from '../../../../src/workers/gateway/protocols/raw-protocol.ts';
import { RecordingClient } from '../../../support/recording-client.ts';

const STREAM = Buffer.from('ada\r\n\0\xff/quit\n\r\n bytes', 'latin1');

function firstLine(chunks: readonly Uint8Array[]): RecordingClient {
  const client = new RecordingClient();
  const session = new RawProtocol({ nameFrom: 'firstLine', nameBytesMax: 8 }).open(client);
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk);
    session.onBytes(lent);
    lent.fill(0xee);
  }
  return client;
}

function inputBytes(client: RecordingClient): number[] {
  return client.calls.flatMap((call) => (call.call === 'input' ? call.bytes : []));
}

describe('RawProtocol', () => {
  it('names players by a count that goes on from one connection to the next', () => {
    const protocol = new RawProtocol({ namePrefix: 'raw-a-0' });
    const names = [1, 2].map(() => {
      const client = new RecordingClient();
      protocol.open(client).onBytes(STREAM);
      expect(inputBytes(client)).toEqual([...STREAM]);
      expect(client.view).toBe(ClientView.raw);
      return client.calls.flatMap((call) => (call.call === 'login' ? [call.name] : []));
    });
    expect(names).toEqual([['raw-a-0-1'], ['raw-a-0-2']]);
  });

  it('takes the first line as the name and passes on the rest, wherever it is split', () => {
    for (let at = 0; at <= STREAM.length; at += 1) {
      const client = firstLine([STREAM.subarray(0, at), STREAM.subarray(at)]);
      expect(client.calls[1]).toEqual({ call: 'login', name: 'ada', token: undefined });
      expect(inputBytes(client)).toEqual([...STREAM.subarray(5)]);
    }
    const single = firstLine([...STREAM].map((byte) => Uint8Array.of(byte)));
    expect(inputBytes(single)).toEqual([...STREAM.subarray(5)]);
  });

  it('closes on a first line that is too long or not UTF-8', () => {
    expect(firstLine([Buffer.from('12345678\r\n')]).violations()).toEqual([]);
    expect(firstLine([Buffer.from('12345678'), Buffer.from('9')]).violations()).toEqual([
      Reason.lineTooLong,
    ]);
    const bad = firstLine([Buffer.from('\xff\nrest', 'latin1')]);
    expect(bad.violations()).toEqual([Reason.badText]);
    expect(inputBytes(bad)).toEqual([]);
  });

  it('says nothing of its own and copies states', () => {
    const protocol = new RawProtocol();
    const payload = Uint8Array.of(1, 2);
    const state = protocol.encodeState(payload);
    payload.fill(9);
    expect([...state]).toEqual([1, 2]);
    expect(protocol.opaque).toBe(true);
    expect(protocol.encodeEvent()).toBeUndefined();
    expect(protocol.encodeWelcome()).toBeUndefined();
    expect(protocol.encodeBye()).toBeUndefined();
  });
});
