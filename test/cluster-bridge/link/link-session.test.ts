/** Goal: two hosts link up exactly when they should, and each refusal has its word. Method: two real sessions, wires of bytes. */

import { describe, expect, it } from 'vitest';
import {
  FRAME_BYTES_MAX,
  LINK_CHANNEL,
  LinkFrame,
  encodeFrame,
} from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { BRIDGE_PROTOCOL, encodeHello } from '../../../src/cluster-bridge/link/link-hello.ts';
import {
  DIAL_SILENT_MS,
  HANDSHAKE_MS,
  HEARTBEAT_MS,
  SILENT_MS,
} from '../../../src/cluster-bridge/link/link-times.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { LinkEnd, exchange, linkPair, testHello, upPair } from './link-kit.ts';

const STEP_MS = 100;

describe('LinkSession', () => {
  it('brings both sides up, each knowing who the other is', () => {
    const { dialer, acceptor } = upPair();
    expect(dialer.opened.map(({ hostId }) => hostId)).toEqual(['b']);
    expect(acceptor.opened.map(({ hostId }) => hostId)).toEqual(['a']);
  });

  it('says nothing but its hello to who has not proved himself', () => {
    const { dialer, acceptor } = linkPair();
    dialer.session.connected();
    acceptor.session.receive(dialer.take());
    const [frame, ...others] = acceptor.written;
    expect(frame?.subarray(4, 6)).toEqual(new Uint8Array([LINK_CHANNEL, LinkFrame.hello]));
    expect(others).toEqual([]);
    expect(acceptor.opened).toEqual([]);
  });

  it('passes messages of every channel on, in order, and lists of addresses', () => {
    const pair = upPair();
    const { dialer, acceptor } = pair;
    for (const channel of Object.values(Channel)) {
      dialer.session.sendMessage(channel, Buffer.from(`to ${channel}`), 0);
    }
    dialer.session.sendAddresses(['10.0.0.1:7779', '[::1]:7779']);
    exchange(pair);
    const channels = Object.values(Channel);
    expect(acceptor.messages).toEqual(
      channels.map((channel) => ({ channel, text: `to ${channel}` })),
    );
    expect(acceptor.addresses).toEqual([['10.0.0.1:7779', '[::1]:7779']]);
  });

  it.each([
    ['another secret', { secret: 'another secret' }, 'wrong-secret'],
    ['another network', { network: 'other' }, 'other-network'],
    ['another protocol', { hello: { protocol: 99 } }, 'protocol-version'],
  ])('refuses a dialer with %s and says so to it', (_what, options, refusal) => {
    const pair = linkPair({ dialer: options });
    pair.dialer.session.connected();
    exchange(pair);
    expect(pair.acceptor.closed.map((end) => end.refusal)).toEqual([refusal]);
    expect(pair.dialer.closed).toEqual([{ refusal: 'refused-by-peer', detail: refusal }]);
    expect([pair.dialer.opened, pair.acceptor.opened]).toEqual([[], []]);
  });

  it('refuses a hello of a version to come, whatever else is in it', () => {
    const acceptor = new LinkEnd('acceptor');
    const hello = Buffer.from(JSON.stringify({ protocol: BRIDGE_PROTOCOL + 1, host: { uuid: 7 } }));
    acceptor.session.receive(encodeFrame(LINK_CHANNEL, LinkFrame.hello, hello));
    expect(acceptor.closed[0]?.refusal).toBe('protocol-version');
  });

  it('opens nothing for a host that is not admitted, and tells it why', () => {
    const pair = linkPair({ acceptor: { admit: () => 'duplicate-id' } });
    pair.dialer.session.connected();
    exchange(pair);
    expect(pair.dialer.closed).toEqual([{ refusal: 'refused-by-peer', detail: 'duplicate-id' }]);
    expect([pair.dialer.opened, pair.acceptor.opened]).toEqual([[], []]);
  });

  it.each([
    ['a message before the handshake', encodeFrame(Channel.control, 0, Buffer.from('{}'))],
    [
      'a heartbeat before the handshake',
      encodeFrame(LINK_CHANNEL, LinkFrame.heartbeat, Buffer.of()),
    ],
    [
      'addresses before the handshake',
      encodeFrame(LINK_CHANNEL, LinkFrame.addresses, Buffer.from('[]')),
    ],
    ['a proof before a hello', encodeFrame(LINK_CHANNEL, LinkFrame.proof, Buffer.alloc(32))],
    ['a hello that is none', encodeFrame(LINK_CHANNEL, LinkFrame.hello, Buffer.from('"hello"'))],
    [
      'a host id that would break a log line',
      encodeFrame(LINK_CHANNEL, LinkFrame.hello, encodeHello(testHello({ hostId: 'a\nb' }))),
    ],
    ['a channel that does not exist', encodeFrame(9, 0, Buffer.of())],
    ['a kind that does not exist', encodeFrame(LINK_CHANNEL, 77, Buffer.of())],
    [
      'a refusal in no known word',
      encodeFrame(LINK_CHANNEL, LinkFrame.refused, Buffer.from('x\n')),
    ],
  ])('closes on %s', (_what, bytes) => {
    const acceptor = new LinkEnd('acceptor');
    acceptor.session.receive(bytes);
    expect(acceptor.closed.map(({ refusal }) => refusal)).toEqual(['bad-frame']);
  });

  it('takes no more than 2 KiB in one frame from who has not proved himself', () => {
    const acceptor = new LinkEnd('acceptor');
    const frame = encodeFrame(LINK_CHANNEL, LinkFrame.hello, Buffer.alloc(2_049));
    acceptor.session.receive(frame.subarray(0, 8));
    expect(acceptor.closed).toEqual([{ refusal: 'bad-frame', detail: 'frame-too-long' }]);
  });

  it('closes on a second hello and on a second proof, the right ones though they are', () => {
    for (const kind of [LinkFrame.hello, LinkFrame.proof]) {
      const pair = linkPair();
      pair.dialer.session.connected();
      const { ofDialer } = exchange(pair);
      const helloBytes = 8 + (ofDialer[0] ?? 0) + (ofDialer[1] ?? 0) * 256;
      const again =
        kind === LinkFrame.hello ? ofDialer.subarray(0, helloBytes) : ofDialer.subarray(helloBytes);
      pair.acceptor.session.receive(again);
      expect(pair.acceptor.closed.map(({ refusal }) => refusal)).toEqual(['bad-frame']);
    }
  });

  it('takes frames of four megabytes from who has proved himself, and none that are longer', () => {
    const pair = upPair();
    pair.dialer.session.sendMessage(Channel.replica, Buffer.alloc(FRAME_BYTES_MAX, 'x'), 0);
    exchange(pair);
    expect(pair.acceptor.messages[0]?.text.length).toBe(FRAME_BYTES_MAX);
    const header = Buffer.from(encodeFrame(Channel.replica, 0, Buffer.of()));
    header.writeUInt32LE(FRAME_BYTES_MAX + 1, 0);
    pair.acceptor.session.receive(header);
    expect(pair.acceptor.closed[0]).toMatchObject({ detail: 'frame-too-long' });
  });

  it('reports how far the clocks are apart', () => {
    const { dialer, acceptor } = upPair({ dialer: { wallMs: 1_090_000 } });
    expect([dialer.skewMs, acceptor.skewMs]).toEqual([-90_000, 90_000]);
  });

  it('does nothing more once it is closed', () => {
    const pair = upPair();
    const { acceptor, dialer } = pair;
    acceptor.session.close('enough');
    acceptor.session.close('again');
    acceptor.session.lost('gone');
    acceptor.session.step(1e9);
    dialer.session.sendMessage(Channel.control, Buffer.from('late'), 0);
    acceptor.session.receive(dialer.take());
    expect(acceptor.closed).toEqual([{ refusal: undefined, detail: 'enough' }]);
    expect([acceptor.messages, acceptor.late]).toEqual([[], 0]);
  });
});

