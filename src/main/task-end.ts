/** How a handler's task ended, and what of a thrown error that says. Main thread. */

import { stackOf } from '../shared/errors.ts';
import type { Reason } from '../shared/reason.ts';
import type { HandlerOutcome } from '../shared/thread-messages.ts';

/** How a handler ended, and whether its worker died with it. */
export interface TaskEnd {
  readonly outcome: HandlerOutcome;
  readonly workerLost: boolean;
}

/** The end of a handler that could not say anything itself. */
export function endOf(reason: Reason, error: unknown, workerLost: boolean): TaskEnd {
  return { outcome: { reason, result: undefined, error: stackOf(error) }, workerLost };
}

export function isHeapLimit(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
