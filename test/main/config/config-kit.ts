/** Makes configurations for tests: a machine with files, an environment and flags of the test's own. */

import {
  loadConfig,
  type ConfigInputs,
  type FlagSetting,
} from '../../../src/main/config/load-config.ts';
import type { HostConfig } from '../../../src/main/config/host-config.ts';
import { HostError } from '../../../src/shared/errors.ts';

export interface TestMachine {
  /** The text of longhouse.toml. */
  readonly file?: string;
  /** Other files, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** By dotted path: `{ 'practice.bots': '3' }`. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly configFile?: string;
  readonly hostname?: string;
  readonly cores?: number;
}

export function load(machine: TestMachine = {}): HostConfig {
  return loadConfig(inputs(machine));
}

/** The one message that a bad configuration gives. Fails when it is accepted. */
export function refusal(machine: TestMachine): HostError {
  try {
    load(machine);
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function inputs(machine: TestMachine): ConfigInputs {
  const flags = Object.entries(machine.flags ?? {}).map(([dotted, text]): FlagSetting => {
    return { flag: `--${dotted}`, path: dotted.split('.'), text };
  });
  return {
    configFile: machine.configFile,
    flags,
    env: machine.env ?? {},
    readFile: (file) =>
      file === '/srv/longhouse.toml' && machine.file !== undefined
        ? machine.file
        : machine.files?.[file],
    workingDir: '/srv',
    machine: { hostname: machine.hostname ?? 'testhost', cores: machine.cores ?? 8 },
  };
}
