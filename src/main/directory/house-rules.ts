/** What everyone is told and who may come in, as operators set it while the host runs. Pure. Main thread. */

import { nameKey } from '../../shared/name-key.ts';

export interface HouseRules {
  /** Notice to everyone who logs in; empty: none. */
  readonly greeting: string;
  /** Notice to everyone who comes into a lobby; empty: none. */
  readonly lobby: string;
  /** undefined: everyone may come in. */
  readonly maintenance:
    | {
        /** For those who are refused, and once for those who are here. */
        readonly text: string;
        /** Keys of the names that may come in all the same. */
        readonly allow: ReadonlySet<string>;
      }
    | undefined;
}

export const OPEN_HOUSE: HouseRules = { greeting: '', lobby: '', maintenance: undefined };

/** Why nobody new of that name may come in now; undefined when it may. */
export function maintenanceRefusal(
  { maintenance }: HouseRules,
  name: string,
  isPractice: boolean,
): string | undefined {
  if (maintenance === undefined || isPractice) return undefined;
  if (maintenance.allow.has(nameKey(name))) return undefined;
  return maintenance.text === '' ? NO_TEXT : maintenance.text;
}

const NO_TEXT = 'Cannot log in: this server is being maintained and takes nobody new';
