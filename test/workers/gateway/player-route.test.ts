/**
 * Goal: input of players whose match's host lags waits at the gateway, in order, and only theirs; their sockets are paused when
 * it is much. Method: real routes, a real ring and handler table; the thread around them is the test.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { handlerIndexOf, handlerRef, NO_HANDLER, playerRef } from '../../../src/shared/ids.ts';
import {
  InputChannel,
  JOIN_REASON_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
} from '../../../src/shared/record-layout.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { RingReader, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { PlayerRoute } from '../../../src/workers/gateway/player-route.ts';
import type { RouteHost } from '../../../src/workers/gateway/route-host.ts';
import { RouteState } from '../../../src/workers/gateway/route-state.ts';
import { WorkerLink } from '../../../src/workers/gateway/worker-link.ts';

const HELD_BYTES_MAX = 256;
const LAGGING = handlerRef(1, 1);
const OTHER = handlerRef(2, 1);
const LEAVE_DEADLINE_MS = 1_000;

let holds: Int32Array;
let link: WorkerLink;
let reader: RingReader;

class Route extends PlayerRoute {
  paused = false;
  /** Why it was closed. */
  closed: Reason | undefined;
  protected readonly routes: RouteHost;
  /** Milliseconds of hand-offs that were counted. */
  readonly handOffs: number[] = [];

  constructor(handler: number) {
    super();
    const ignore = (): void => {};
    this.routes = {
      limits: { heldBytesMax: HELD_BYTES_MAX } as RouteHost['limits'],
      nowMs: 0,
      leaveDeadlineMs: LEAVE_DEADLINE_MS,
      leaving: new Set(),
      linkOf: () => link,
      wakesOnInput: () => true,
      storeState: ignore,
      freeRow: ignore,
      report: ignore,
      reportHandOff: ignore,
      countReason: ignore,
      countHandOff: (ms) => this.handOffs.push(ms),
    };
    this.player = playerRef(handlerIndexOf(handler), 1);
    this.state = RouteState.loggingIn;
    this.goTo(handler, Reason.login);
    this.tryStep('admit');
  }

  input(text: string): void {
    const bytes = Buffer.from(text);
    this.forward(InputChannel.input, bytes, 0, bytes.length);
  }

  get isWaiting(): boolean {
    return this.routes.leaving.has(this);
  }

  close(reason: Reason): void {
    this.closed = reason;
    this.depart(reason);
  }

  protected pause(): void {
    this.isPaused = true;
    this.paused = true;
  }

  protected resume(): void {
    this.isPaused = false;
    this.paused = false;
  }
}

beforeEach(() => {
  const up = new SharedArrayBuffer(ringByteLength(8_192));
  const down = new SharedArrayBuffer(ringByteLength(8_192));
  const bell = new DoorbellRinger(new SharedArrayBuffer(doorbellByteLength(1)), 0, () => {});
  holds = new Int32Array(8);
  link = new WorkerLink({ row: 0, up, down, bell, holds });
  reader = new RingReader(up);
});

/** What came into the ring since the last look: `join`, or the input. */
function seen(): string[] {
  link.publish();
  const texts: string[] = [];
  reader.drain(100, (_kind, _flags, byteOffset, byteLength) => {
    const bytes = reader.bytes.subarray(byteOffset + ONE_BODY_OFFSET, byteOffset + byteLength);
    texts.push(Buffer.from(bytes).toString().replaceAll('\0', ''));
  });
  return texts;
}

function retry(): void {
  const waiting = link.blocked;
  link.blocked = [];
  for (const route of waiting) route.retry();
}

describe('PlayerRoute of a match whose host lags', () => {
  it('keeps its input in order until the link takes it again, and holds up nobody else', () => {
    const lagging = new Route(LAGGING);
    const other = new Route(OTHER);
    expect(seen()).toHaveLength(2);
    holds[handlerIndexOf(LAGGING)] = 1;
    lagging.input('one');
    other.input('hello');
    lagging.input('two');
    retry();
    expect(seen()).toEqual(['hello']);
    expect([lagging.bytesIn, lagging.bytesForwarded, link.blocked]).toEqual([6, 0, [lagging]]);

    holds[handlerIndexOf(LAGGING)] = 0;
    // Nothing overtakes what waits.
    lagging.input('three');
    expect(seen()).toEqual([]);
    retry();
    expect(seen()).toEqual(['one', 'two', 'three']);
    expect([lagging.bytesForwarded, link.blocked]).toEqual([11, []]);
  });

  it('pauses its socket when much waits, and resumes it when it has gone', () => {
    const lagging = new Route(LAGGING);
    seen();
    holds[handlerIndexOf(LAGGING)] = 1;
    lagging.input('x');
    expect(lagging.paused).toBe(false);
    lagging.input('y'.repeat(HELD_BYTES_MAX));
    expect(lagging.paused).toBe(true);
    holds[handlerIndexOf(LAGGING)] = 0;
    retry();
    expect(lagging.paused).toBe(false);
    expect(seen()).toHaveLength(2);
  });

  it('lets a player go while its input waits: LEAVE is not input', () => {
    const lagging = new Route(LAGGING);
    seen();
    holds[handlerIndexOf(LAGGING)] = 1;
    lagging.input('late');
    lagging.move(OTHER, Reason.ended, false);
    expect(seen()).toHaveLength(1);
    expect(lagging.state).toBe(RouteState.leaving);
  });
});

