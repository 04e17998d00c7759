/**
 * All load players of one process: ramps them up, queues them, sends their inputs on schedule, measures. Load clients only.
 * Works in bounded turns: at most CONNECTING_MAX connects are under way and SENDS_PER_TURN inputs go out before reads get a turn.
 */

import { systemClock } from '../../src/shared/clock.ts';
import type { Timer } from '../../src/shared/clock.ts';
import { InputSchedule } from './input-schedule.ts';
import type { LoadModes, LoadOrder, LoadReport, LoadStatus } from './load-messages.ts';
import { LoadPlayer } from './load-player.ts';
import { LoadStats } from './load-stats.ts';
import { sourceAddress } from './source-address.ts';

const CONNECTING_MAX = 256;
const CONNECT_TURN_MS = 5;
const SENDS_PER_TURN = 1024;
const SEND_TURN_MS = 1;

type Order<Kind extends LoadOrder['kind']> = Extract<LoadOrder, { kind: Kind }>;

export class LoadSwarm {
  readonly #stats = new LoadStats();
  readonly #players: LoadPlayer[] = [];
  #connectTimer: Timer | undefined;
  #sendTimer: Timer | undefined;
  /** Inputs sent since play(): the schedule's position and round in one number. */
  #sends = 0;
  #firstIndex = 0;

  status(): LoadStatus {
    return this.#stats.status();
  }

  /** Opens connections at the asked rate; slower where the host does not keep up, never more than CONNECTING_MAX at once. */
  connect(order: Order<'connect'>): void {
    const startMs = systemClock.nowMs();
    this.#firstIndex = order.firstIndex;
    const turn = (): void => {
      const dueCount = ((systemClock.nowMs() - startMs) / 1000) * order.connectsPerSecond + 1;
      const openMax = this.#stats.connected + this.#stats.closed + CONNECTING_MAX;
      const target = Math.min(order.players, Math.floor(dueCount), openMax);
      while (this.#players.length < target)
        this.#open(order, order.firstIndex + this.#players.length);
      if (this.#players.length < order.players) {
        this.#connectTimer = systemClock.setTimer(turn, CONNECT_TURN_MS);
      }
    };
    turn();
  }

  queue(order: Order<'queue'>): void {
    this.#at(order.atMs, () => {
      this.#stats.queuedMs = order.atMs;
      for (const [index, player] of this.#players.entries()) {
        player.queue(modeOf(order.modes, this.#firstIndex + index));
      }
    });
  }

  play(order: Order<'play'>): void {
    const players = this.#players.length;
    const schedule = new InputSchedule({ players, rateHz: order.rateHz, baseMs: order.baseMs });
    this.#stats.schedule = schedule;
    for (let position = 0; position < players; position += 1) {
      this.#players[schedule.playerAt(position)]?.play(position);
    }
    const turn = (): void => {
      this.#sendDue(schedule);
      this.#sendTimer = systemClock.setTimer(turn, SEND_TURN_MS);
    };
    turn();
  }

  measure(order: Order<'measure'>, onReport: (report: LoadReport) => void): void {
    const stats = this.#stats;
    let cpuAtStart = process.cpuUsage();
    this.#at(order.startMs, () => {
      stats.openWindow(order);
      cpuAtStart = process.cpuUsage();
      for (const player of this.#players) player.startWindow();
    });
    this.#at(order.endMs, () => {
      stats.counting = false;
      const used = process.cpuUsage(cpuAtStart);
      stats.cpuMicros = used.user + used.system;
    });
    this.#at(order.closeMs, () => {
      const nowMs = systemClock.nowMs();
      for (const player of this.#players) player.closeWindow(nowMs);
      onReport(stats.report(this.#players.length));
    });
  }

  stop(): void {
    this.#connectTimer?.cancel();
    this.#sendTimer?.cancel();
    for (const player of this.#players) player.leave();
  }

  #open(order: Order<'connect'>, index: number): void {
    const options = {
      transport: order.transport,
      port: order.port,
      localAddress: sourceAddress(index % order.addressCount),
      name: `load${index}`,
    };
    this.#players.push(new LoadPlayer(options, this.#stats));
  }

  /** Sends what is due. A stall is made up for in full: each input that was due still goes out, under its own time. */
  #sendDue(schedule: InputSchedule): void {
    const nowMs = systemClock.nowMs();
    for (let count = 0; count < SENDS_PER_TURN; count += 1) {
      const position = this.#sends % schedule.players;
      const round = Math.floor(this.#sends / schedule.players);
      const dueMs = schedule.dueMs(position, round);
      if (dueMs > nowMs) return;
      this.#players[schedule.playerAt(position)]?.sendInput(round, dueMs);
      this.#stats.sendLag.record(nowMs - dueMs);
      this.#sends += 1;
    }
  }

  #at(timeMs: number, callback: () => void): void {
    systemClock.setTimer(callback, Math.max(0, timeMs - systemClock.nowMs()));
  }
}

function modeOf(modes: LoadModes, index: number): string {
  if (modes.kind === 'one') return modes.mode;
  return `${modes.prefix}${modes.first + Math.floor(index / modes.playersEach)}`;
}
