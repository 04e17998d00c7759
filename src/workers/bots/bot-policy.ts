/**
 * When practice bots queue: only to fill a match for humans who have waited a moment, and no longer than a human
 * waits. Pure: the queue table's numbers and what the bots know of themselves go in, orders come out.
 * Runs in the bots' thread.
 *
 *   idle --queue--> asked --"queued" came--> queued --"match" came--> playing --"lobby" came--> idle
 *                                              |--unqueue--> idle
 *
 * The table and the bots' own events are never from the same instant. So a human counts only when present beyond what
 * bots may have added (asked or queued), and bots give up only after GIVE_UP_MS without a human.
 */

export const BotPlace = { offline: 0, idle: 1, asked: 2, queued: 3, playing: 4 } as const;
export type BotPlace = (typeof BotPlace)[keyof typeof BotPlace];

/** What the policy knows of one bot; `mode` is that of its queue, undefined while idle. */
export interface BotView {
  readonly place: BotPlace;
  readonly mode: string | undefined;
}

export interface ModeView {
  readonly mode: string;
  /** Players that make a match. */
  readonly needed: number;
  /** Players in the queue as the queue table has it, bots included. */
  readonly waiting: number;
}

export type BotOrder =
  | { readonly order: 'queue'; readonly bot: number; readonly mode: string }
  | { readonly order: 'unqueue'; readonly bot: number };

/** Bots stay queued this long after the last human has gone from the queue. */
export const GIVE_UP_MS = 1_500;

interface ModeMemory {
  humansSinceMs: number | undefined;
  noHumansSinceMs: number | undefined;
}

export class BotPolicy {
  patienceMs: number;
  readonly #modes = new Map<string, ModeMemory>();

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  decide(nowMs: number, modes: readonly ModeView[], bots: readonly BotView[]): BotOrder[] {
    const orders: BotOrder[] = [];
    const idle: number[] = [];
    for (const [bot, view] of bots.entries()) if (view.place === BotPlace.idle) idle.push(bot);
    for (const mode of modes) {
      const mine = botsOf(mode.mode, bots);
      // Bots that asked may or may not be in the table yet: a human is whoever is there beyond the sure ones.
      const humans = Math.max(0, mode.waiting - mine.queued.length - mine.asked);
      const memory = this.#remember(mode.mode, nowMs, humans);
      if (humans > 0 && nowMs - (memory.humansSinceMs ?? nowMs) >= this.patienceMs) {
        const missing = mode.needed - humans - mine.queued.length - mine.asked;
        for (const bot of idle.splice(0, Math.max(0, missing))) {
          orders.push({ order: 'queue', bot, mode: mode.mode });
        }
      }
      const alone = nowMs - (memory.noHumansSinceMs ?? nowMs) >= GIVE_UP_MS;
      if (alone) for (const bot of mine.queued) orders.push({ order: 'unqueue', bot });
    }
    return orders;
  }

  #remember(mode: string, nowMs: number, humans: number): ModeMemory {
    const memory = this.#modes.get(mode) ?? {
      humansSinceMs: undefined,
      noHumansSinceMs: undefined,
    };
    this.#modes.set(mode, memory);
    if (humans > 0) {
      memory.humansSinceMs ??= nowMs;
      memory.noHumansSinceMs = undefined;
    } else {
      memory.noHumansSinceMs ??= nowMs;
      // A moment without a human may be only the table running behind: patience starts over after a while.
      if (nowMs - memory.noHumansSinceMs >= GIVE_UP_MS) memory.humansSinceMs = undefined;
    }
    return memory;
  }
}

function botsOf(
  mode: string,
  bots: readonly BotView[],
): { readonly queued: number[]; readonly asked: number } {
  const queued: number[] = [];
  let asked = 0;
  for (const [bot, view] of bots.entries()) {
    if (view.mode !== mode) continue;
    if (view.place === BotPlace.queued) queued.push(bot);
    if (view.place === BotPlace.asked) asked += 1;
  }
  return { queued, asked };
}
