/** Bases of configurations for tests: a file that the test can change, on a machine of its own. */

import type { ConfigBase, ConfigInputs } from '../../../src/main/config/load-config.ts';
import { readBase } from '../../../src/main/config/load-config.ts';
import {
  planPatch,
  startState,
  type ConfigPlan,
  type ConfigRefusal,
  type ConfigState,
} from '../../../src/main/network-config/config-versions.ts';

/** A file that may be written anew. */
export interface TestFile {
  text: string;
}

export function baseOver(file: TestFile): ConfigBase {
  const inputs: ConfigInputs = {
    configFile: undefined,
    flags: [],
    env: {},
    readFile: (name) => (name === '/srv/longhouse.toml' ? file.text : undefined),
    workingDir: '/srv',
    machine: { hostname: 'testhost', cores: 4 },
  };
  return readBase(inputs);
}

export function stateOver(text = ''): ConfigState {
  return startState(baseOver({ text }));
}

/** The plan of a patch that fits. Fails when it is refused. */
export function planned(state: ConfigState, patch: object): ConfigPlan {
  const plan = planPatch(state, patch);
  if (plan.kind === 'refused') throw new Error(plan.message);
  return plan;
}

/** The refusal of a patch. Fails when it fits. */
export function refused(state: ConfigState, patch: unknown): ConfigRefusal {
  const plan = planPatch(state, patch);
  if (plan.kind === 'plan') throw new Error('the patch was accepted');
  return plan;
}