describe('PlayerRoute of a hand-off that is not answered', () => {
  it.each([
    [
      'the link was lost',
      Reason.hostLost,
      (route: Route) => route.onLost(LAGGING, Reason.hostLost),
    ],
    ['the worker died', Reason.crashed, (route: Route) => route.onWorkerLost()],
    ['the deadline came', Reason.hung, (route: Route) => route.onLeaveDeadline()],
  ] as const)('tells the next handler that bytes may be missing: %s', (_why, reason, lose) => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.left, false);
    seen();
    lose(route);
    expect(route).toMatchObject({ state: RouteState.playing, handler: OTHER });
    expect(seenReasons()).toEqual([reason]);
  });

  it('goes back to a handler that is late only when that has answered, and takes nothing of the earlier stay', () => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.matched, false);
    route.onLeaveDeadline();
    route.move(LAGGING, Reason.left, false);
    route.onLeft(OTHER, new Uint8Array(0));
    seen();
    // The fence: no record names this handler.
    expect([route.state, route.handler]).toEqual([RouteState.playing, NO_HANDLER]);
    route.input('held');
    retry();
    expect(seen()).toEqual([]);
    route.onLeft(LAGGING, Buffer.from('of the earlier stay'));
    expect(route.handler).toBe(LAGGING);
    expect(seen()).toEqual([joinText(Reason.left), 'held']);
  });

  it('closes who has come back to a handler that never answers: nobody stands still for ever', () => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.matched, false);
    route.onLeaveDeadline();
    expect(route.isWaiting).toBe(false);
    route.move(LAGGING, Reason.left, false);
    route.onLeft(OTHER, new Uint8Array(0));
    route.input('held');
    retry();
    expect(route.isWaiting).toBe(true);
    expect(route.deadlineMs).toBeGreaterThan(LEAVE_DEADLINE_MS);
    route.onLeaveDeadline();
    expect([route.closed, route.state]).toEqual([Reason.hung, RouteState.closing]);
    expect(route.isWaiting).toBe(false);
  });

  it('waits no longer than for the answer, and counts that for no hand-off', () => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.matched, false);
    route.onLeaveDeadline();
    route.move(LAGGING, Reason.left, false);
    route.onLeft(OTHER, new Uint8Array(0));
    expect([route.isWaiting, route.handOffs.length]).toEqual([true, 2]);
    route.onLeft(LAGGING, new Uint8Array(0));
    expect([route.isWaiting, route.handOffs.length]).toEqual([false, 2]);
    expect(route.closed).toBe(undefined);
  });

  it('brings a LEAVE that found no room in time to its worker before any JOIN of that player', () => {
    const route = new Route(LAGGING);
    seen();
    while (link.tryWriteLeave(OTHER, playerRef(7, 1), Reason.left));
    route.move(OTHER, Reason.matched, false);
    route.onLeaveDeadline();
    // Room for one record.
    link.publish();
    expect(reader.drain(2, () => {})).toBe(2);
    retry();
    expect(told(route)).toEqual([
      `${RecordKind.leave} of ${LAGGING}`,
      `${RecordKind.join} of ${OTHER}`,
    ]);
    route.move(LAGGING, Reason.left, false);
    route.onLeft(OTHER, new Uint8Array(0));
    expect(told(route)).toEqual([`${RecordKind.leave} of ${OTHER}`]);
    route.onLeft(LAGGING, Buffer.from('of the earlier stay'));
    expect(told(route)).toEqual([`${RecordKind.join} of ${LAGGING}`]);
    expect([route.state, route.handler]).toEqual([RouteState.playing, LAGGING]);
  });

  it('does not wait for a late one where it goes elsewhere', () => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.matched, false);
    route.onLeaveDeadline();
    route.move(LAGGING, Reason.left, false);
    route.onLeft(OTHER, new Uint8Array(0));
    seen();
    route.move(OTHER, Reason.crashed, true);
    expect(route.handler).toBe(OTHER);
    expect(seenReasons()).toEqual([Reason.crashed]);
    route.onLeft(LAGGING, Buffer.from('of the earlier stay'));
    expect(route.handler).toBe(OTHER);
  });

  it('does not take what another handler’s host says for an answer', () => {
    const route = new Route(LAGGING);
    route.move(OTHER, Reason.left, false);
    route.onLost(OTHER, Reason.hostLost);
    expect(route.state).toBe(RouteState.leaving);
  });
});

/** What the worker reads of that player, until nothing waits: kind and handler of each record. */
function told({ player }: Route): string[] {
  const texts: string[] = [];
  for (let left = 1; left > 0; retry()) {
    link.publish();
    left = reader.drain(100, (kind, _flags, byteOffset) => {
      const { view } = reader;
      if (view.getUint32(byteOffset + PLAYER_OFFSET, true) !== player) return;
      texts.push(`${kind} of ${view.getUint32(byteOffset, true)}`);
    });
  }
  return texts;
}

/** The reasons of the JOINs in the ring. */
function seenReasons(): number[] {
  link.publish();
  const reasons: number[] = [];
  reader.drain(100, (kind, _flags, byteOffset) => {
    if (kind === RecordKind.join)
      reasons.push(reader.view.getUint32(byteOffset + JOIN_REASON_OFFSET, true));
  });
  return reasons;
}

/** A JOIN without unread bytes, as seen() shows it. */
function joinText(reason: Reason): string {
  return String.fromCodePoint(reason);
}
