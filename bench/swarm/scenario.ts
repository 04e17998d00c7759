/** A scenario as the swarm runs it: read from TOML, checked key by key. The bench's parent process; its types everywhere. */

import { parse } from 'smol-toml';

import { completeTree, settingSchema, type Problem } from '../../src/main/config/config-tree.ts';
import { nearestName } from '../../src/main/config/nearest-name.ts';
import { messageOf } from '../../src/shared/errors.ts';
import { PLAYERS_MAX } from '../cli-flags.ts';
import { type ARRIVALS, type GAMES, SCENARIO_SCHEMA } from './scenario-schema.ts';

/** Seconds, or the least and the most of them. */
export type Span = number | readonly [number, number];
export type GameName = Exclude<(typeof GAMES)[number], 'auto'>;

export interface Stage {
  readonly players: number;
  readonly seconds: number;
}

export interface PersonKind {
  readonly name: string;
  readonly share: number;
  readonly mode: string;
  readonly partySize: number;
  readonly token: string;
  readonly game: GameName;
  readonly inputHz: number;
  readonly inputBytes: number;
  readonly thinkSeconds: Span;
  readonly patienceSeconds: Span;
  readonly playSeconds: Span;
  readonly visitSeconds: Span;
  readonly awaySeconds: Span;
  readonly dropShare: number;
  readonly dropSeconds: Span;
  readonly chatsPerMinute: number;
  readonly pingSeconds: Span;
  readonly stallSeconds: Span;
}

export interface Storm {
  readonly atSeconds: number;
  readonly share: number;
  readonly backSeconds: Span;
}

export interface Levels {
  readonly loginMsP99: number;
  readonly queueMsP99: number;
  readonly inputMsP99: number;
  readonly stateAgeMsP99: number;
  readonly stateDelayMsP99: number;
  readonly chatMsP99: number;
  readonly pingMsP99: number;
  readonly missedShareMax: number;
  readonly errorShareMax: number;
  readonly badSeconds: number;
  readonly stop: boolean;
}

export interface Scenario {
  readonly title: string;
  readonly seed: number;
  readonly arrivals: (typeof ARRIVALS)[number];
  readonly stages: readonly Stage[];
  readonly persons: readonly PersonKind[];
  readonly storms: readonly Storm[];
  readonly levels: Levels;
  readonly host: { readonly config: string; readonly relayHz: number };
}

/** The tree before what depends on other keys is worked out. */
interface ScenarioTree extends Omit<Scenario, 'persons'> {
  readonly persons: readonly (Omit<PersonKind, 'game'> & {
    readonly game: (typeof GAMES)[number];
  })[];
}

const ROOT = settingSchema(SCENARIO_SCHEMA);
const GAME_OF_MODE: Readonly<Record<string, GameName>> = {
  relay: 'relay',
  ctf: 'capture-the-flag',
  duel: 'capture-the-flag',
  '': 'none',
};

/** The scenario in `text`; throws an Error that names the first key that is wrong. `file` is for its message. */
export function parseScenario(text: string, file: string): Scenario {
  let given: Record<string, unknown>;
  try {
    given = parse(text);
  } catch (error) {
    throw new Error(`Cannot read scenario "${file}": ${messageOf(error).trimEnd()}`, {
      cause: error,
    });
  }
  const problems: Problem[] = [];
  const complete = completeTree(ROOT, given, (problem) => problems.push(problem));
  const [first] = problems;
  if (first !== undefined) throw new Error(problemText(first, problems.length, file));
  // completeTree() reported nothing, so the tree has the schema's shape.
  const tree = complete as ScenarioTree;
  for (const check of [backwardSpans, sameNames, tooShort]) check(tree, file);
  return { ...tree, persons: tree.persons.map(settledKind) };
}

function settledKind(kind: ScenarioTree['persons'][number]): PersonKind {
  const game = kind.game === 'auto' ? (GAME_OF_MODE[kind.mode] ?? 'bytes') : kind.game;
  return { ...kind, game };
}

/** The most persons that are there at once. */
export function peakOf({ stages }: Pick<Scenario, 'stages'>): number {
  return Math.max(...stages.map(({ players }) => players));
}

export function lengthSecondsOf({ stages }: Pick<Scenario, 'stages'>): number {
  return stages.reduce((total, { seconds }) => total + seconds, 0);
}

/** The same scenario with the ramp stretched to another peak, and to another length. */
export function scaledScenario(
  scenario: Scenario,
  to: { readonly players: number | undefined; readonly seconds: number | undefined },
): Scenario {
  const playersFactor = to.players === undefined ? 1 : to.players / peakOf(scenario);
  const timeFactor = to.seconds === undefined ? 1 : to.seconds / lengthSecondsOf(scenario);
  return {
    ...scenario,
    stages: scenario.stages.map(({ players, seconds }) => ({
      players: Math.min(PLAYERS_MAX, Math.round(players * playersFactor)),
      seconds: seconds * timeFactor,
    })),
    storms: scenario.storms.map((storm) => ({ ...storm, atSeconds: storm.atSeconds * timeFactor })),
  };
}

function problemText(problem: Problem, count: number, file: string): string {
  const more = count === 1 ? '' : ` (and ${count - 1} more)`;
  const subject = `Cannot use key "${problem.path}" of scenario "${file}"`;
  if (problem.kind !== 'unknown') {
    return `${subject}: found ${problem.found}, allowed is ${problem.allowed}${more}`;
  }
  const nearest = nearestName(problem.path.split('.').at(-1) ?? '', problem.known);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"`;
  return `${subject}: there is none of that name, allowed here are ${problem.allowed}${hint}${more}`;
}

function backwardSpans({ persons, storms }: ScenarioTree, file: string): void {
  const check = (list: string, rows: readonly object[]): void => {
    for (const [index, row] of rows.entries()) {
      for (const [key, value] of Object.entries(row)) {
        if (!Array.isArray(value) || Number(value[0]) <= Number(value[1])) continue;
        const found = JSON.stringify(value);
        throw new Error(
          `Cannot use key "${list}.${index}.${key}" of scenario "${file}": found ${found}, the least comes first`,
        );
      }
    }
  };
  check('persons', persons);
  check('storms', storms);
}

function sameNames({ persons }: ScenarioTree, file: string): void {
  const names = new Set<string>();
  for (const [index, { name }] of persons.entries()) {
    if (names.has(name)) {
      throw new Error(
        `Cannot use key "persons.${index}.name" of scenario "${file}": found "${name}" twice`,
      );
    }
    names.add(name);
  }
}

function tooShort(tree: ScenarioTree, file: string): void {
  if (lengthSecondsOf(tree) >= 1 && peakOf(tree) >= 1) return;
  throw new Error(
    `Cannot use key "stages" of scenario "${file}": found ${lengthSecondsOf(tree)} seconds and at most ${peakOf(tree)} players, at least 1 of each is needed`,
  );
}
