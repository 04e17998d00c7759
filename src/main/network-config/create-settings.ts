/** The running configuration of a host: its desk, and the way from there to all threads. Main thread. */

import type { HostMemory, HostTables } from '../../shared/host-memory.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { DirectoryShell } from '../directory-shell.ts';
import type { HostView } from '../host-view.ts';
import type { HostLog } from '../log.ts';
import type { ModeRows } from '../mode-rows.ts';
import { gatewaySettings } from '../start-gateways.ts';
import type { HostStore } from '../store/host-store.ts';
import type { ConfigDesk } from './config-desk.ts';
import { createConfigDesk } from './create-config-desk.ts';
import { SettingsSpread } from './settings-spread.ts';

export interface SettingsParts {
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly modeRows: ModeRows;
  readonly shell: DirectoryShell;
  readonly view: HostView;
  readonly store: HostStore;
  readonly log: HostLog;
}

export function createSettings(
  config: HostConfig,
  { memory, tables, modeRows, shell, view, store, log }: SettingsParts,
): { readonly desk: ConfigDesk; readonly spread: SettingsSpread } {
  const spread = new SettingsSpread({
    cell: memory.configCell,
    tables,
    gatewaySettings,
    workerSettings: ({ modes }) => ({ modes: modeRows.listings(modes) }),
    reserveRows: ({ modes }) => modeRows.reserve(new Set(Object.keys(modes))),
    useConfig: (next) => {
      shell.useConfig(next);
      view.config = next;
      log.setLevel(next.log.level);
    },
  });
  return { spread, desk: createConfigDesk(config, { store: store.calls, spread, log }) };
}
