/**
 * Makes the configuration of a host from its file, the environment and the flags. Main thread: at start, and again for
 * each change of a running host.
 *
 *   schema defaults  <  file  <  environment  <  flags  <  network's overrides   -->  one tree  -->  checked  -->  HostConfig
 *                      `------------ ConfigBase ------'
 *
 * It reads files through `readFile` and asks nothing else of the machine, so a test gives it a machine of its own.
 */

import path from 'node:path';
import { parse } from 'smol-toml';
import { HostError, messageOf } from '../../shared/errors.ts';
import { checkConfig, type ConfigConflict } from './config-checks.ts';
import { CONFIG_SCHEMA } from './config-schema.ts';
import { completeTree, isTable, settingSchema, type Problem } from './config-tree.ts';
import {
  CONFIG_FILE_VARIABLE,
  ENVIRONMENT_PREFIX,
  fixedNames,
  rowSetting,
  type NamedSetting,
} from './environment-names.ts';
import type { HostConfig } from './host-config.ts';
import { leafPaths, mergeTrees } from './merge-trees.ts';
import { nearestName } from './nearest-name.ts';
import { resolveConfig, type CompleteTree } from './resolve-config.ts';
import { SettingError } from './setting-error.ts';
import { withRunningHost, type SettingTree } from './setting-list.ts';
import { foundText, parseSetting } from './setting-text.ts';

/** A flag that stands for a setting: `{ flag: '--bots', path: ['practice', 'bots'], text: '3' }`. */
export interface FlagSetting {
  readonly flag: string;
  readonly path: readonly string[];
  readonly text: string;
}

