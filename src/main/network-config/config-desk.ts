/**
 * Where the running configuration is asked for and changed: by the ops API, the CLI and SIGHUP. Main thread.
 *
 *   patch() --plan--> store.putConfig() (on disk) --> apply() (all threads) --> listeners
 *   reload() --plan---------------------------------> apply() --------------> listeners        the file is its own record
 *
 * Changes are made one after the other. A version counts from 1; 0 is the file alone. One that the store took and this
 * host could not apply does not exist: what is refused is refused before it is stored.
 */

import { isDeepStrictEqual } from 'node:util';
import type { ConfigVersionRow } from '../../shared/store-messages.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { HostConfig } from '../config/host-config.ts';
import { readBase } from '../config/load-config.ts';
import { listSettings, type SettingChange } from '../config/setting-list.ts';
import type { ConfigPatched, ConfigView } from '../ops/ops-views.ts';
import {
  planBase,
  planPatch,
  planVersion,
  refusalOf,
  type ConfigPlan,
  type ConfigRefusal,
  type ConfigState,
} from './config-versions.ts';

/** The part of the store that keeps versions. */
export interface ConfigStore {
  /** Newest first. */
  configVersions(limit: number): Promise<readonly ConfigVersionRow[]>;
  /** On disk when it resolves. */
  putConfig(row: ConfigVersionRow): Promise<void>;
}

interface ConfigPatchOutcome extends ConfigPatched {
  readonly kind: 'patched';
}

/** Something else was in force before and is now. */
export interface ConfigChanged {
  readonly config: HostConfig;
  readonly before: HostConfig;
  readonly version: number;
  readonly by: string;
  readonly changes: readonly SettingChange[];
}

export interface ConfigDeskOptions {
  readonly state: ConfigState;
  readonly store: ConfigStore;
  /** Brings the settings to all threads; resolves when they are in force. */
  readonly apply: (config: HostConfig) => Promise<void>;
  readonly clock?: Clock;
}

const NO_VERSION: ConfigVersionRow = { version: 0, atMs: 0, by: '', document: {} };
/** Shown as who changed a setting that the file changed. */
const BY_FILE = 'file';

export class ConfigDesk {
  readonly #options: ConfigDeskOptions;
  readonly #listeners: ((change: ConfigChanged) => void)[] = [];
  #state: ConfigState;
  #row = NO_VERSION;
  /** The newest that the store has: the next version is one more. */
  #newestVersion = 0;
  #problem: string | null = null;
  /** The end of the line of changes. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigDeskOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  /** The configuration in force. */
  get config(): HostConfig {
    return this.#state.settled.config;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get version(): number {
    return this.#row.version;
  }

  get(): ConfigView {
    const { version, atMs, by, document } = this.#row;
    const settings = listSettings(this.#state.settled.tree);
    return { version, atMs, by, document, settings, problem: this.#problem };
  }

  /** Told after each change, in order. */
  onChange(listener: (change: ConfigChanged) => void): void {
    this.#listeners.push(listener);
  }

  /** Newest first. */
  history(limit: number): Promise<readonly ConfigVersionRow[]> {
    return this.#options.store.configVersions(limit);
  }

  /**
   * At start, and when a version of another host is in the store: lays the newest over the file. One that does not fit
   * is refused whole, see `problem`: what was in force stays so.
   */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      const [newest] = await this.#options.store.configVersions(1);
      if (newest === undefined || isDeepStrictEqual(newest, this.#row)) return;
      this.#newestVersion = newest.version;
      const plan = planVersion(this.#state, newest.document);
      if (plan.kind === 'refused') {
        this.#problem = `Cannot use network configuration version ${newest.version}: ${plan.message}`;
        return;
      }
      this.#problem = null;
      await this.#apply(plan, newest);
    });
  }

  /** Rejects when the store cannot keep it; then nothing has changed. */
  patch(
    patch: unknown,
    { by, dryRun }: { readonly by: string; readonly dryRun: boolean },
  ): Promise<ConfigPatchOutcome | ConfigRefusal> {
    return this.#inTurn(async () => {
      const plan = planPatch(this.#state, patch);
      if (plan.kind === 'refused') return plan;
      const { changes, next } = plan;
      const isSame = changes.length === 0 && sameJson(next.document, this.#state.document);
      if (dryRun || isSame) {
        const version = isSame ? this.#row.version : this.#newestVersion + 1;
        return { kind: 'patched', version, dryRun, changes };
      }
      const version = this.#newestVersion + 1;
      const atMs = (this.#options.clock ?? systemClock).wallMs();
      const row: ConfigVersionRow = { version, atMs, by, document: next.document };
      await this.#options.store.putConfig(row);
      this.#newestVersion = version;
      this.#problem = null;
      await this.#apply(plan, row);
      return { kind: 'patched', version, dryRun, changes };
    });
  }

  /** Reads the file again: what applies now is applied, a bad file is refused whole. */
  reload(): Promise<Pick<ConfigPlan, 'kind' | 'changes'> | ConfigRefusal> {
    return this.#inTurn(async () => {
      let plan: ConfigPlan | ConfigRefusal;
      try {
        plan = planBase(this.#state, readBase(this.#state.base.inputs));
      } catch (error) {
        plan = refusalOf(error);
      }
      if (plan.kind === 'plan') await this.#apply(plan, this.#row, BY_FILE);
      return plan;
    });
  }

  async #apply(plan: ConfigPlan, row: ConfigVersionRow, by = row.by): Promise<void> {
    const before = this.config;
    const { config } = plan.next.settled;
    const changes = plan.changes.filter(({ applies }) => applies === 'now');
    if (changes.length > 0) await this.#options.apply(config);
    this.#state = plan.next;
    this.#row = row;
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      listener({ config, before, version: row.version, by, changes });
    }
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change);
    // The next change does not care how this one ended; whoever asked for it does.
    this.#last = done.catch(messageOf);
    return done;
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
