/**
 * The settings of Capture the Flag: a mode's `settings` table checked, with defaults. Runs in match workers.
 * Seconds and cells a second outside, ticks and 1/256 cells a tick inside, so that the simulation is whole numbers.
 */

import { MAP_NAMES, findMap } from './ctf-map.ts';
import type { CtfMap } from './ctf-map.ts';

/** Positions are whole numbers of this part of a cell. */
export const UNITS_PER_CELL = 256;

export interface CtfRules {
  readonly tickHz: number;
  readonly scoreLimit: number;
  readonly matchTicks: number;
  readonly joinTicks: number;
  readonly countdownTicks: number;
  readonly respawnTicks: number;
  readonly protectionTicks: number;
  readonly returnTicks: number;
  /** 1/256 cells a tick. */
  readonly speed: number;
  readonly carrySpeed: number;
  /** How near a tag must be, in 1/256 cells. */
  readonly tagReach: number;
}

interface NumberSetting {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const NUMBERS = {
  scoreLimit: { fallback: 3, min: 1, max: 99 },
  matchSeconds: { fallback: 240, min: 1, max: 3600 },
  joinSeconds: { fallback: 10, min: 0, max: 60 },
  countdownSeconds: { fallback: 3, min: 0, max: 60 },
  respawnSeconds: { fallback: 3, min: 0, max: 25 },
  protectionSeconds: { fallback: 2, min: 0, max: 25 },
  returnSeconds: { fallback: 15, min: 1, max: 600 },
  cellsPerSecond: { fallback: 5, min: 0.5, max: 20 },
  /** How much of the speed is left to a carrier. */
  carryFactor: { fallback: 0.85, min: 0.1, max: 1 },
  tagReachCells: { fallback: 1, min: 0.25, max: 3 },
} as const satisfies Readonly<Record<string, NumberSetting>>;

type NumberName = keyof typeof NUMBERS;

const DEFAULT_MAP = 'longhouse';

export interface CtfSettings {
  readonly map: CtfMap;
  readonly rules: CtfRules;
}

/** Throws `Cannot start capture-the-flag: ...` for a setting that is unknown or out of its range. */
export function readSettings(
  settings: Readonly<Record<string, unknown>>,
  tickHz: number,
): CtfSettings {
  if (!(tickHz >= 1 && tickHz <= 120)) {
    throw new Error(`${PREFIX}: tickHz is ${tickHz}, allowed is 1 to 120`);
  }
  for (const name of Object.keys(settings)) {
    if (name !== 'map' && !Object.hasOwn(NUMBERS, name)) {
      const allowed = ['map', ...Object.keys(NUMBERS)].join(', ');
      throw new Error(`${PREFIX}: there is no setting '${name}', allowed are ${allowed}`);
    }
  }
  const number = (name: NumberName): number => readNumber(settings, name);
  const ticks = (name: NumberName): number => Math.round(number(name) * tickHz);
  const speed = Math.max(1, Math.round((number('cellsPerSecond') * UNITS_PER_CELL) / tickHz));
  return {
    map: readMap(settings['map'] ?? DEFAULT_MAP),
    rules: {
      tickHz,
      scoreLimit: Math.round(number('scoreLimit')),
      matchTicks: ticks('matchSeconds'),
      joinTicks: ticks('joinSeconds'),
      countdownTicks: ticks('countdownSeconds'),
      respawnTicks: ticks('respawnSeconds'),
      protectionTicks: ticks('protectionSeconds'),
      returnTicks: ticks('returnSeconds'),
      speed,
      carrySpeed: Math.max(1, Math.round(speed * number('carryFactor'))),
      tagReach: Math.round(number('tagReachCells') * UNITS_PER_CELL),
    },
  };
}

const PREFIX = 'Cannot start capture-the-flag';

function readNumber(settings: Readonly<Record<string, unknown>>, name: NumberName): number {
  const { fallback, min, max } = NUMBERS[name];
  const found = settings[name] ?? fallback;
  if (typeof found === 'number' && found >= min && found <= max) return found;
  throw new Error(`${PREFIX}: ${name} is ${JSON.stringify(found)}, allowed is ${min} to ${max}`);
}

function readMap(name: unknown): CtfMap {
  const map = typeof name === 'string' ? findMap(name) : undefined;
  if (map !== undefined) return map;
  throw new Error(`${PREFIX}: map is ${JSON.stringify(name)}, allowed are ${MAP_NAMES.join(', ')}`);
}
