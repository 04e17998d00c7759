/**
 * One tick of Capture the Flag: a state goes in and is moved on, what happened comes out. Deterministic: the same
 * state, inputs (Avatar.held) and random stream give the same match on every machine. Runs in match workers.
 *
 *   1. the phase's clock      waiting -> countdown -> playing; nobody moves before that
 *   2. respawns, dropped flags' clocks
 *   3. moves, with flags touched at every cell entered
 *   4. tags, all judged from the same positions
 *   5. the end: score, time, forfeit
 *
 * Whoever comes first in 3 changes with every tick, so that no seat wins all close calls.
 */

import type { Random } from '../../../shared/random.ts';
import { Direction, dx, dy } from './direction.ts';
import { TEAMS, Team, freeStep, otherTeam } from './ctf-map.ts';
import { UNITS_PER_CELL } from './ctf-settings.ts';
import {
  EndReason,
  FlagPlace,
  HappeningKind,
  NO_SEAT,
  Phase,
  Presence,
  carriedFlag,
  dropFlag,
  isOnField,
  placeAtSpawn,
  placeX,
  placeY,
  sendHome,
  stepLength,
} from './ctf-state.ts';
import type { Avatar, CtfState, Happening } from './ctf-state.ts';

/** Moves `state` on by one tick and returns what happened in it, in order. */
export function stepMatch(state: CtfState, random: Random): Happening[] {
  const happenings: Happening[] = [];
  if (state.phase === Phase.over) return happenings;
  state.tick += 1;
  if (state.phase !== Phase.playing) {
    stepPhase(state, happenings);
    return happenings;
  }
  stepTimers(state, random, happenings);
  stepMoves(state, happenings);
  stepTags(state, happenings);
  stepEnd(state, happenings);
  return happenings;
}

function stepPhase(state: CtfState, happenings: Happening[]): void {
  const { rules } = state;
  if (state.phaseTicks > 0) state.phaseTicks -= 1;
  if (state.phase === Phase.waiting) {
    const everyoneCame =
      state.avatars.every((avatar) => avatar.presence !== Presence.absent) &&
      TEAMS.every((team) => hasSeatLeft(state, team));
    if (!everyoneCame && state.phaseTicks > 0) return;
    state.phase = Phase.countdown;
    state.phaseTicks = rules.countdownTicks;
  }
  if (state.phase !== Phase.countdown || state.phaseTicks > 0) return;
  state.phase = Phase.playing;
  state.phaseTicks = rules.matchTicks;
  for (const avatar of state.avatars) {
    if (avatar.presence === Presence.absent) avatar.presence = Presence.gone;
  }
  happenings.push({ kind: HappeningKind.started, seat: NO_SEAT, other: NO_SEAT, team: Team.red });
  stepForfeit(state, happenings);
}

function stepTimers(state: CtfState, random: Random, happenings: Happening[]): void {
  state.phaseTicks -= 1;
  for (const flag of state.flags) {
    if (flag.place !== FlagPlace.dropped) continue;
    flag.returnTicks -= 1;
    if (flag.returnTicks > 0) continue;
    sendHome(state, flag);
    happenings.push({
      kind: HappeningKind.returned,
      seat: NO_SEAT,
      other: NO_SEAT,
      team: flag.team,
    });
  }
  for (const avatar of state.avatars) {
    if (avatar.respawnTicks > 0) {
      avatar.respawnTicks -= 1;
      if (avatar.respawnTicks > 0) continue;
      placeAtSpawn(state, avatar, random);
      avatar.protectedTicks = state.rules.protectionTicks;
      if (avatar.presence === Presence.here) push(happenings, HappeningKind.respawned, avatar);
    } else if (avatar.protectedTicks > 0) {
      avatar.protectedTicks -= 1;
    }
  }
}

function stepMoves(state: CtfState, happenings: Happening[]): void {
  const count = state.avatars.length;
  for (let turn = 0; turn < count; turn += 1) {
    const avatar = state.avatars[(turn + state.tick) % count];
    if (avatar === undefined || !isOnField(avatar)) continue;
    moveAvatar(state, avatar, happenings);
    // A flag may have come to lie where the avatar stands, or its own may have come home.
    if (avatar.step === Direction.none) touchFlags(state, avatar, happenings);
  }
}

function moveAvatar(state: CtfState, avatar: Avatar, happenings: Happening[]): void {
  const { rules, map } = state;
  let budget = carriedFlag(state, avatar) === undefined ? rules.speed : rules.carrySpeed;
  while (budget > 0) {
    if (avatar.step === Direction.none) {
      avatar.step = freeStep(map, avatar, avatar.held);
      if (avatar.step === Direction.none) return;
    }
    const left = stepLength(avatar.step) - avatar.progress;
    if (budget < left) {
      avatar.progress += budget;
      return;
    }
    budget -= left;
    avatar.x += dx(avatar.step);
    avatar.y += dy(avatar.step);
    avatar.step = Direction.none;
    avatar.progress = 0;
    touchFlags(state, avatar, happenings);
  }
}

