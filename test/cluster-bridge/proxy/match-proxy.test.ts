/** Goal: what a peer may and may not do with players of its own on this host. Method: a real Bridge with rings, one peer. */

import { beforeEach, describe, expect, it } from 'vitest';
import {
  ProxyMessage,
  readProxyMessage,
  type ProxyJoin,
} from '../../../src/cluster-bridge/proxy/proxy-records.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import type { HandlerRef } from '../../../src/shared/ids.ts';
import { NAME_BYTES_MAX, readName } from '../../../src/shared/player-table.ts';
import { Reason, reasonWord } from '../../../src/shared/reason.ts';
import { InputChannel, RecordKind } from '../../../src/shared/record-layout.ts';
import { encodeSegments, NO_SEGMENTS } from '../../../src/shared/unread-segments.ts';
import { CountingPeer } from './garbled-peer.ts';
import { BRIDGE_ROW, GATEWAYS, ProxyHost, SLOTS_PER_GATEWAY } from './proxy-host.ts';

const PLAYER = 0x00100001;
const FIRST_GUEST = GATEWAYS * SLOTS_PER_GATEWAY;

let host: ProxyHost;
let peer: CountingPeer;
let match: HandlerRef;

beforeEach(() => {
  host = new ProxyHost({ hostId: 'one', incarnation: 1 }, () => 1);
  peer = new CountingPeer();
  match = host.open();
  host.bridge.onUp(peer);
});

function join(change: Partial<ProxyJoin> = {}, unread: Uint8Array = NO_SEGMENTS): void {
  const name = 'ada';
  const words = { reason: Reason.matched, view: ClientView.frame, flags: 0, name };
  const whom = { matchHandler: match, homeHandler: 77, player: PLAYER };
  say((message) => message.join({ ...whom, ...words, ...change }, unread));
}

function leave(handler: HandlerRef = match, reason: Reason = Reason.left): void {
  const target = { handler, player: PLAYER };
  say((message) => message.one(RecordKind.leave, reason, target, NO_SEGMENTS));
}

function input(text: string): void {
  const target = { handler: match, player: PLAYER };
  say((message) => message.one(RecordKind.data, InputChannel.opaque, target, Buffer.from(text)));
}

function say(add: (message: ProxyMessage) => void): void {
  const message = new ProxyMessage();
  add(message);
  host.bridge.onMessage(peer, Channel.recordsUp, message.bytes);
  host.turn();
  host.turn();
}

/** What the peer was answered since the last call. */
function answers(): string[] {
  const found: string[] = [];
  for (const { bytes } of peer.sent.splice(0)) {
    readProxyMessage(bytes, 'down', {
      one: (kind, flags, { handler, player }, body) => {
        expect([handler, player]).toEqual([77, PLAYER]);
        if (kind === RecordKind.left) found.push(`left ${body.length}`);
        else if (kind === RecordKind.close) found.push(`close ${reasonWord(flags)}`);
        else found.push(`data ${Buffer.from(body).toString('latin1')}`);
      },
    });
  }
  return found;
}

