/**
 * How a practice bot plays Capture the Flag: decoded states in, a direction out. Pure and seeded; runs in the bots'
 * thread and in tests. It is meant to be good company, not a champion: it sees the field a quarter of a second late, keeps
 * to its role for a while, and sometimes dithers.
 *
 *   carrying            home with it; while the own flag is away, wait at the stand
 *   own flag dropped    the nearest touches it
 *   own flag carried    defenders and half of the rest hunt the carrier
 *   else by role        attack: to the other flag, round defenders; defend: tag intruders, patrol before the stand
 */

import type { Random } from '../../shared/random.ts';
import type {
  DecodedAvatar,
  DecodedField,
  DecodedSnapshot,
} from '../games/capture-the-flag/ctf-codec.ts';
import { otherTeam } from '../games/capture-the-flag/ctf-map.ts';
import type { Cell, CtfMap } from '../games/capture-the-flag/ctf-map.ts';
import { UNITS_PER_CELL } from '../games/capture-the-flag/ctf-settings.ts';
import { FlagPlace, Phase } from '../games/capture-the-flag/ctf-state.ts';
import { Direction, MOVES } from '../games/capture-the-flag/direction.ts';
import { firstStep } from './path.ts';

const REACTION_MS = 250;
const ROLE_SECONDS_MIN = 8;
const ROLE_SECONDS_SPREAD = 15;
/** An attacker keeps this many cells from those who could tag it. */
const FEAR_CELLS = 2;
/** A defender goes for intruders within this many cells. */
const GUARD_CELLS = 9;
const DITHER_CHANCE = 0.04;

type Role = 'attack' | 'defend';

export class CtfBrain {
  readonly #field: DecodedField;
  readonly #random: Random;
  readonly #delayTicks: number;
  /** Snapshots not yet "seen", oldest first: at most #delayTicks + 1. */
  readonly #unseen: DecodedSnapshot[] = [];
  #role: Role;
  #roleUntilTick = 0;

  constructor(field: DecodedField, random: Random) {
    this.#field = field;
    this.#random = random;
    this.#delayTicks = Math.max(1, Math.round((REACTION_MS * field.tickHz) / 1000));
    this.#role = field.yourSeat % 4 < 2 ? 'attack' : 'defend';
  }

