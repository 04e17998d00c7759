/**
 * The host's practice bots: real `frame` clients over loopback, steered by the policy. Runs in the bots' thread.
 *
 *   queue table --waiting--> BotPolicy --orders--> BotLink (one a bot) <--frames--> the host's own frame port
 */

import { every } from '../../shared/clock.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { queueTable } from '../../shared/queue-table.ts';
import type { QueueTable } from '../../shared/queue-table.ts';
import { seededRandom } from '../../shared/random.ts';
import { BotLink } from './bot-link.ts';
import { botName } from './bot-names.ts';
import { BotPlace, BotPolicy } from './bot-policy.ts';
import type { BotOrder, ModeView } from './bot-policy.ts';

export const BOTS_MAX = 1_000;
const DECIDE_INTERVAL_MS = 250;
/** Logins are spread, so that the bots of a host do not trip its own limit of new connections. */
const START_SPACING_MS = 50;

/** A mode that bots can play: `row` is its row in the queue table, `needed` the players that make a match. */
export interface BotMode {
  readonly mode: string;
  readonly row: number;
  readonly needed: number;
}

/** What may change while they play. */
export interface BotSettings {
  readonly count: number;
  /** How long a human waits before bots join. */
  readonly patienceMs: number;
  readonly modes: readonly BotMode[];
}

/** What main passes as `workerData`. */
export interface BotCrewOptions extends BotSettings {
  readonly host: string;
  readonly port: number;
  /** Sent with each HELLO; names that start with `bot-` are kept for it. */
  readonly token: string | undefined;
  readonly seed: number;
  /** The queue table's buffer and its number of rows. */
  readonly queues: SharedArrayBuffer;
  readonly queueRows: number;
}

export class BotCrew {
  readonly #links: BotLink[];
  readonly #makeLink: (bot: number) => BotLink;
  #settings: BotSettings;
  readonly #queues: QueueTable;
  readonly #policy: BotPolicy;
  readonly #clock: Clock;
  #timer: Timer | undefined = undefined;

  constructor(options: BotCrewOptions, clock: Clock) {
    const { count, host, port, token, seed } = options;
    if (!(Number.isInteger(count) && count >= 0 && count <= BOTS_MAX)) {
      throw new RangeError(`Cannot start bots: count is ${count}, allowed is 0 to ${BOTS_MAX}`);
    }
    this.#clock = clock;
    this.#settings = options;
    this.#queues = queueTable.view(options.queues, options.queueRows);
    this.#policy = new BotPolicy(options.patienceMs);
    this.#makeLink = (bot) => {
      const random = seededRandom(seed + bot);
      return new BotLink({ name: botName(bot), token }, { host, port, clock, random });
    };
    this.#links = Array.from({ length: count }, (_, bot) => this.#makeLink(bot));
  }

  start(): void {
    for (const [bot, link] of this.#links.entries()) link.start(bot * START_SPACING_MS);
    this.#timer = every(() => this.decide(), DECIDE_INTERVAL_MS);
  }

  /** From now on. Surplus bots go when they do not play. */
  use(settings: BotSettings): void {
    this.#settings = settings;
    this.#policy.patienceMs = settings.patienceMs;
    const { length } = this.#links;
    for (let bot = length; bot < Math.min(settings.count, BOTS_MAX); bot += 1) {
      const link = this.#makeLink(bot);
      this.#links.push(link);
      link.start((bot - length) * START_SPACING_MS);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    for (const link of this.#links) link.stop();
  }

  /** One look at the queues, and what follows from it. */
  decide(): void {
    this.#dismissSurplus();
    const modes: ModeView[] = this.#settings.modes.map(({ mode, row, needed }) => ({
      mode,
      needed,
      // Not those who wait for a match across hosts: bots are in none.
      waiting: this.#queues.queued[row] ?? 0,
    }));
    const clients = this.#links.map((link) => link.client);
    for (const order of this.#policy.decide(this.#clock.nowMs(), modes, clients)) {
      this.#obey(order);
    }
  }

  /** The last first, so that the others keep their names. */
  #dismissSurplus(): void {
    let last = this.#links.at(-1);
    while (last !== undefined && this.#links.length > this.#settings.count) {
      if (last.client.place === BotPlace.playing) return;
      last.stop();
      this.#links.pop();
      last = this.#links.at(-1);
    }
  }

  #obey(order: BotOrder): void {
    const client = this.#links[order.bot]?.client;
    if (client === undefined) return;
    if (order.order === 'queue') client.queue(order.mode);
    else client.unqueue();
  }
}
