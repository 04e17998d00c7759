/**
 * Capture the Flag in words: what happened, and what a script asks for. Pure; runs in match workers.
 * Every line begins with a stable word and a colon: game, flag, score, tag, player, you, map, who.
 */

import { Direction } from './direction.ts';
import { TEAM_NAMES, Team, otherTeam } from './ctf-map.ts';
import type { CtfMap } from './ctf-map.ts';
import { sideOf } from './ctf-simulation.ts';
import {
  FlagPlace,
  HappeningKind,
  Phase,
  carriedFlag,
  cellX,
  cellY,
  isOnField,
} from './ctf-state.ts';
import type { Avatar, CtfState, Flag, Happening } from './ctf-state.ts';

/** `ada (red)` */
function avatarText(avatar: Avatar | undefined): string {
  return avatar === undefined ? 'nobody' : `${avatar.name} (${TEAM_NAMES[avatar.team]})`;
}

/** What happened, as one line. */
export function happeningText(state: CtfState, happening: Happening): string {
  const who = state.avatars[happening.seat];
  const team = TEAM_NAMES[happening.team];
  switch (happening.kind) {
    case HappeningKind.started:
      return `game: the match has begun, first to ${state.rules.scoreLimit} wins`;
    case HappeningKind.joined:
      return `player: ${avatarText(who)} has come in`;
    case HappeningKind.lost:
      return `player: ${avatarText(who)} has lost the connection`;
    case HappeningKind.back:
      return `player: ${avatarText(who)} is back`;
    case HappeningKind.left:
      return `player: ${avatarText(who)} has left`;
    case HappeningKind.took:
      return `flag: ${avatarText(who)} took the ${team} flag`;
    case HappeningKind.dropped:
      return `flag: ${avatarText(who)} dropped the ${team} flag`;
    case HappeningKind.returned:
      return who === undefined
        ? `flag: the ${team} flag went home`
        : `flag: ${avatarText(who)} returned the ${team} flag`;
    case HappeningKind.captured:
      return `flag: ${avatarText(who)} captured the ${team} flag`;
    case HappeningKind.tagged:
      return `tag: ${avatarText(who)} tagged ${avatarText(state.avatars[happening.other])}`;
    case HappeningKind.respawned:
      return `player: ${avatarText(who)} is on the field again`;
    case HappeningKind.over:
      return `game: ${overText(state)}`;
  }
}

/** `red wins 3 to 1 (score)` or `a draw at 1 (time)` */
export function overText(state: CtfState): string {
  const { winner, score, why } = state;
  if (winner === undefined) return `a draw at ${score[Team.red]} to ${score[Team.blue]} (${why})`;
  return `${TEAM_NAMES[winner]} wins ${score[winner]} to ${score[otherTeam(winner)]} (${why})`;
}

/** `score: red 1 blue 0, 3:24 left` */
export function scoreText(state: CtfState): string {
  const [red, blue] = state.score;
  return `score: red ${red} blue ${blue}, ${clockText(state)}`;
}

/** `3:24 left`, `starts in 2 s`, `waiting for players` */
export function clockText(state: CtfState): string {
  const seconds = Math.ceil(state.phaseTicks / state.rules.tickHz);
  switch (state.phase) {
    case Phase.waiting:
      return 'waiting for players';
    case Phase.countdown:
      return `starts in ${seconds} s`;
    case Phase.playing:
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
    case Phase.over:
      return 'over';
  }
}

/** `you: 12,5 red half, carrying the blue flag` */
export function whereText(state: CtfState, avatar: Avatar): string {
  if (!isOnField(avatar)) {
    const seconds = Math.ceil(avatar.respawnTicks / state.rules.tickHz);
    return `you: tagged, back in ${seconds} s`;
  }
  const carried = carriedFlag(state, avatar);
  const load = carried === undefined ? '' : `, carrying the ${TEAM_NAMES[carried.team]} flag`;
  const moving = avatar.held === Direction.none ? '' : ', running';
  const half = TEAM_NAMES[sideOf(state, avatar)];
  return `you: ${cellX(avatar)},${cellY(avatar)} ${half} half${load}${moving}`;
}

/** Where a flag is: `home`, `at 12,5`, `with ada` */
export function flagText(state: CtfState, flag: Flag): string {
  switch (flag.place) {
    case FlagPlace.home:
      return 'home';
    case FlagPlace.dropped:
      return `at ${flag.x},${flag.y}`;
    case FlagPlace.carried:
      return `with ${state.avatars[flag.carrier]?.name ?? 'nobody'}`;
  }
}

/** The map as it is now, one line a row, then a line for each flag and each avatar. */
export function mapLines(state: CtfState, you: Avatar | undefined): string[] {
  const rows = floorRows(state.map);
  const put = (x: number, y: number, symbol: string): void => {
    const row = rows[y];
    if (row !== undefined) row[x] = symbol;
  };
  for (const flag of state.flags) {
    const home = state.map.flags[flag.team];
    put(home.x, home.y, flag.place === FlagPlace.home ? '!' : '_');
    if (flag.place === FlagPlace.dropped) put(flag.x, flag.y, '!');
  }
  const onField = state.avatars.filter((avatar) => isOnField(avatar));
  for (const avatar of onField) {
    const letter = avatar.team === Team.red ? 'r' : 'b';
    put(cellX(avatar), cellY(avatar), avatar === you ? '@' : letter);
  }
  return [
    ...rows.map((row) => `map: ${row.join('')}`),
    ...state.flags.map((flag) => `flag: ${TEAM_NAMES[flag.team]} ${flagText(state, flag)}`),
    ...onField.map((avatar) => `player: ${avatarText(avatar)} ${cellX(avatar)},${cellY(avatar)}`),
  ];
}

function floorRows(map: CtfMap): string[][] {
  return map.rows.map((row) => row.replaceAll(/[^#]/g, '.').split(''));
}