  /** What to hold from now on, judged from the field as it was a moment ago. */
  decide(snapshot: DecodedSnapshot): Direction {
    this.#unseen.push(snapshot);
    if (this.#unseen.length <= this.#delayTicks) return Direction.none;
    const seen = this.#unseen.shift();
    const you = seen?.avatars.find((avatar) => avatar.seat === this.#field.yourSeat);
    const here = snapshot.avatars.find((avatar) => avatar.seat === this.#field.yourSeat);
    if (seen === undefined || you === undefined || here === undefined) return Direction.none;
    if (seen.phase !== Phase.playing || !here.onField) return Direction.none;
    this.#chooseRole(seen.tick);
    if (this.#random.next() < DITHER_CHANCE) return MOVES[this.#random.below(8)] ?? Direction.none;
    // A bot knows its own place at once: only what others do reaches it late.
    return this.#walk(cellOf(here), this.#goal(seen, here), this.#feared(seen, here));
  }

  #chooseRole(tick: number): void {
    if (this.#roleUntilTick === 0) {
      this.#roleUntilTick = tick + this.#roleTicks();
    } else if (tick >= this.#roleUntilTick) {
      this.#role = this.#random.next() < 0.6 ? 'attack' : 'defend';
      this.#roleUntilTick = tick + this.#roleTicks();
    }
  }

  #roleTicks(): number {
    return (ROLE_SECONDS_MIN + this.#random.below(ROLE_SECONDS_SPREAD)) * this.#field.tickHz;
  }

  #goal(seen: DecodedSnapshot, you: DecodedAvatar): Cell {
    const { map } = this.#field;
    const ownFlag = seen.flags[you.team];
    const otherFlag = seen.flags[otherTeam(you.team)];
    if (you.carrying) return map.flags[you.team];
    if (ownFlag.place === FlagPlace.dropped && this.#isNearest(seen, you, ownFlag)) return ownFlag;
    const hunts = this.#role === 'defend' || you.seat % 4 < 2;
    if (ownFlag.place === FlagPlace.carried && hunts) return ownFlag;
    if (this.#role === 'attack') {
      if (otherFlag.place !== FlagPlace.carried) return otherFlag;
      return this.#intruder(seen, you, map.width) ?? this.#patrol(seen, you);
    }
    return this.#intruder(seen, you, GUARD_CELLS) ?? this.#patrol(seen, you);
  }

  #isNearest(seen: DecodedSnapshot, you: DecodedAvatar, flag: Cell): boolean {
    const yours = distance(cellOf(you), flag);
    return seen.avatars.every(
      (avatar) =>
        avatar.team !== you.team || !avatar.onField || distance(cellOf(avatar), flag) >= yours,
    );
  }

  /** The nearest opponent in the own half, within `cellsMax` of the own stand or of the bot. */
  #intruder(seen: DecodedSnapshot, you: DecodedAvatar, cellsMax: number): Cell | undefined {
    const { map } = this.#field;
    let nearest: Cell | undefined;
    let nearestCells = cellsMax + 1;
    for (const avatar of seen.avatars) {
      if (avatar.team === you.team || !avatar.onField || avatar.protected) continue;
      const cell = cellOf(avatar);
      if (sideOf(map, cell) !== you.team) continue;
      const cells = Math.min(distance(cell, cellOf(you)), distance(cell, map.flags[you.team]) + 3);
      if (cells >= nearestCells) continue;
      nearest = cell;
      nearestCells = cells;
    }
    return nearest;
  }

  /** Up and down some cells before the own stand, each seat on its own beat. */
  #patrol(seen: DecodedSnapshot, you: DecodedAvatar): Cell {
    const { map, tickHz, yourSeat } = this.#field;
    const home = map.flags[you.team];
    const forward = you.team === 0 ? 1 : -1;
    const beat = Math.floor(seen.tick / tickHz / 2 + yourSeat) % 3;
    return { x: home.x + forward * (4 + (yourSeat % 3)), y: home.y + (beat - 1) * 3 };
  }

  /** Cells that opponents could tag the bot on. */
  #feared(seen: DecodedSnapshot, you: DecodedAvatar): Set<number> {
    const { map } = this.#field;
    const feared = new Set<number>();
    const ownFlagAway = seen.flags[you.team].place !== FlagPlace.home;
    for (const avatar of seen.avatars) {
      if (avatar.team === you.team || !avatar.onField || avatar.protected) continue;
      const { x, y } = cellOf(avatar);
      if (sideOf(map, { x, y }) === you.team && !(you.carrying && ownFlagAway)) continue;
      for (let nearX = x - FEAR_CELLS; nearX <= x + FEAR_CELLS; nearX += 1) {
        for (let nearY = y - FEAR_CELLS; nearY <= y + FEAR_CELLS; nearY += 1) {
          if (sideOf(map, { x: nearX, y: nearY }) === you.team && !you.carrying) continue;
          if (nearX >= 0 && nearX < map.width && nearY >= 0 && nearY < map.height) {
            feared.add(nearY * map.width + nearX);
          }
        }
      }
    }
    return feared;
  }

  #walk(from: Cell, goal: Cell, feared: ReadonlySet<number>): Direction {
    const { map } = this.#field;
    return (
      firstStep(map, { from, goal, avoid: feared }) ??
      firstStep(map, { from, goal }) ??
      Direction.none
    );
  }
}

function cellOf(avatar: DecodedAvatar): Cell {
  return { x: Math.round(avatar.x / UNITS_PER_CELL), y: Math.round(avatar.y / UNITS_PER_CELL) };
}

function sideOf(map: CtfMap, cell: Cell): number {
  return cell.x * 2 < map.width ? 0 : 1;
}

function distance(one: Cell, other: Cell): number {
  return Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y));
}
