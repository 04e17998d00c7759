/** The desk of a running host: over the file that it started from and its store, with a log of every change. Main thread. */

import assert from 'node:assert/strict';
import type { HostConfig } from '../config/host-config.ts';
import { baseOf } from '../config/load-config.ts';
import type { SettingChange } from '../config/setting-list.ts';
import type { HostLog } from '../log.ts';
import { ConfigDesk, type ConfigStore } from './config-desk.ts';
import { startState } from './config-versions.ts';
import type { SettingsSpread } from './settings-spread.ts';

export interface ConfigDeskParts {
  readonly store: ConfigStore;
  readonly spread: SettingsSpread;
  readonly log: HostLog;
}

export function createConfigDesk(config: HostConfig, parts: ConfigDeskParts): ConfigDesk {
  const { store, spread, log } = parts;
  const base = baseOf(config);
  assert(base !== undefined, 'a host is started with a configuration of loadConfig()');
  const apply = (next: HostConfig): Promise<void> => spread.apply(next);
  const desk = new ConfigDesk({ state: startState(base), store, apply });
  desk.onChange(({ version, by, changes }) => {
    log.info('the configuration has changed', { version, by, changes: changesText(changes) });
    const late = spread.lagging();
    if (late.length > 0) log.warn('threads are late with the configuration', { late });
  });
  return desk;
}

/** At start: the newest version of the network over the file. What is wrong with it is said, and the host starts without. */
export async function loadNetworkConfig(desk: ConfigDesk, log: HostLog): Promise<void> {
  await desk.load();
  if (desk.problem !== null) log.error(desk.problem, { running: 'the file alone' });
}

/** SIGHUP: the file is read again. */
export async function reloadConfig(desk: ConfigDesk, log: HostLog): Promise<void> {
  const outcome = await desk.reload();
  if (outcome.kind === 'refused') {
    log.error('the configuration file is refused, everything stays as it was', {
      code: outcome.code,
      error: outcome.message,
    });
    return;
  }
  const waiting = outcome.changes.filter(({ applies }) => applies === 'restart');
  const now = outcome.changes.length - waiting.length;
  log.info('the configuration file was read again', { changedNow: now });
  if (waiting.length > 0) {
    log.warn('these settings change when the host is started again', {
      settings: changesText(waiting),
    });
  }
}

/** `limits.idleSeconds: 1800 -> 60`. */
function changesText(changes: readonly SettingChange[]): readonly string[] {
  return changes.map(
    ({ key, from, to }) => `${key}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
  );
}
