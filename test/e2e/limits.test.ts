/**
 * Goal: whoever breaks a rule of a protocol, or is silent for too long, loses that one connection with the documented reason;
 * it is counted, leaves no trace among the players, and a neighbor notices nothing. Method: a real host with small limits, a
 * neighbor who is asked for an answer after each refusal, and the counts of /metrics and /v1/status.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { every, type Timer } from '../../src/shared/clock.ts';
import { encodeFrame, encodeTextFrame, FrameType } from '../../src/shared/frame-codec.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, statusOf } from '../support/host-facts.ts';
import { LimitedHost } from '../support/limited-host.ts';
import { LineClient } from '../support/line-client.ts';

let scene: LimitedHost;

describe('what a client may send', () => {
  beforeAll(async () => {
    scene = await LimitedHost.start('frameBytesMax = 256, lineBytesMax = 64');
  });
  afterAll(() => scene.stop());

  const long = Buffer.alloc(300, 0x61);
  it.each<readonly [what: string, code: string, bytes: Uint8Array]>([
    ['a frame that is too long', 'frame-too-long', Buffer.from([0xff, 0xff, 0x01])],
    ['a frame without a type', 'frame-too-long', Buffer.from([0, 0])],
    ['a HELLO that is not JSON', 'bad-frame', encodeTextFrame(FrameType.hello, 'ada')],
    ['a HELLO without a name', 'bad-frame', encodeTextFrame(FrameType.hello, '{"protocol":1}')],
    ['another version of the protocol', 'bad-protocol', hello({ protocol: 2, name: 'ada' })],
    ['a name that is not allowed', 'bad-name', hello({ protocol: 1, name: 'a b' })],
    ['a name that is kept for bots', 'bad-name', hello({ protocol: 1, name: 'bot-ada' })],
    ['a command before HELLO', 'bad-frame', encodeTextFrame(FrameType.command, 'who')],
    ['a type that nobody knows', 'bad-frame', Buffer.from([0, 2, 0x44, 0])],
    ['a PING that is too long', 'bad-frame', encodeFrame(FrameType.ping, long.subarray(0, 65))],
  ])('%s: BYE %s', async (_what, code, bytes) => {
    await expectCounted(code, async () => {
      const client = await FrameClient.connect(scene.host.ports.frame);
      client.send(bytes);
      expect((await client.bye()).code).toBe(code);
      await client.closed;
    });
  });

  it.each<readonly [what: string, code: string, bytes: Uint8Array]>([
    ['a frame that is too long', 'frame-too-long', encodeFrame(FrameType.input, long)],
    ['a second HELLO', 'bad-frame', hello({ protocol: 1, name: 'bob' })],
    ['a command that is not text', 'bad-text', encodeFrame(FrameType.command, Buffer.of(0xff))],
  ])('%s, once logged in: BYE %s', async (_what, code, bytes) => {
    await expectCounted(code, async () => {
      const client = await FrameClient.connect(scene.host.ports.frame);
      await client.login('ada');
      client.send(bytes);
      expect((await client.bye()).code).toBe(code);
      await client.closed;
    });
  });

  it.each(['as a name', 'once logged in'])('a line that is too long, %s', async (when) => {
    await expectCounted('line-too-long', async () => {
      const client = await LineClient.connect(scene.host.ports.line);
      if (when === 'once logged in') await client.login('ada');
      client.line('x'.repeat(65));
      await client.text(/^bye: line-too-long: Cannot read a line: over 64 bytes/m);
      await client.closed;
    });
  });

  it('nothing that is wrong: whoever leaves by itself is counted as disconnected', async () => {
    await expectCounted('disconnected', async () => {
      const client = await FrameClient.connect(scene.host.ports.frame);
      await client.ping();
      await client.close();
    });
  });
});

describe('how long a client may be silent', () => {
  let awake: Timer | undefined;
  let pongsMissed = 0;

  beforeAll(async () => {
    scene = await LimitedHost.start('loginSeconds = 1, idleSeconds = 2');
    awake = every(() => {
      scene.neighbor.ping().catch(() => {
        pongsMissed += 1;
      });
    }, 500);
  });

  afterAll(async () => {
    awake?.cancel();
    await scene.stop();
  });

  it('closes who gives no name in time, and who says nothing for too long, and nobody else', async () => {
    const before = await closedByReason(scene.host);
    const nameless = await FrameClient.connect(scene.host.ports.frame);
    const silent = await LineClient.connect(scene.host.ports.line);
    const idle = await FrameClient.connect(scene.host.ports.frame);
    await idle.login('idle');
    expect((await statusOf(scene.host)).players.host).toBe(2);

    expect((await nameless.bye()).code).toBe('login-timeout');
    await silent.text(/^bye: login-timeout: No name was given within 1 s/m);
    expect((await idle.bye()).code).toBe('idle');
    await Promise.all([nameless.closed, silent.closed, idle.closed]);
    expect(await closedByReason(scene.host)).toEqual({ ...before, 'login-timeout': 2, idle: 1 });
    await scene.checkUnharmed();
    expect(pongsMissed).toBe(0);
  });
});

function hello(payload: object): Uint8Array {
  return encodeTextFrame(FrameType.hello, JSON.stringify(payload));
}

function expectCounted(reason: string, offend: () => Promise<unknown>): Promise<void> {
  return scene.expectCounted(reason, offend);
}
