/**
 * Capture the Flag as 21 rows of 80 columns for a terminal, colored. Pure; runs in match workers.
 *
 *   row 1        score and clock, and where each flag is
 *   rows 2-17    the field, two columns to a cell so that it looks square
 *   row 18       you: what you carry, what to do next
 *   rows 19-20   the last two things that happened or were said
 *   row 21       the keys
 *
 *   ##  wall     @@  you     ad  ada, in her team's color     a!  ada with a flag     ad (dim)  protected
 *   |>  flag     __  empty stand     :  the middle line
 */

import { PICTURE_ROWS, SCREEN_COLUMNS, sgr } from '../terminal-control.ts';
import { TEAM_NAMES, Team, isWall, otherTeam } from './ctf-map.ts';
import { FlagPlace, Phase, Presence, carriedFlag, cellX, cellY, isOnField } from './ctf-state.ts';
import type { Avatar, CtfState } from './ctf-state.ts';
import { clockText, flagText, overText } from './ctf-text.ts';

export const LOG_ROWS = 2;

const FIELD_ROWS = PICTURE_ROWS - LOG_ROWS - 3;
const KEYS_ROW = 'run: w a s d, arrows, y u b n   stop: space   talk: /say   help: ?   out: /leave';
const NAME_COLUMNS_MAX = 16;

const RESET = sgr('0');
const Style = {
  plain: '',
  wall: sgr('90;100'),
  line: sgr('90'),
  dim: sgr('2'),
  bold: sgr('1'),
  you: sgr('1;30;103'),
  youCarrying: sgr('1;30;105'),
} as const;
const TEAM_STYLE = [sgr('1;91'), sgr('1;96')] as const;
const TEAM_FLAG_STYLE = [sgr('1;97;41'), sgr('1;97;44')] as const;
const TEAM_CARRIER_STYLE = [sgr('1;91;45'), sgr('1;96;45')] as const;
const TEAM_FAINT_STYLE = [sgr('2;31'), sgr('2;36')] as const;

interface Tile {
  readonly text: string;
  readonly style: string;
}

/** The rows for one viewer; `log` holds the newest lines last. */
export function drawPicture(
  state: CtfState,
  you: Avatar | undefined,
  log: readonly string[],
): string[] {
  const rows = [headerRow(state), ...fieldRows(state, you), hintRow(state, you)];
  for (let line = LOG_ROWS; line >= 1; line -= 1) rows.push(logRow(log.at(-line) ?? ''));
  rows.push(Style.dim + KEYS_ROW);
  return rows;
}

function headerRow(state: CtfState): string {
  const [redFlag, blueFlag] = state.flags;
  const left = `RED ${state.score[Team.red]}  flag ${clipped(flagText(state, redFlag))}`;
  const right = `flag ${clipped(flagText(state, blueFlag))}  BLUE ${state.score[Team.blue]}`;
  const middle = clockText(state);
  const gap = SCREEN_COLUMNS - left.length - right.length - middle.length;
  const before = Math.max(1, Math.floor(SCREEN_COLUMNS / 2 - middle.length / 2 - left.length));
  const after = Math.max(1, gap - before);
  return (
    `${TEAM_STYLE[Team.red]}${left}${RESET}${' '.repeat(before)}${Style.bold}${middle}${RESET}` +
    `${' '.repeat(after)}${TEAM_STYLE[Team.blue]}${right}`
  );
}

function fieldRows(state: CtfState, you: Avatar | undefined): string[] {
  const tiles = placedTiles(state, you);
  const rows: string[] = [];
  for (let y = 0; y < FIELD_ROWS; y += 1) {
    rows.push(y < state.map.height ? fieldRow(state, tiles, y) : '');
  }
  return rows;
}

/** One row of the field: a color is named only where it changes. */
function fieldRow(state: CtfState, tiles: ReadonlyMap<number, Tile>, y: number): string {
  const { map } = state;
  let row = '';
  let style: string = Style.plain;
  for (let x = 0; x < map.width; x += 1) {
    const tile = tiles.get(y * map.width + x) ?? floorTile(state, x, y);
    if (tile.style !== style) row += RESET + tile.style;
    style = tile.style;
    row += tile.text;
  }
  return row + RESET;
}