/** Everything a configuration depends on. */
export interface ConfigInputs {
  /** From `--config`; undefined: LONGHOUSE_CONFIG, then `longhouse.toml` if there is one. */
  readonly configFile: string | undefined;
  readonly flags: readonly FlagSetting[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file, undefined when there is none; throws when it cannot be read. */
  readonly readFile: (file: string) => string | undefined;
  readonly workingDir: string;
  readonly machine: { readonly hostname: string; readonly cores: number };
}

/** A tree of settings and where each one that is not from the file came from. */
interface Layers {
  readonly tree: Record<string, unknown>;
  readonly origins: Map<string, string>;
  readonly fileName: string;
}

/** What file, environment and flags say, not checked yet. */
export interface ConfigBase {
  readonly inputs: ConfigInputs;
  readonly layers: Layers;
}

export interface SettleOptions {
  /** The network's settings that differ from the base, nested as in the file. */
  readonly overrides?: SettingTree;
  /** A running host's tree: what needs a restart stays as it has it. */
  readonly running?: SettingTree;
}

/** A base with overrides, checked. */
export interface SettledConfig {
  /** Every setting as it was given or defaulted. */
  readonly tree: SettingTree;
  /** The same with all that depends on the machine worked out. */
  readonly config: HostConfig;
}

const DEFAULT_FILE = 'longhouse.toml';
const ROOT = settingSchema(CONFIG_SCHEMA);
/** A HostConfig is plain data; what it was made from is kept beside it, for changes while the host runs. */
const bases = new WeakMap<HostConfig, ConfigBase>();

/** The checked configuration; throws a SettingError that names the first bad setting. */
export function loadConfig(inputs: ConfigInputs): HostConfig {
  const base = readBase(inputs);
  const { config } = settleConfig(base);
  bases.set(config, base);
  return config;
}

/** What loadConfig() made `config` from; undefined for one that it did not make. */
export function baseOf(config: HostConfig): ConfigBase | undefined {
  return bases.get(config);
}

/** Reads the file, the environment and the flags. */
export function readBase(inputs: ConfigInputs): ConfigBase {
  const file = readConfigFile(inputs);
  const layers: Layers = { tree: file.tree, origins: new Map(), fileName: file.name };
  applyEnvironment(layers, inputs.env);
  for (const { flag, path: keys, text } of inputs.flags) {
    applySetting(layers, { keys, text, origin: `flag ${flag}` });
  }
  return { inputs, layers };
}

/** Lays overrides over the base and checks the whole; throws a SettingError that names the first bad setting. */
export function settleConfig(base: ConfigBase, options: SettleOptions = {}): SettledConfig {
  const { inputs } = base;
  const layers = withOverrides(base.layers, options.overrides ?? {});
  const problems: Problem[] = [];
  const complete = completeTree(ROOT, layers.tree, (problem) => problems.push(problem));
  const [first] = problems;
  if (first !== undefined) throw problemError(first, problems.length, layers);
  const { running } = options;
  // completeTree() reported nothing, so the tree has the schema's shape.
  const whole = complete as CompleteTree & SettingTree;
  const tree = running === undefined ? whole : withRunningHost(whole, running);
  const config = resolveConfig(tree as CompleteTree & SettingTree, {
    ...inputs.machine,
    workingDir: inputs.workingDir,
    configDir: path.dirname(path.resolve(inputs.workingDir, layers.fileName)),
    hasFile: (name) => inputs.readFile(name) !== undefined,
  });
  const [conflict] = checkConfig(config);
  if (conflict !== undefined) throw conflictError(conflict, layers);
  return { tree, config };
}

function withOverrides(layers: Layers, overrides: SettingTree): Layers {
  // A map, since names come from requests.
  const tree = new Map(Object.entries(structuredClone(layers.tree)));
  const defaults = new Map(Object.entries(ROOT.properties ?? {}));
  const origins = new Map(layers.origins);
  for (const [key, value] of Object.entries(overrides)) {
    // A mode's override changes the default modes where the file has none.
    const below = tree.get(key) ?? structuredClone(defaults.get(key)?.default);
    tree.set(key, mergeTrees(below, value));
    for (const leaf of leafPaths(value, key)) origins.set(leaf, 'the network configuration');
  }
  return { ...layers, tree: Object.fromEntries(tree), origins };
}

function readConfigFile(inputs: ConfigInputs): { name: string; tree: Record<string, unknown> } {
  const wanted = inputs.configFile ?? inputs.env[CONFIG_FILE_VARIABLE];
  const name = wanted ?? DEFAULT_FILE;
  let text: string | undefined;
  try {
    text = inputs.readFile(path.resolve(inputs.workingDir, name));
  } catch (error) {
    const detail = `Cannot read configuration file "${name}": ${messageOf(error)}`;
    throw new HostError('config-file', detail, { cause: error });
  }
  if (text === undefined && wanted !== undefined) {
    throw new HostError('config-file', `Cannot read configuration file "${name}": there is none`);
  }
  try {
    return { name, tree: parse(text ?? '') };
  } catch (error) {
    const detail = `Cannot read configuration file "${name}": ${messageOf(error).trimEnd()}`;
    throw new HostError('config-file', detail, { cause: error });
  }
}

function applyEnvironment(layers: Layers, env: ConfigInputs['env']): void {
  const fixed = fixedNames(ROOT);
  // Sorted, so that whole tables (LONGHOUSE_MODES) come before their rows, whatever order the shell had.
  for (const variable of Object.keys(env).sort()) {
    const text = env[variable];
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || variable === CONFIG_FILE_VARIABLE) continue;
    if (text === undefined) continue;
    const named = fixed.get(variable) ?? rowSetting(ROOT, variable);
    if (named === undefined) throw unknownVariable(variable, fixed);
    applySetting(layers, { keys: named.path, text, origin: `environment variable ${variable}` });
  }
}

function unknownVariable(variable: string, fixed: ReadonlyMap<string, NamedSetting>): HostError {
  const nearest = nearestName(variable, fixed.keys());
  const hint =
    nearest === undefined ? 'docs/configuration.md lists them' : `nearest is "${nearest}"`;
  const detail = `Cannot use environment variable "${variable}": no setting has that name, ${hint}`;
  return new HostError('config-unknown', detail);
}

