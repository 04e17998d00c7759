/** A configuration as it may be shown: what the schema marks as secret is hidden. Pure. Main thread. */

import { CONFIG_SCHEMA } from './config-schema.ts';
import { isTable, settingSchema, type SettingSchema } from './config-tree.ts';
import type { HostConfig } from './host-config.ts';

/** Stands for a secret that is set. */
export const HIDDEN = '(secret)';

export function withoutSecrets(config: HostConfig): object {
  return hide(settingSchema(CONFIG_SCHEMA), config);
}

function hide(schema: SettingSchema, table: object): object {
  const entries = Object.entries(table).map(([key, value]: [string, unknown]) => {
    const property = schema.properties?.[key];
    if (property === undefined) return [key, value];
    if (property.isSecret === true && value !== '') return [key, HIDDEN];
    return [key, isTable(value) ? hide(property, value) : value];
  });
  return Object.fromEntries(entries) as object;
}
