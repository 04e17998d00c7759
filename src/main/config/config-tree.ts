/**
 * Walks a tree of settings along its schema: finds what is wrong, fills in what was left out. Main thread.
 *
 *   section  a table with fixed keys          [limits]
 *   table    names that the user chooses      [modes.NAME]
 *   list     rows with fixed keys             [[listeners]]
 *   leaf     everything else: one setting, checked as a whole
 */

import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';
import { allowedText, foundText } from './setting-text.ts';

/** What is read of a schema here: all of it is plain JSON Schema. */
export interface SettingSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Ours: what `pattern` says, in words. */
  readonly allowed?: string;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SettingSchema>>;
  readonly items?: SettingSchema;
  /** Ours: it and all below it may change while the host runs; left out: read when the host starts. */
  readonly applies?: 'now';
  /** Ours: its value is never shown. */
  readonly isSecret?: boolean;
}

/** One thing wrong with a setting. `path` is `limits.idleSeconds`, `listeners.0.port` or `modes.ctf.teams`. */
export interface Problem {
  readonly path: string;
  readonly kind: 'unknown' | 'missing' | 'value';
  readonly found: string;
  readonly allowed: string;
  /** Names that would have been known, for an unknown one. */
  readonly known: readonly string[];
}

/** Where the walk is, and where it reports. */
interface Walk {
  readonly path: string;
  readonly onProblem: (problem: Problem) => void;
}

/** Narrows a typebox schema to the part that is read here. */
export function settingSchema(schema: TSchema): SettingSchema {
  // A TSchema is the JSON Schema itself; its TypeScript type just does not list the keywords.
  return schema;
}

/** The schema of the rows of a table or list; undefined for sections and leaves. */
export function rowSchema(schema: SettingSchema): SettingSchema | undefined {
  const row = schema.items ?? Object.values(schema.patternProperties ?? {})[0];
  return row?.properties === undefined ? undefined : row;
}

/** `value` with defaults for all that was left out. What is wrong goes to `onProblem`. */
export function completeTree(
  schema: SettingSchema,
  value: unknown,
  onProblem: (problem: Problem) => void,
): unknown {
  return complete(schema, value, { path: '', onProblem });
}

export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function complete(schema: SettingSchema, given: unknown, walk: Walk): unknown {
  const value = given === undefined ? structuredClone(schema.default) : given;
  if (schema.properties !== undefined) return completeSection(schema, value, walk);
  const row = rowSchema(schema);
  if (row === undefined) return checkLeaf(schema, value, walk);
  return schema.items === undefined
    ? completeRows(schema, row, { value, walk })
    : completeList(schema, row, { value, walk });
}

function completeSection(schema: SettingSchema, value: unknown, walk: Walk): unknown {
  if (!isTable(value)) return refuseValue(schema, value, walk);
  const properties = schema.properties ?? {};
  const known = Object.keys(properties);
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(properties, key)) refuseName(key, known, walk);
  }
  const completed: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    const isGiven = Object.hasOwn(value, key);
    if (isGiven || property.default !== undefined) {
      completed[key] = complete(property, value[key], at(walk, key));
    } else if (schema.required?.includes(key) === true) {
      report(at(walk, key), { kind: 'missing', found: 'nothing', allowed: allowedText(property) });
    }
  }
  return completed;
}

function completeRows(
  schema: SettingSchema,
  row: SettingSchema,
  { value, walk }: { value: unknown; walk: Walk },
): unknown {
  if (!isTable(value)) return refuseValue(schema, value, walk);
  const pattern = Object.keys(schema.patternProperties ?? {})[0] ?? '';
  const completed: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (new RegExp(pattern).test(name)) completed[name] = complete(row, entry, at(walk, name));
    else
      report(at(walk, name), {
        kind: 'value',
        found: `the name "${name}"`,
        allowed: schema.allowed ?? '',
      });
  }
  return completed;
}

function completeList(
  schema: SettingSchema,
  row: SettingSchema,
  { value, walk }: { value: unknown; walk: Walk },
): unknown {
  if (!Array.isArray(value)) return refuseValue(schema, value, walk);
  const { minItems, maxItems } = schema as { minItems?: number; maxItems?: number };
  if (value.length < (minItems ?? 0) || value.length > (maxItems ?? Infinity)) {
    const found = `${value.length} of them`;
    report(walk, { kind: 'value', found, allowed: `from ${minItems} to ${maxItems}` });
  }
  return value.map((entry: unknown, index) => complete(row, entry, at(walk, String(index))));
}

function checkLeaf(schema: SettingSchema, value: unknown, walk: Walk): unknown {
  if (!Value.Check(schema as TSchema, value)) refuseValue(schema, value, walk);
  return value;
}

function refuseValue(schema: SettingSchema, value: unknown, walk: Walk): undefined {
  const found = schema.isSecret === true ? 'a secret, which is not shown' : foundText(value);
  report(walk, { kind: 'value', found, allowed: allowedText(schema) });
}

function refuseName(name: string, known: readonly string[], walk: Walk): void {
  const allowed = known.map((key) => `"${key}"`).join(', ');
  report(at(walk, name), { kind: 'unknown', found: `"${name}"`, allowed, known });
}

function report(
  walk: Walk,
  problem: Omit<Problem, 'path' | 'known'> & { readonly known?: readonly string[] },
): void {
  walk.onProblem({ known: [], ...problem, path: walk.path });
}

function at(walk: Walk, key: string): Walk {
  return { ...walk, path: walk.path === '' ? key : `${walk.path}.${key}` };
}
