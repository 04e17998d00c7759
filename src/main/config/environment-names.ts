/**
 * Which environment variable stands for which setting. Main thread.
 *
 * The rule: LONGHOUSE_ and the key's path in capitals, words and levels joined by an underscore.
 *
 *   limits.idleSeconds      LONGHOUSE_LIMITS_IDLE_SECONDS
 *   listeners (line).port   LONGHOUSE_LISTENERS_LINE_PORT       a row goes by its name
 *   modes.ctf.teamSize      LONGHOUSE_MODES_CTF_TEAM_SIZE       and `-` in a name is an underscore too
 *   modes                   LONGHOUSE_MODES                     all rows at once, as TOML: `{ ctf = { ... } }`
 */

import { rowSchema, type SettingSchema } from './config-tree.ts';

export const ENVIRONMENT_PREFIX = 'LONGHOUSE_';
/** The one variable that is no setting: the path of the configuration file. */
export const CONFIG_FILE_VARIABLE = 'LONGHOUSE_CONFIG';

/** A setting that a variable names. */
export interface NamedSetting {
  readonly path: readonly string[];
  readonly schema: SettingSchema;
}

export function environmentName(path: readonly string[]): string {
  const words = path.map((part) => part.replace(/[A-Z]/g, '_$&').replaceAll('-', '_'));
  return ENVIRONMENT_PREFIX + words.join('_').toUpperCase();
}

/** The variables with a fixed name: one for each key of a section, one for each whole table and list. */
export function fixedNames(root: SettingSchema): ReadonlyMap<string, NamedSetting> {
  const names = new Map<string, NamedSetting>();
  for (const [sectionKey, section] of Object.entries(root.properties ?? {})) {
    if (section.properties === undefined) {
      names.set(environmentName([sectionKey]), { path: [sectionKey], schema: section });
    }
    for (const [key, schema] of Object.entries(section.properties ?? {})) {
      names.set(environmentName([sectionKey, key]), { path: [sectionKey, key], schema });
    }
  }
  return names;
}

/** The setting of a row that `variable` names: `LONGHOUSE_MODES_CTF_TEAM_SIZE` is `modes`, `ctf`, `teamSize`. */
export function rowSetting(root: SettingSchema, variable: string): NamedSetting | undefined {
  for (const [tableKey, table] of Object.entries(root.properties ?? {})) {
    const row = rowSchema(table);
    const start = `${environmentName([tableKey])}_`;
    if (row === undefined || !variable.startsWith(start)) continue;
    const rest = variable.slice(start.length);
    // The longest key first: `_MIN_TEAM_SIZE` ends in `_TEAM_SIZE` too.
    const keys = Object.keys(row.properties ?? {}).sort((a, b) => b.length - a.length);
    for (const key of keys) {
      const end = `_${environmentName([key]).slice(ENVIRONMENT_PREFIX.length)}`;
      const schema = row.properties?.[key];
      if (schema === undefined || !rest.endsWith(end) || rest.length === end.length) continue;
      const name = rest.slice(0, -end.length).toLowerCase().replaceAll('_', '-');
      return { path: [tableKey, name, key], schema };
    }
  }
  return undefined;
}