describe('MatchProxy', () => {
  it('seats a guest where main has admitted guests, passes input and answers, and answers LEAVE', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    join({}, encodeSegments([{ channel: InputChannel.opaque, bytes: Buffer.from('\x02a') }]));
    input('b\x01');
    expect(answers()).toEqual(['data \x02ab']);
    leave();
    expect(answers()).toEqual([`left ${4 + 1}`]);
    expect(host.bridge.counts().guests).toBe(0);
  });

  it('seats nobody in a handler that main has not admitted guests to, and still answers LEAVE', () => {
    join();
    input('\x01a');
    expect(host.workers.flatMap((worker) => worker.handlers())).toEqual([]);
    leave();
    expect(answers()).toEqual(['left 0']);
    expect(host.bridge.counts().guests).toBe(0);
  });

  it('seats nobody in a handler whose row is free or another one again', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    host.rows.free(match);
    const next = host.open();
    expect(next).not.toBe(match);
    join();
    join({ matchHandler: next, player: PLAYER + 1 });
    expect(host.workers.flatMap((worker) => worker.handlers())).toEqual([]);
  });

  it('cuts a name that is longer than the column and shows an unknown view as text', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    join({ name: 'ö'.repeat(200), view: 99, flags: 0xff });
    const { players } = host.tables;
    expect(readName(players, FIRST_GUEST)).toBe('ö'.repeat(NAME_BYTES_MAX / 2));
    expect(players.view[FIRST_GUEST]).toBe(ClientView.plain);
    expect(players.name[(FIRST_GUEST + 1) * NAME_BYTES_MAX]).toBe(0);
  });

  it('closes a guest with more unread bytes, or input, than a record of this host holds', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    const bytes = new Uint8Array(4_000);
    join({}, encodeSegments([{ channel: InputChannel.opaque, bytes }]));
    expect(answers()).toEqual(['close input-overflow']);
    leave();
    expect(answers()).toEqual(['left 0']);
    join();
    input('x'.repeat(4_000));
    expect(answers()).toEqual(['close input-overflow']);
  });

  it('takes a second JOIN of one player as the end of the first', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    join();
    join();
    expect(host.bridge.counts().guests).toBe(1);
    expect(answers()).toEqual(['left 0']);
  });

  it('gives the row of a lost connection back at once, though its worker keeps the seat and does not answer', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    for (let round = 0; round < 3; round += 1) {
      join();
      leave(match, Reason.disconnected);
      expect(host.bridge.counts().guests).toBe(0);
      expect(answers()).toEqual(['left 0']);
    }
    join();
    host.bridge.onDown(peer, 'cut');
    expect(host.bridge.counts().guests).toBe(0);
  });

  it('answers LEAVE for a guest whose worker has died', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    join();
    const row = host.tables.handlers.worker[host.rowIndexOf(match)] ?? 0;
    host.match.dropCorridor(row);
    leave();
    expect(answers()).toEqual(['left 0']);
    expect(host.bridge.counts().guests).toBe(0);
  });

  it('lets the guests of a lost link go', () => {
    host.bridge.apply([{ kind: 'admit', handler: match }]);
    join();
    host.bridge.onDown(peer, 'cut');
    host.turn();
    host.turn();
    expect(host.bridge.counts()).toMatchObject({ guests: 0, peers: 0 });
    expect(host.workers.map(({ seatCount }) => seatCount)).toEqual([0, 0]);
  });
});

describe('HomeProxy', () => {
  it("takes a match's answers only from the link that the match is routed to", () => {
    const lobby = host.open();
    const away = host.rows.tryTakeRemote(BRIDGE_ROW, { modeRow: 0, nowMs: 0 }) ?? 0;
    const none = { moves: 0, ringsFull: 0, bytesUnread: 0, bytesEchoed: 0, counts: 0 };
    const marks = { ...none, fenced: 0, cut: 0, held: 0 };
    host.addPlayer({ seed: 1, marks }, lobby);
    const [player] = host.players;
    host.bridge.apply([{ kind: 'route', handler: away, host: peer, matchHandler: match }]);
    host.turn();
    const stranger = new CountingPeer();
    Object.assign(stranger, { hostId: 'other' });
    host.bridge.onUp(stranger);
    const close = (from: CountingPeer, handler: HandlerRef): void => {
      const message = new ProxyMessage();
      const target = { handler, player: player?.player ?? 0 };
      message.one(RecordKind.close, Reason.kicked, target, Buffer.from('go'));
      host.bridge.onMessage(from, Channel.recordsDown, message.bytes);
      host.turn();
    };
    close(stranger, away);
    close(stranger, lobby);
    close(peer, lobby);
    expect(player?.closedWhy).toBeUndefined();
    expect(marks.fenced).toBe(0);
    // The gateway's own fence is next: this player is not in that match.
    close(peer, away);
    expect(marks.fenced).toBe(1);
  });
});
