/** The directory's settings and its named limits. Main thread. */

import type { HouseRules } from './house-rules.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { RatingBook } from '../matchmaker/rating-book.ts';

export interface DirectoryOptions {
  readonly hostId: string;
  readonly modes: ReadonlyMap<string, ModeRules>;
  /** Players of one lobby. */
  readonly lobbyCapacity: number;
  /** Accounts that may be logged in or have a seat kept, practice bots among them. */
  readonly playersMax: number;
  /** Where ratings are kept; left out: in memory. */
  readonly ratings?: RatingBook;
  /** Draws among equally even teams, nothing else. */
  readonly seed: number;
  /** Names that start with `bot-` are for logins with this token; undefined: for nobody. */
  readonly practiceToken: string | undefined;
  /** Listener name -> mode of the lobbies that greet its players; `lobby` for listeners not named here. */
  readonly greeters?: ReadonlyMap<string, string>;
  /** Left out: nothing is said, everyone may come. */
  readonly house?: HouseRules;
  /** For the order of logins in the network; left out: the directory's own time. */
  readonly wallMs?: () => number;
  readonly limits?: Partial<DirectoryLimits>;
}

export interface DirectoryLimits {
  /** How long a login waits for a lobby to open before it is refused. */
  readonly loginWaitMs: number;
  /** How long an admitted player waits for a lobby to open before the connection is closed. */
  readonly strandedWaitMs: number;
  /** How long a match may take to open before it counts as failed. */
  readonly openingMsMax: number;
  /** Handlers of one kind of lobby that may be opening at once. */
  readonly lobbiesOpeningMax: number;
  /** How long a surplus lobby stays empty before it is closed. */
  readonly lobbyIdleMs: number;
  /** Pause after a lobby could not be opened; doubles with each failure up to `retryMsMax`. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** How long a player whose match broke goes to the head of the queue. */
  readonly priorityMs: number;
  /** How long a ticket may wait. */
  readonly ticketMsMax: number;
  readonly inviteMs: number;
  /** Open invitations to one player. */
  readonly invitesMax: number;
  readonly partySizeMax: number;
  /** Crashes of a mode within `crashWindowMs` that quarantine it. */
  readonly crashesMax: number;
  readonly crashWindowMs: number;
  readonly quarantineMs: number;
}

export const DIRECTORY_LIMITS: DirectoryLimits = {
  loginWaitMs: 5_000,
  strandedWaitMs: 30_000,
  openingMsMax: 10_000,
  lobbiesOpeningMax: 16,
  lobbyIdleMs: 60_000,
  retryMs: 20,
  retryMsMax: 5_000,
  priorityMs: 600_000,
  ticketMsMax: 3_600_000,
  inviteMs: 60_000,
  invitesMax: 8,
  partySizeMax: 8,
  crashesMax: 5,
  crashWindowMs: 60_000,
  quarantineMs: 300_000,
};

/** The lobbies of listeners that name no other greeter. */
export const DEFAULT_HOME = 'lobby';