/** What an avatar does by standing on its cell: returns its own flag, takes the other, or brings that home. */
function touchFlags(state: CtfState, avatar: Avatar, happenings: Happening[]): void {
  if (avatar.presence !== Presence.here || avatar.protectedTicks > 0) return;
  const own = state.flags[avatar.team];
  const other = state.flags[otherTeam(avatar.team)];
  if (own.place === FlagPlace.dropped && own.x === avatar.x && own.y === avatar.y) {
    sendHome(state, own);
    avatar.returns += 1;
    push(happenings, HappeningKind.returned, avatar);
  }
  if (other.place !== FlagPlace.carried && other.x === avatar.x && other.y === avatar.y) {
    other.place = FlagPlace.carried;
    other.carrier = avatar.seat;
    other.returnTicks = 0;
    push(happenings, HappeningKind.took, avatar, other.team);
  }
  const carriesHome = other.carrier === avatar.seat && own.place === FlagPlace.home;
  if (carriesHome && own.x === avatar.x && own.y === avatar.y) {
    sendHome(state, other);
    avatar.captures += 1;
    state.score[avatar.team] += 1;
    push(happenings, HappeningKind.captured, avatar, other.team);
  }
}

function stepTags(state: CtfState, happenings: Happening[]): void {
  const tagged: { readonly tagger: Avatar; readonly victim: Avatar }[] = [];
  for (const victim of state.avatars) {
    if (!isOnField(victim) || victim.protectedTicks > 0) continue;
    const tagger = nearestTagger(state, victim);
    if (tagger !== undefined) tagged.push({ tagger, victim });
  }
  for (const { tagger, victim } of tagged) {
    tagger.tags += 1;
    happenings.push({
      kind: HappeningKind.tagged,
      seat: tagger.seat,
      other: victim.seat,
      team: tagger.team,
    });
    happenings.push(...dropFlag(state, victim));
    victim.respawnTicks = Math.max(1, state.rules.respawnTicks);
  }
}

function nearestTagger(state: CtfState, victim: Avatar): Avatar | undefined {
  let nearest: Avatar | undefined;
  let nearestSquare = state.rules.tagReach ** 2 + 1;
  for (const tagger of state.avatars) {
    if (!canTag(state, tagger, victim)) continue;
    const square = (placeX(tagger) - placeX(victim)) ** 2 + (placeY(tagger) - placeY(victim)) ** 2;
    if (square >= nearestSquare) continue;
    nearest = tagger;
    nearestSquare = square;
  }
  return nearest;
}

/**
 * Tags count on the tagger's own half. A carrier whose own flag is away from home can be tagged anywhere: else two
 * carriers, each safe at home, could wait for each other for ever.
 */
function canTag(state: CtfState, tagger: Avatar, victim: Avatar): boolean {
  if (tagger.team === victim.team || tagger.presence !== Presence.here) return false;
  if (!isOnField(tagger) || tagger.protectedTicks > 0) return false;
  if (sideOf(state, tagger) === tagger.team && sideOf(state, victim) === tagger.team) return true;
  const ownFlagAway = state.flags[victim.team].place !== FlagPlace.home;
  return ownFlagAway && carriedFlag(state, victim) !== undefined;
}

/** Whose half the avatar is on, by its middle. */
export function sideOf(state: CtfState, avatar: Avatar): Team {
  const middle = placeX(avatar) + UNITS_PER_CELL / 2;
  return middle * 2 < state.map.width * UNITS_PER_CELL ? Team.red : Team.blue;
}

function stepEnd(state: CtfState, happenings: Happening[]): void {
  const [red, blue] = state.score;
  const leader = red === blue ? undefined : red > blue ? Team.red : Team.blue;
  if (Math.max(red, blue) >= state.rules.scoreLimit) {
    endMatch(state, EndReason.score, leader, happenings);
  } else if (state.phaseTicks <= 0) {
    endMatch(state, EndReason.time, leader, happenings);
  } else {
    stepForfeit(state, happenings);
  }
}

function stepForfeit(state: CtfState, happenings: Happening[]): void {
  const redLeft = hasSeatLeft(state, Team.red);
  const blueLeft = hasSeatLeft(state, Team.blue);
  if (redLeft && blueLeft) return;
  const winner = redLeft ? Team.red : blueLeft ? Team.blue : undefined;
  endMatch(state, EndReason.forfeit, winner, happenings);
}

function endMatch(
  state: CtfState,
  why: EndReason,
  winner: Team | undefined,
  happenings: Happening[],
): void {
  state.phase = Phase.over;
  state.why = why;
  state.winner = winner;
  happenings.push({
    kind: HappeningKind.over,
    seat: NO_SEAT,
    other: NO_SEAT,
    team: winner ?? Team.red,
  });
}

function hasSeatLeft(state: CtfState, team: Team): boolean {
  return state.avatars.some((avatar) => avatar.team === team && avatar.presence !== Presence.gone);
}

function push(
  happenings: Happening[],
  kind: HappeningKind,
  avatar: Avatar,
  team: Team = avatar.team,
): void {
  happenings.push({ kind, seat: avatar.seat, other: NO_SEAT, team });
}