/** Puts one setting into the tree, over what the file says. */
function applySetting(
  layers: Layers,
  { keys, text, origin }: { keys: readonly string[]; text: string; origin: string },
): void {
  const [top = '', ...rest] = keys;
  const topSchema = ROOT.properties?.[top];
  // A row's variable changes the default rows where the file has none.
  if (layers.tree[top] === undefined) layers.tree[top] = structuredClone(topSchema?.default);
  const last = rest.pop();
  if (last === undefined) {
    layers.tree[top] = parseSetting(topSchema ?? {}, text);
    layers.origins.set(top, origin);
    return;
  }
  const [row] = rest;
  const place = row === undefined ? top : `${top}.${rowKey(layers.tree[top], row)}`;
  const table = row === undefined ? layers.tree[top] : findRow(layers.tree[top], row);
  if (table === undefined) {
    throw new HostError('config-unknown', `Cannot use ${origin}: found no "${row}" among ${top}`);
  }
  layers.origins.set(`${place}.${last}`, origin);
  // A file with something else than a table here is reported by the check of the tree.
  if (isTable(table)) table[last] = parseSetting(leafSchema(keys), text);
}

function findRow(rows: unknown, name: string): unknown {
  if (Array.isArray(rows)) return rows[Number(rowKey(rows, name))];
  return isTable(rows) && Object.hasOwn(rows, name) ? rows[name] : undefined;
}

function rowKey(rows: unknown, name: string): string {
  if (!Array.isArray(rows)) return name;
  return String(rows.findIndex((row: unknown) => isTable(row) && row['name'] === name));
}

function leafSchema(keys: readonly string[]): ReturnType<typeof settingSchema> {
  const top = ROOT.properties?.[keys[0] ?? ''];
  const section =
    keys.length === 2 ? top : (top?.items ?? Object.values(top?.patternProperties ?? {})[0]);
  return section?.properties?.[keys.at(-1) ?? ''] ?? {};
}

function problemError(problem: Problem, count: number, layers: Layers): SettingError {
  const more = count === 1 ? '' : ` (and ${count - 1} more)`;
  const origin = originOf(layers, problem.path);
  const subject = `Cannot use setting "${problem.path}" from ${origin}`;
  switch (problem.kind) {
    case 'unknown': {
      const nearest = nearestName(problem.path.split('.').at(-1) ?? '', problem.known);
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"`;
      const detail = `${subject}: no setting has that name, allowed here are ${problem.allowed}${hint}${more}`;
      return new SettingError('config-unknown', problem.path, detail);
    }
    case 'missing':
    case 'value': {
      const detail = `${subject}: found ${problem.found}, allowed is ${problem.allowed}${more}`;
      return new SettingError('config-value', problem.path, detail);
    }
  }
}

function conflictError(conflict: ConfigConflict, layers: Layers): SettingError {
  const origin = originOf(layers, conflict.path);
  const found = conflict.value === undefined ? '' : `found ${foundText(conflict.value)}, `;
  const detail = `Cannot use setting "${conflict.path}" from ${origin}: ${found}${conflict.allowed}`;
  return new SettingError(conflict.code ?? 'config-conflict', conflict.path, detail);
}

/** Where a setting came from: the layer that set it or a part of the tree above it. */
function originOf(layers: Layers, dottedPath: string): string {
  const parts = dottedPath.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const origin = layers.origins.get(parts.slice(0, length).join('.'));
    if (origin !== undefined) return origin;
  }
  return isInTree(layers.tree, parts) ? `file "${layers.fileName}"` : 'the defaults';
}

function isInTree(tree: Record<string, unknown>, parts: readonly string[]): boolean {
  const [top = ''] = parts;
  return Object.hasOwn(tree, top);
}
