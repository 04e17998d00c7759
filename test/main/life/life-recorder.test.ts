/**
 * Goal: the life book tells one player's whole story, and names that nobody has find no room in it. Method: reports and
 * orders as gateways and directory give them, on a virtual clock; a real log into an array.
 */

import { describe, expect, it } from 'vitest';
import type { WaitAnswer } from '../../../src/main/directory/directory-status.ts';
import { LifeBook } from '../../../src/main/life/life-book.ts';
import { LifeRecorder } from '../../../src/main/life/life-recorder.ts';
import { createLog } from '../../../src/main/log.ts';
import type { WaitReport } from '../../../src/main/matchmaker/matchmaker.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { GatewayOrder } from '../../../src/shared/thread-messages.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';

const LOBBY = 11;
const MATCH = 22;

class Scene {
  readonly clock: VirtualClock = new VirtualClock();
  readonly book: LifeBook = new LifeBook(256);
  readonly orders: GatewayOrder[] = [];
  readonly lines: string[] = [];
  why: WaitAnswer | undefined;
  connection: number | undefined;
  readonly recorder: LifeRecorder;

  constructor() {
    this.recorder = new LifeRecorder({
      book: this.book,
      source: {
        player: () => this.connection,
        why: () => this.why,
        order: (order) => this.orders.push(order),
      },
      clock: this.clock,
      log: createLog({
        level: 'info',
        format: 'json',
        hostId: 'a',
        isTerminal: false,
        clock: this.clock,
        destination: { write: (line) => void this.lines.push(line) },
      }),
    });
    this.recorder.handlerOpened(LOBBY, 'a/lobby/1', true);
    this.recorder.handlerOpened(MATCH, 'a/ctf/2', false);
  }

  login(player: number, name: string): void {
    const [address, listener, view] = ['10.0.0.1', 'frame', ClientView.frame];
    const report = { kind: 'login', player, name, token: undefined, address, listener, view };
    this.recorder.onReport(report as Parameters<LifeRecorder['onReport']>[0]);
  }

  admit(player: number, name: string, reason: Reason = Reason.login, handler = LOBBY): void {
    this.recorder.onOrder({ kind: 'admit', player, name, handler, reason });
  }

  story(name: string): string[] {
    return (this.book.read(name) ?? []).map(({ what, detail }) => `${what}: ${detail}`);
  }
}

describe('LifeRecorder', () => {
  it('tells a life from login to kick', () => {
    const scene = new Scene();
    const { recorder } = scene;
    scene.login(1, 'Ada');
    scene.admit(1, 'Ada');
    const event = { event: 'queued', mode: 'ctf', waiting: 3, etaMs: null } as const;
    recorder.onOrder({ kind: 'event', players: [1], event });
    recorder.onTicketEvent({
      kind: 'matched',
      atMs: 0,
      matchId: 'a/ctf/2',
      mode: 'ctf',
      ticketIds: [1],
      seats: [
        { name: 'Ada', team: 0 },
        { name: 'bot-anna', team: 1 },
      ],
    } as unknown as Parameters<LifeRecorder['onTicketEvent']>[0]);
    const move = { kind: 'move', players: [1], handler: MATCH, oldGone: false } as const;
    recorder.onOrder({ ...move, reason: Reason.matched });
    const message = 'too loud';
    recorder.onOrder({ kind: 'close', player: 1, reason: Reason.kicked, message });
    // The connection's own report comes after the order, and says nothing new.
    recorder.onReport({ kind: 'closed', player: 1, reason: Reason.kicked });
    expect(scene.story('ada')).toEqual([
      'login: as Ada from 10.0.0.1 through frame',
      'lobby: in lobby a/lobby/1, login',
      'queued: for ctf: 3 in the queue',
      'match: found: a/ctf/2 with 2 players, team 0',
      'moved: to match a/ctf/2, matched',
      'kicked: kicked: too loud',
    ]);
    expect(scene.story('bot-anna')).toEqual([]);
    const logged = scene.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toMatchObject([
      { level: 30, msg: 'login', player: 'Ada', address: '10.0.0.1', reason: 'login' },
      { level: 40, msg: 'kicked', player: 'Ada', reason: 'kicked' },
    ]);
  });

  it('says that a lost connection came back, and by which connection', () => {
    const scene = new Scene();
    scene.login(1, 'ada');
    scene.admit(1, 'ada');
    scene.recorder.onReport({ kind: 'closed', player: 1, reason: Reason.socketError });
    scene.login(2, 'ada');
    scene.admit(2, 'ada', Reason.resumed, MATCH);
    expect(scene.story('ada').slice(2)).toEqual([
      'closed: socket-error: the connection is gone',
      'login: as ada from 10.0.0.1 through frame',
      'resumed: in match a/ctf/2, resumed',
    ]);
  });

  it('keeps nothing of refused logins of unknown names, and logs ten of them a second', () => {
    const scene = new Scene();
    const message = 'no';
    for (let player = 1; player <= 1_000; player += 1) {
      scene.login(player, `nobody${player}`);
      scene.recorder.onOrder({ kind: 'refuse', player, reason: Reason.badName, message });
    }
    expect(scene.book.accounts).toBe(0);
    expect(scene.lines).toHaveLength(10);
    scene.clock.advance(1_000);
    expect(scene.lines.at(-1)).toContain('990 more of reason \\"bad-name\\" in the last second');
    scene.login(2_000, 'ada');
    scene.admit(2_000, 'ada');
    scene.login(2_001, 'ada');
    scene.recorder.onOrder({ kind: 'refuse', player: 2_001, reason: Reason.draining, message });
    expect(scene.story('ada').at(-1)).toBe('refused: draining: no');
  });

  it('has hand-offs reported only while somebody follows, on a new connection too', () => {
    const scene = new Scene();
    scene.login(1, 'ada');
    scene.admit(1, 'ada');
    scene.connection = 1;
    expect(scene.orders).toEqual([]);
    const stop = scene.book.subscribe('ada', () => {});
    scene.login(2, 'ada');
    scene.admit(2, 'ada', Reason.resumed);
    scene.connection = 2;
    const step = { kind: 'handOff', player: 2, step: 'joinWritten', handler: MATCH } as const;
    scene.clock.advance(40);
    scene.recorder.onReport({ ...step, atMs: scene.clock.nowMs() - 30 });
    stop();
    expect(scene.orders).toEqual([
      { kind: 'trace', player: 1, isOn: true },
      { kind: 'trace', player: 2, isOn: true },
      { kind: 'trace', player: 2, isOn: false },
    ]);
    expect(scene.book.read('ada')?.at(-1)).toEqual({
      atMs: scene.clock.wallMs() - 30,
      what: 'handed-off',
      detail: 'JOIN written to match a/ctf/2',
    });
  });

  it('notes why a followed player waits once for each cause, and nothing of others', () => {
    const scene = new Scene();
    const waits = (cause: WaitReport['cause']): void => {
      scene.why = { text: `because ${cause}`, report: { cause } as WaitReport };
      scene.clock.advance(300);
      scene.recorder.step(scene.clock.nowMs());
    };
    waits('tooFewPlayers');
    scene.book.subscribe('ada', () => {});
    waits('tooFewPlayers');
    waits('tooFewPlayers');
    waits('ratingWindow');
    expect(scene.story('ada')).toEqual([
      'waiting: because tooFewPlayers',
      'waiting: because ratingWindow',
    ]);
  });
});
