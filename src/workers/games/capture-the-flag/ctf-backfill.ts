/**
 * Which players a match of Capture the Flag would take while it runs: as many as have left for good. Match workers.
 * Said when that changes, and every few seconds while there is something to say: the standing changes too.
 */

import type { HandlerContext, PlayersWanted } from '../../../shared/api.ts';
import { Team } from './ctf-map.ts';
import { Phase, Presence, TEAM_SEATS_MAX, type CtfState } from './ctf-state.ts';

const SAY_AGAIN_MS = 5_000;
const NOBODY: PlayersWanted = { perTeam: [0, 0], standing: { scoreMargin: 1, timeLeftShare: 0 } };

export class CtfBackfill {
  readonly #context: HandlerContext;
  readonly #sides: readonly number[];
  #saidAtMs = 0;
  #wanted = 0;

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#sides = [Team.red, Team.blue].map(
      (team) => context.roster.filter((seat) => seat.team === team).length,
    );
  }

  /** Once a tick. */
  update(state: CtfState): void {
    const wanted = state.phase === Phase.playing ? this.#missing(state) : NOBODY;
    const count = wanted.perTeam.reduce((sum, players) => sum + players, 0);
    const nowMs = this.#context.clock.nowMs();
    const isDue = count > 0 && nowMs - this.#saidAtMs >= SAY_AGAIN_MS;
    if (count === this.#wanted && !isDue) return;
    this.#wanted = count;
    this.#saidAtMs = nowMs;
    this.#context.requestPlayers(wanted);
  }

  #missing({ avatars, score, rules, phaseTicks }: CtfState): PlayersWanted {
    const perTeam = this.#sides.map((size, team) => {
      const side = avatars.filter((avatar) => avatar.team === team);
      const present = side.filter(({ presence }) => presence !== Presence.gone).length;
      return Math.max(0, Math.min(size - present, TEAM_SEATS_MAX - side.length));
    });
    const scoreMargin = Math.abs(score[Team.red] - score[Team.blue]) / rules.scoreLimit;
    const timeLeftShare = Math.min(1, phaseTicks / rules.matchTicks);
    return { perTeam, standing: { scoreMargin, timeLeftShare } };
  }
}
