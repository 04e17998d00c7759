/**
 * A checked tree of settings as a flat list, and what differs between two of them. Pure. Main thread.
 *
 *   { limits: { idleSeconds: 60 }, modes: { ctf: { teams: 2 } } }  -->  limits.idleSeconds, modes.ctf.teams, ...
 *
 * A list such as `listeners` is one setting. `applies` is what the schema marks: a setting that applies `now` may be
 * changed for the whole network while it runs; any other belongs to one host and is read when that starts.
 */

import { isDeepStrictEqual } from 'node:util';
import { CONFIG_SCHEMA } from './config-schema.ts';
import { HIDDEN } from './hidden-secrets.ts';
import { isTable, rowSchema, settingSchema, type SettingSchema } from './config-tree.ts';

export type Applies = 'now' | 'restart';

export interface SettingRow {
  readonly key: string;
  readonly value: unknown;
  /** null: it has none. */
  readonly default: unknown;
  readonly applies: Applies;
}

export interface SettingChange {
  readonly key: string;
  /** null: it was not set. */
  readonly from: unknown;
  readonly to: unknown;
  readonly applies: Applies;
}

/** A tree that completeTree() has checked. */
export type SettingTree = Readonly<Record<string, unknown>>;

const ROOT = settingSchema(CONFIG_SCHEMA);

/** Every setting of the tree, in the order of the schema. */
export function listSettings(tree: SettingTree): SettingRow[] {
  return rawSettings(tree).map((row) => ({
    key: row.key,
    value: shownValue(row.value, row.isSecret),
    default: row.default,
    applies: row.applies,
  }));
}

/** What another tree would change, in the order of the schema. */
export function diffSettings(from: SettingTree, to: SettingTree): SettingChange[] {
  const before = new Map(rawSettings(from).map((row) => [row.key, row]));
  const after = new Map(rawSettings(to).map((row) => [row.key, row]));
  const changes: SettingChange[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, next] = [before.get(key), after.get(key)];
    if (isDeepStrictEqual(old?.value, next?.value)) continue;
    const { applies = 'restart', isSecret = false } = next ?? old ?? {};
    const [shownOld, shownNext] = [old?.value ?? null, next?.value ?? null];
    const change = { from: shownValue(shownOld, isSecret), to: shownValue(shownNext, isSecret) };
    changes.push({ key, ...change, applies });
  }
  return changes;
}

/** `tree` with every setting that needs a restart as `running` has it: what a running host can follow. */
export function withRunningHost(tree: SettingTree, running: SettingTree): SettingTree {
  return Object.fromEntries(
    Object.entries(ROOT.properties ?? {}).map(([key, schema]) => {
      if (schema.applies === 'now') return [key, tree[key]];
      if (schema.properties === undefined) return [key, running[key]];
      const [next, old] = [tableAt(tree, key), tableAt(running, key)];
      const entries = Object.entries(schema.properties).map(([name, property]) => {
        return [name, (property.applies === 'now' ? next : old)[name]];
      });
      return [key, Object.fromEntries(entries)];
    }),
  );
}

/** When the setting at `path`, or anything below it, applies; undefined where there is no such setting. */
export function appliesAt(path: readonly string[]): Applies | undefined {
  const [top = '', name] = path;
  // Names come from requests: `constructor` is no section.
  const section = ownProperty(ROOT, top);
  if (section === undefined || section.applies === 'now') return section?.applies;
  const properties = section.properties ?? {};
  if (name !== undefined && section.properties !== undefined) {
    const property = ownProperty(section, name);
    return property === undefined ? undefined : (property.applies ?? 'restart');
  }
  return Object.values(properties).some(({ applies }) => applies === 'now') ? 'now' : 'restart';
}

function ownProperty({ properties }: SettingSchema, name: string): SettingSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

interface Walk {
  readonly path: readonly string[];
  readonly applies: Applies;
  readonly rows: RawSetting[];
}

interface RawSetting extends SettingRow {
  readonly isSecret: boolean;
}

function shownValue(value: unknown, isSecret: boolean): unknown {
  return isSecret && value !== '' && value !== null ? HIDDEN : value;
}

function rawSettings(tree: SettingTree): RawSetting[] {
  const rows: RawSetting[] = [];
  collect(ROOT, tree, { path: [], applies: 'restart', rows });
  return rows;
}

function collect(schema: SettingSchema, value: unknown, walk: Walk): void {
  const applies = schema.applies ?? walk.applies;
  const row = schema.items === undefined ? rowSchema(schema) : undefined;
  const isBranch = (schema.properties !== undefined || row !== undefined) && isTable(value);
  if (!isBranch) {
    const key = walk.path.join('.');
    const isSecret = schema.isSecret === true;
    const shown = { value: value ?? null, default: schema.default ?? null };
    walk.rows.push({ key, ...shown, applies, isSecret });
    return;
  }
  const names = row === undefined ? Object.keys(schema.properties ?? {}) : Object.keys(value);
  for (const name of names) {
    const below = row ?? schema.properties?.[name];
    const isSet = Object.hasOwn(value, name);
    if (below === undefined || !isSet) continue;
    collect(below, value[name], { ...walk, path: [...walk.path, name], applies });
  }
}

function tableAt(tree: SettingTree, key: string): SettingTree {
  const value = tree[key];
  return isTable(value) ? value : {};
}
