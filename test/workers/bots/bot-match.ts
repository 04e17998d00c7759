/** Plays bots against bots, or against players who press at random, on the real handler in the test kit. */

import { seededRandom } from '../../../src/shared/random.ts';
import { CtfBrain } from '../../../src/workers/bots/ctf-brain.ts';
import { CaptureTheFlag } from '../../../src/workers/games/capture-the-flag/capture-the-flag.ts';
import {
  StateType,
  decodeState,
  encodeInput,
} from '../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { DIRECTIONS } from '../../../src/workers/games/capture-the-flag/direction.ts';
import type { Direction } from '../../../src/workers/games/capture-the-flag/direction.ts';
import { createTestMatch } from '../../../src/workers/match/testkit.ts';

const TICK_MS = 100;

export interface BotMatchOptions {
  readonly seed: number;
  readonly perTeam: number;
  readonly map: string;
  /** Teams whose players press at random instead of thinking. */
  readonly walkers?: readonly number[];
}

export interface BotMatchResult {
  readonly winner: string | null;
  readonly score: { readonly red: number; readonly blue: number };
  readonly why: string;
  readonly seconds: number;
  readonly tags: number;
}

export function playBotMatch(options: BotMatchOptions): BotMatchResult {
  const { seed, perTeam, map, walkers = [] } = options;
  const roster = Array.from({ length: perTeam * 2 }, (_, seat) => ({
    name: `bot-${seat}`,
    team: seat % 2,
  }));
  const settings = { map, matchSeconds: 240, countdownSeconds: 0 };
  const match = createTestMatch(CaptureTheFlag, { roster, settings, seed });
  const minds = roster.map(({ name, team }, seat) => ({
    player: match.join(name),
    random: seededRandom(seed * 1000 + seat),
    walks: walkers.includes(team),
    brain: undefined as CtfBrain | undefined,
  }));
  while (match.outcome === undefined) {
    match.advance(TICK_MS);
    for (const mind of minds) {
      let direction: Direction | undefined;
      for (const bytes of mind.player.states) {
        const state = decodeState(bytes);
        if (state?.type === StateType.field) mind.brain = new CtfBrain(state, mind.random);
        if (state?.type === StateType.snapshot) direction = mind.brain?.decide(state);
      }
      mind.player.clear();
      if (mind.walks) direction = DIRECTIONS[mind.random.below(9)];
      if (direction !== undefined && match.outcome === undefined) {
        match.send(mind.player.name, encodeInput(direction));
      }
    }
    if (match.nowMs > 400_000) throw new Error(`Cannot finish: the match of seed ${seed} runs on`);
  }
  // The handler's own result, of the shape that docs/games.md promises.
  const result = match.outcome.result as unknown as Omit<BotMatchResult, 'seconds' | 'tags'> & {
    readonly players: readonly { readonly tags: number }[];
  };
  const tags = result.players.reduce((sum, player) => sum + player.tags, 0);
  return { ...result, seconds: match.nowMs / 1000, tags };
}
