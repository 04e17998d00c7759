/** Says why a command ends, and with which exit code. Main thread. */

import { ERRORS, HostError, stackOf, type HostErrorCode } from '../../shared/errors.ts';
import { ExitCode } from './command-context.ts';

/** Errors that the person at the keyboard made, and can correct there. */
const USAGE_CODES: ReadonlySet<HostErrorCode> = new Set([
  'usage',
  'config-file',
  'config-unknown',
  'config-value',
  'config-conflict',
  'handler-file',
  'protocol-file',
  'bridge-tls',
  'ticket-log',
]);

/** The exit code after writing what went wrong: a stack only where the fault is the program's. */
export function reportError(thrown: unknown, writeError: (text: string) => void): ExitCode {
  if (thrown instanceof HostError) {
    const { remedy } = ERRORS[thrown.code];
    writeError(`longhouse: ${thrown.message}\n  ${remedy}\n  (${thrown.code}, docs/errors.md)\n`);
    return USAGE_CODES.has(thrown.code) ? ExitCode.usage : ExitCode.failed;
  }
  writeError(`longhouse: Cannot go on: a fault of the program\n${stackOf(thrown)}\n`);
  return ExitCode.failed;
}
