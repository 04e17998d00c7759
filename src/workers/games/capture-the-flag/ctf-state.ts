/**
 * The whole state of a match of Capture the Flag, as plain data, and what players' comings and goings do to it.
 * Runs in match workers and tests. Only this file and the other `ctf-` simulation files change it.
 *
 *   phase:  waiting -> countdown -> playing -> over
 *
 * Invariants (tested): a present avatar is never in a wall; a carried flag's carrier is here and alive; a flag is
 * at home, on a floor cell, or with exactly one carrier; nobody carries two; a score grows only by a capture.
 */

import type { Random } from '../../../shared/random.ts';
import { Direction, dx, dy, isDiagonal } from './direction.ts';
import { Team, otherTeam } from './ctf-map.ts';
import type { CtfMap } from './ctf-map.ts';
import { UNITS_PER_CELL } from './ctf-settings.ts';
import type { CtfRules } from './ctf-settings.ts';

export const SEATS_MAX = 16;
export const TEAM_SEATS_MAX = 8;
export const NO_SEAT = -1;

export const Phase = { waiting: 0, countdown: 1, playing: 2, over: 3 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** `absent`: has a seat and has not come yet. `away`: the connection is lost, the seat is kept. */
export const Presence = { absent: 0, here: 1, away: 2, gone: 3 } as const;
export type Presence = (typeof Presence)[keyof typeof Presence];

export const FlagPlace = { home: 0, carried: 1, dropped: 2 } as const;
export type FlagPlace = (typeof FlagPlace)[keyof typeof FlagPlace];

export interface Avatar {
  readonly seat: number;
  readonly name: string;
  readonly team: Team;
  presence: Presence;
  /** The cell it stands on, or is leaving while `step` is not none. */
  x: number;
  y: number;
  /** The direction its player holds. */
  held: Direction;
  /** The step it is taking: once begun it is finished. */
  step: Direction;
  /** How far along the step, in 1/256 cells. */
  progress: number;
  /** Ticks until it is back on the field; 0 while it is on it. */
  respawnTicks: number;
  /** Ticks during which it can neither tag nor be tagged nor touch a flag. */
  protectedTicks: number;
  captures: number;
  tags: number;
  returns: number;
}

export interface Flag {
  readonly team: Team;
  place: FlagPlace;
  x: number;
  y: number;
  /** The seat that carries it, or NO_SEAT. */
  carrier: number;
  /** Ticks until a dropped flag goes home by itself. */
  returnTicks: number;
}

export const EndReason = { score: 'score', time: 'time', forfeit: 'forfeit' } as const;
export type EndReason = (typeof EndReason)[keyof typeof EndReason];

export interface CtfState {
  readonly map: CtfMap;
  readonly rules: CtfRules;
  tick: number;
  phase: Phase;
  /** Ticks left of the phase. */
  phaseTicks: number;
  readonly avatars: Avatar[];
  readonly flags: readonly [Flag, Flag];
  readonly score: [number, number];
  /** Set when the phase is over. */
  why: EndReason | undefined;
  winner: Team | undefined;
}

export const HappeningKind = {
  started: 1,
  joined: 2,
  lost: 3,
  back: 4,
  left: 5,
  took: 6,
  dropped: 7,
  returned: 8,
  captured: 9,
  tagged: 10,
  respawned: 11,
  over: 12,
} as const;
export type HappeningKind = (typeof HappeningKind)[keyof typeof HappeningKind];

/** Something worth telling. */
export interface Happening {
  readonly kind: HappeningKind;
  /** Who did it; NO_SEAT for the clock. */
  readonly seat: number;
  /** Who was tagged, or NO_SEAT. */
  readonly other: number;
  /** Whose flag it was, or the avatar's team. */
  readonly team: Team;
}

export function createState(
  map: CtfMap,
  rules: CtfRules,
  roster: readonly { readonly name: string; readonly team: number }[],
): CtfState {
  const state: CtfState = {
    map,
    rules,
    tick: 0,
    phase: Phase.waiting,
    phaseTicks: rules.joinTicks,
    avatars: [],
    flags: [homeFlag(map, Team.red), homeFlag(map, Team.blue)],
    score: [0, 0],
    why: undefined,
    winner: undefined,
  };
  for (const seat of roster) {
    if (addSeat(state, seat.name, seat.team) === undefined) {
      throw new Error(
        `Cannot start capture-the-flag: no seat for '${seat.name}' in team ${seat.team}`,
      );
    }
  }
  return state;
}

/** Adds a seat; undefined when the team is full or there is no such team. */
export function addSeat(state: CtfState, name: string, team: number): Avatar | undefined {
  if (team !== Team.red && team !== Team.blue) return undefined;
  const side = state.avatars.filter((avatar) => avatar.team === team);
  if (side.length >= TEAM_SEATS_MAX) return undefined;
  const avatar: Avatar = {
    seat: state.avatars.length,
    name,
    team,
    presence: Presence.absent,
    x: 0,
    y: 0,
    held: Direction.none,
    step: Direction.none,
    progress: 0,
    respawnTicks: 0,
    protectedTicks: 0,
    captures: 0,
    tags: 0,
    returns: 0,
  };
  state.avatars.push(avatar);
  return avatar;
}

/** The player of a seat is here, for the first time or again after it was gone. */
export function enterSeat(state: CtfState, avatar: Avatar, random: Random): Happening {
  const wasAway = avatar.presence === Presence.away;
  avatar.presence = Presence.here;
  if (!wasAway) placeAtSpawn(state, avatar, random);
  return happening(wasAway ? HappeningKind.back : HappeningKind.joined, avatar);
}

/** The player's connection is lost: the avatar stands still and drops what it carries. */
export function loseSeat(state: CtfState, avatar: Avatar): Happening[] {
  avatar.presence = Presence.away;
  avatar.held = Direction.none;
  return [happening(HappeningKind.lost, avatar), ...dropFlag(state, avatar)];
}

/** The player is gone for good: the avatar leaves the field. */
export function leaveSeat(state: CtfState, avatar: Avatar): Happening[] {
  const dropped = dropFlag(state, avatar);
  avatar.presence = Presence.gone;
  avatar.held = Direction.none;
  return [happening(HappeningKind.left, avatar), ...dropped];
}

export function placeAtSpawn(state: CtfState, avatar: Avatar, random: Random): void {
  const spawns = state.map.spawns[avatar.team];
  const cell = spawns[random.below(spawns.length)];
  if (cell === undefined)
    throw new Error(`Cannot place an avatar: '${state.map.name}' has no spawn`);
  avatar.x = cell.x;
  avatar.y = cell.y;
  avatar.step = Direction.none;
  avatar.progress = 0;
}

/** The flag an avatar carries: always the other team's. */
export function carriedFlag(state: CtfState, avatar: Avatar): Flag | undefined {
  const flag = state.flags[otherTeam(avatar.team)];
  return flag.carrier === avatar.seat ? flag : undefined;
}

/** Lays down what the avatar carries on the cell nearest to it; a flag that falls on its own stand is home. */
export function dropFlag(state: CtfState, avatar: Avatar): Happening[] {
  const flag = carriedFlag(state, avatar);
  if (flag === undefined) return [];
  const home = state.map.flags[flag.team];
  flag.carrier = NO_SEAT;
  flag.x = cellX(avatar);
  flag.y = cellY(avatar);
  flag.place = flag.x === home.x && flag.y === home.y ? FlagPlace.home : FlagPlace.dropped;
  flag.returnTicks = flag.place === FlagPlace.dropped ? state.rules.returnTicks : 0;
  return [{ kind: HappeningKind.dropped, seat: avatar.seat, other: NO_SEAT, team: flag.team }];
}

export function sendHome(state: CtfState, flag: Flag): void {
  const home = state.map.flags[flag.team];
  flag.place = FlagPlace.home;
  flag.carrier = NO_SEAT;
  flag.returnTicks = 0;
  flag.x = home.x;
  flag.y = home.y;
}

/** Whether the avatar is on the field: present and not waiting to come back. */
export function isOnField(avatar: Avatar): boolean {
  const present = avatar.presence === Presence.here || avatar.presence === Presence.away;
  return present && avatar.respawnTicks === 0;
}

/** Length of a step in 1/256 cells; 362 is 256 times the square root of two. */
export function stepLength(step: Direction): number {
  return isDiagonal(step) ? 362 : UNITS_PER_CELL;
}

/** The avatar's place in 1/256 cells, the cell's own corner being a multiple of 256. */
export function placeX(avatar: Avatar): number {
  return avatar.x * UNITS_PER_CELL + dx(avatar.step) * along(avatar);
}

export function placeY(avatar: Avatar): number {
  return avatar.y * UNITS_PER_CELL + dy(avatar.step) * along(avatar);
}

/** The cell nearest to the avatar. */
export function cellX(avatar: Avatar): number {
  return Math.round(placeX(avatar) / UNITS_PER_CELL);
}

export function cellY(avatar: Avatar): number {
  return Math.round(placeY(avatar) / UNITS_PER_CELL);
}

function along(avatar: Avatar): number {
  return Math.floor((avatar.progress * UNITS_PER_CELL) / stepLength(avatar.step));
}

function homeFlag(map: CtfMap, team: Team): Flag {
  const home = map.flags[team];
  return { team, place: FlagPlace.home, x: home.x, y: home.y, carrier: NO_SEAT, returnTicks: 0 };
}

function happening(kind: HappeningKind, avatar: Avatar): Happening {
  return { kind, seat: avatar.seat, other: NO_SEAT, team: avatar.team };
}
