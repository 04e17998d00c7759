/** What the shell around the directory is made of. Types only. Main thread. */

import type { HostMemory, HostTables } from '../shared/host-memory.ts';
import type { WatchedReport } from '../shared/thread-messages.ts';
import type { HostConfig } from './config/host-config.ts';
import type { Happening } from './directory/directory-effects.ts';
import type { HandlerRows } from './handler-rows.ts';
import type { LifeBook } from './life/life-book.ts';
import type { HostLog } from './log.ts';
import type { LoginDesk } from './logins/login-desk.ts';
import type { RatingBook } from './matchmaker/rating-book.ts';
import type { ModeRows } from './mode-rows.ts';
import type { HostTicketLog } from './ticket-log/host-ticket-log.ts';

export interface DirectoryShellOptions {
  readonly config: HostConfig;
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly modeRows: ModeRows;
  readonly log: HostLog;
  readonly practiceToken: string;
  /** For the matchmaker's draws. */
  readonly seed: number;
  readonly ratings: RatingBook;
  /** Undefined where the configuration wants none. */
  readonly ticketLog: HostTicketLog | undefined;
  /** Decides who gets as far as the directory. */
  readonly logins: Pick<LoginDesk, 'login' | 'closed'>;
  /** What happened to each player lately. */
  readonly life: LifeBook;
  /** Told of everything that happens, in order. */
  readonly happenings: readonly ((happening: Happening) => void)[];
  /** Told what players of a watched match see. */
  readonly onWatched: (sample: WatchedReport) => void;
}
