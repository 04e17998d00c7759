/** The seam between the login desk and the ways in which a host may check who somebody is. Main thread. */

import type { AccountRow } from '../../shared/store-messages.ts';
import type { Reason } from '../../shared/reason.ts';

/** What a client says of itself. */
export interface LoginAttempt {
  readonly name: string;
  readonly token: string | undefined;
  readonly address: string;
  /** Name of the listener. */
  readonly listener: string;
}

export type LoginVerdict =
  | {
      readonly isAllowed: true;
      /** As the account is written; may differ from what the client said. */
      readonly name: string;
      /** Where the check has read it already. */
      readonly account?: AccountRow | undefined;
    }
  | LoginRefusal;

export interface LoginRefusal {
  readonly isAllowed: false;
  readonly reason: Reason;
  /** For the player to read. */
  readonly message: string;
}

export interface LoginWay {
  /** Reads keys, starts threads. Throws HostError. */
  start(): Promise<void>;
  /** Settles in its own time: the desk has a deadline. A rejection means: not now. */
  check(attempt: LoginAttempt): Promise<LoginVerdict>;
  close(): Promise<void>;
}

export function refused(reason: Reason, message: string): LoginRefusal {
  return { isAllowed: false, reason, message };
}
