/** The refusal of one setting, with its key apart from the sentence: for answers that name it. Main thread. */

import { HostError, type HostErrorCode } from '../../shared/errors.ts';

export class SettingError extends HostError {
  /** `limits.idleSeconds`; empty where the trouble is with no single setting. */
  readonly key: string;

  constructor(code: HostErrorCode, key: string, detail: string) {
    super(code, detail);
    this.key = key;
  }
}
