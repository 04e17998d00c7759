/** What of the configuration the directory works by, in its own terms. Pure. Main thread. */

import { isDeepStrictEqual } from 'node:util';
import type { HostConfig } from '../config/host-config.ts';
import type { HouseRules } from '../directory/house-rules.ts';
import { nameKey } from '../../shared/name-key.ts';
import { configuredRules } from '../matchmaker/configured-rules.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';

export function rulesOfModes({ modes }: HostConfig): ReadonlyMap<string, ModeRules> {
  const rules = Object.entries(modes).map(([name, mode]) => configuredRules(name, mode));
  return new Map(rules.map((one) => [one.name, one]));
}

export function houseRules({ texts, maintenance }: HostConfig): HouseRules {
  const { greeting, lobby, maintenance: text } = texts;
  const allow = new Set(maintenance.allow.map(nameKey));
  return { greeting, lobby, maintenance: maintenance.enabled ? { text, allow } : undefined };
}

/** Modes that are in both, and play another game now: what crashed before says nothing of it. */
export function otherGames(before: HostConfig, after: HostConfig): readonly string[] {
  return Object.entries(after.modes)
    .filter(([name, mode]) => {
      const old = before.modes[name];
      if (old === undefined) return false;
      return old.handler !== mode.handler || !isDeepStrictEqual(old.settings, mode.settings);
    })
    .map(([name]) => name);
}