describe('LinkSession over time', () => {
  it('gives a handshake HANDSHAKE_MS, whichever step is missing', () => {
    const silent = new LinkEnd('acceptor');
    const halfway = new LinkEnd('acceptor');
    halfway.session.receive(encodeFrame(LINK_CHANNEL, LinkFrame.hello, encodeHello(testHello())));
    for (const { session, closed } of [silent, halfway]) {
      session.step(HANDSHAKE_MS - 1);
      expect(closed).toEqual([]);
      session.step(HANDSHAKE_MS);
      expect(closed[0]?.refusal).toBe('handshake-timeout');
    }
  });

  it('calls a dial slow that has heard nothing for DIAL_SILENT_MS, not counting its own pauses', () => {
    const { session, closed } = new LinkEnd('dialer');
    let nowMs = 0;
    const step = (byMs: number): void => {
      nowMs += byMs;
      session.step(nowMs);
    };
    // A pause of this thread: what came meanwhile waits unread.
    step(DIAL_SILENT_MS);
    expect(session.isSlow).toBe(false);
    session.connected();
    for (let waitedMs = STEP_MS; waitedMs < DIAL_SILENT_MS; waitedMs += STEP_MS) step(STEP_MS);
    expect(session.isSlow).toBe(false);
    step(STEP_MS);
    expect(session.isSlow).toBe(true);
    // It goes on all the same.
    expect(closed).toEqual([]);
    const { dialer, acceptor } = upPair();
    for (let waitedMs = 0; waitedMs < DIAL_SILENT_MS; waitedMs += STEP_MS) {
      for (const end of [dialer, acceptor]) end.session.step(waitedMs);
    }
    expect([dialer.session.isSlow, acceptor.session.isSlow]).toEqual([false, false]);
  });

  it('keeps a link up on heartbeats alone, and says one only where it says nothing else', () => {
    const pair = upPair();
    let beats = 0;
    for (let nowMs = STEP_MS; nowMs <= 60_000; nowMs += STEP_MS) {
      pair.dialer.session.step(nowMs);
      pair.acceptor.session.step(nowMs);
      beats += pair.dialer.written.length;
      exchange(pair);
    }
    expect([pair.dialer.closed, pair.acceptor.closed]).toEqual([[], []]);
    expect(beats).toBe(Math.floor(60_000 / (Math.ceil(HEARTBEAT_MS / STEP_MS) * STEP_MS)));
    pair.dialer.session.sendMessage(Channel.summary, Buffer.of(), 60_050);
    pair.dialer.session.step(60_100);
    expect(pair.dialer.written).toHaveLength(1);
  });

  it('is down when the other side has been silent for SILENT_MS', () => {
    const { dialer } = upPair();
    let nowMs = 0;
    while (dialer.closed.length === 0 && nowMs < 60_000) dialer.session.step((nowMs += STEP_MS));
    expect(dialer.closed[0]?.refusal).toBe('silent');
    expect(nowMs).toBe(SILENT_MS + STEP_MS);
  });

  it('does not take its own sleep for the silence of the other side', () => {
    const pair = upPair();
    pair.dialer.session.step(STEP_MS);
    // The thread stood still for 30 s; what the peer said meanwhile is still in the socket.
    pair.dialer.session.step(STEP_MS + 30_000);
    expect(pair.dialer.closed).toEqual([]);
  });
});