const WALL: Tile = { text: '##', style: Style.wall };
const FLOOR: Tile = { text: '  ', style: Style.plain };
const MIDDLE: Tile = { text: ' :', style: Style.line };

function floorTile({ map }: CtfState, x: number, y: number): Tile {
  if (isWall(map, x, y)) return WALL;
  return x === map.width / 2 - 1 ? MIDDLE : FLOOR;
}

/** Flags and avatars by cell; you come last, on top of all. */
function placedTiles(state: CtfState, you: Avatar | undefined): Map<number, Tile> {
  const tiles = new Map<number, Tile>();
  const put = (x: number, y: number, tile: Tile): void => {
    tiles.set(y * state.map.width + x, tile);
  };
  for (const flag of state.flags) {
    const home = state.map.flags[flag.team];
    const style = TEAM_FLAG_STYLE[flag.team];
    if (flag.place !== FlagPlace.home) put(home.x, home.y, { text: '__', style });
    if (flag.place !== FlagPlace.carried) put(flag.x, flag.y, { text: '|>', style });
  }
  for (const avatar of state.avatars) {
    if (avatar !== you && isOnField(avatar)) {
      put(cellX(avatar), cellY(avatar), avatarTile(state, avatar));
    }
  }
  if (you !== undefined && isOnField(you)) put(cellX(you), cellY(you), yourTile(state, you));
  return tiles;
}

function avatarTile(state: CtfState, avatar: Avatar): Tile {
  const { team, name } = avatar;
  if (carriedFlag(state, avatar) !== undefined) {
    return { text: `${initials(name)[0] ?? '?'}!`, style: TEAM_CARRIER_STYLE[team] };
  }
  const faint = avatar.protectedTicks > 0 || avatar.presence === Presence.away;
  return { text: initials(name), style: faint ? TEAM_FAINT_STYLE[team] : TEAM_STYLE[team] };
}

function yourTile(state: CtfState, you: Avatar): Tile {
  const carries = carriedFlag(state, you) !== undefined;
  return carries ? { text: '@!', style: Style.youCarrying } : { text: '@@', style: Style.you };
}

/** Two columns for a name; other scripts than ASCII may be wider than we can know, and become '?'. */
function initials(name: string): string {
  const letters = name.startsWith('bot-') ? name.slice(4) : name;
  const two = letters.slice(0, 2).padEnd(2, ' ');
  return two.replaceAll(/[^ -~]/g, '?');
}

function hintRow(state: CtfState, you: Avatar | undefined): string {
  if (you === undefined) return '';
  const team = `${TEAM_STYLE[you.team]}${TEAM_NAMES[you.team]}${RESET}`;
  return `you are @@, ${team}: ${hint(state, you)}`;
}

function hint(state: CtfState, you: Avatar): string {
  if (state.phase === Phase.over) return overText(state);
  if (state.phase !== Phase.playing) return 'get ready; bring their flag to your own stand';
  if (you.respawnTicks > 0) {
    const seconds = Math.ceil(you.respawnTicks / state.rules.tickHz);
    return `you were tagged, back on the field in ${seconds} s`;
  }
  const enemy = TEAM_NAMES[otherTeam(you.team)];
  const own = state.flags[you.team];
  if (carriedFlag(state, you) !== undefined) {
    return own.place === FlagPlace.home
      ? `you have the ${enemy} flag! Bring it to your own stand`
      : `you have the ${enemy} flag, but yours must be home to score`;
  }
  if (own.place === FlagPlace.dropped) return 'your flag lies on the ground: touch it to return it';
  if (own.place === FlagPlace.carried) return 'they have your flag: tag the carrier!';
  if (you.protectedTicks > 0) return 'protected for a moment: no tags, no flags';
  if (state.flags[otherTeam(you.team)].place === FlagPlace.carried)
    return 'your side has their flag: clear the way home';
  return `take the ${enemy} flag; tag whoever comes into your half`;
}

function logRow(line: string): string {
  return line.length > SCREEN_COLUMNS ? `${line.slice(0, SCREEN_COLUMNS - 3)}...` : line;
}

function clipped(text: string): string {
  return text.length > NAME_COLUMNS_MAX ? `${text.slice(0, NAME_COLUMNS_MAX - 1)}~` : text;
}
