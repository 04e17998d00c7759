/**
 * What a change of the configuration would come to: decided whole, before anything of it happens. Pure, but for the look
 * at handler files. Main thread.
 *
 *   base (file, environment, flags)  <  document (the network's overrides)   -->  settled tree  -->  changes
 *         |                                  |                                      |
 *         planBase(): SIGHUP                 planPatch(): PATCH, config set         what needs a restart stays as the
 *                                            planVersion(): the store's newest      host started with it
 *
 * Invariant: a state's `settled` is what its base and document come to, so that a plan can be dropped at any time.
 */

import { isTable } from '../config/config-tree.ts';
import { settleConfig, type ConfigBase, type SettledConfig } from '../config/load-config.ts';
import { leafPaths, patchTree } from '../config/merge-trees.ts';
import { SettingError } from '../config/setting-error.ts';
import {
  appliesAt,
  diffSettings,
  type SettingChange,
  type SettingTree,
} from '../config/setting-list.ts';
import { HostError } from '../../shared/errors.ts';

/** The configuration in force. */
export interface ConfigState {
  readonly base: ConfigBase;
  /** What the host started with: settings that need a restart stay so. */
  readonly started: SettingTree;
  readonly document: SettingTree;
  readonly settled: SettledConfig;
}

export interface ConfigPlan {
  readonly kind: 'plan';
  /** In the order of the schema; those that need a restart do not happen now. */
  readonly changes: readonly SettingChange[];
  readonly next: ConfigState;
}

export interface ConfigRefusal {
  readonly kind: 'refused';
  /** Empty where the trouble is with no single setting. */
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

/** A document as JSON; settings are small, and every host keeps every version. */
const DOCUMENT_CHARACTERS_MAX = 65_536;
const DEPTH_MAX = 16;

/** Throws a SettingError where the base itself is not good. */
export function startState(base: ConfigBase): ConfigState {
  const settled = settleConfig(base);
  return { base, started: settled.tree, document: {}, settled };
}

/** `patch` is nested as the file; null takes an override away. */
export function planPatch(state: ConfigState, patch: unknown): ConfigPlan | ConfigRefusal {
  const bad = patchRefusal(patch);
  if (bad !== undefined) return bad;
  // patchRefusal() lets tables through only.
  const document = patchTree(state.document, patch as SettingTree);
  return planVersion(state, document);
}

/** The document whole: a version of the store. */
export function planVersion(state: ConfigState, document: SettingTree): ConfigPlan | ConfigRefusal {
  const bad = documentRefusal(document);
  return bad ?? planSettled(state, { ...state, document });
}

/** The same document over another base: the file has changed. */
export function planBase(state: ConfigState, base: ConfigBase): ConfigPlan | ConfigRefusal {
  const plan = planSettled(state, { ...state, base });
  if (plan.kind === 'refused') return plan;
  // What only a restart brings is in no running tree: it is found by comparing with what the file says.
  const wanted = settleConfig(base, { overrides: state.document }).tree;
  const waiting = diffSettings(plan.next.settled.tree, wanted);
  return { ...plan, changes: [...plan.changes, ...waiting] };
}

export function refusalOf(error: unknown): ConfigRefusal {
  // Anything else is a bug, and not to be answered as the operator's.
  if (!(error instanceof HostError)) throw error;
  const key = error instanceof SettingError ? error.key : '';
  return { kind: 'refused', key, code: error.code, message: error.message };
}

function planSettled(
  state: ConfigState,
  wanted: Omit<ConfigState, 'settled'>,
): ConfigPlan | ConfigRefusal {
  const { base, document, started } = wanted;
  try {
    const settled = settleConfig(base, { overrides: document, running: started });
    const changes = diffSettings(state.settled.tree, settled.tree);
    return { kind: 'plan', changes, next: { base, document, started, settled } };
  } catch (error) {
    return refusalOf(error);
  }
}

function patchRefusal(patch: unknown): ConfigRefusal | undefined {
  if (!isTable(patch)) {
    const found = JSON.stringify(patch) ?? typeof patch;
    return refused(
      'config-value',
      '',
      `found ${found.slice(0, 80)}, allowed is a table of settings`,
    );
  }
  if (depthOf(patch) > DEPTH_MAX || JSON.stringify(patch).length > DOCUMENT_CHARACTERS_MAX) {
    return refused('config-value', '', 'the change is too large or nested too deep');
  }
  return hostSettingRefusal(patch);
}

function documentRefusal(document: SettingTree): ConfigRefusal | undefined {
  if (JSON.stringify(document).length > DOCUMENT_CHARACTERS_MAX) {
    const found = `more than ${DOCUMENT_CHARACTERS_MAX} characters of overrides`;
    return refused('config-value', '', `found ${found}: move some of them into the file`);
  }
  return hostSettingRefusal(document);
}

/** Settings of one host are not the network's to change. Unknown names pass: settleConfig() knows the nearest one. */
function hostSettingRefusal(document: SettingTree): ConfigRefusal | undefined {
  for (const [top, value] of Object.entries(document)) {
    for (const key of leafPaths(value, top)) {
      const path = key.split('.');
      if (appliesAt(path) !== 'restart') continue;
      const why = 'it belongs to one host; set it in its file and start that host again';
      return refused('config-host-setting', key, why);
    }
  }
  return undefined;
}

function refused(code: string, key: string, found: string): ConfigRefusal {
  const what = key === '' ? 'the configuration' : `setting "${key}"`;
  return { kind: 'refused', key, code, message: `Cannot change ${what}: ${found}` };
}

/** Counts to one more than is allowed, so that a request cannot use up the stack. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return depth;
  let deepest = depth;
  for (const below of Object.values(value)) deepest = Math.max(deepest, depthOf(below, depth + 1));
  return deepest;
}
