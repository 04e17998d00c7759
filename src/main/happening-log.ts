/** What of the directory's happenings goes to the log, and at which level. Main thread. */

import { reasonWord } from '../shared/reason.ts';
import type { Happening } from './directory/directory-effects.ts';
import type { HostLog } from './log.ts';

export function logHappening(log: HostLog, happening: Happening): void {
  switch (happening.kind) {
    case 'lobbyFailed':
    case 'matchFailed':
      log.error(`${happening.id} failed: ${reasonWord(happening.reason)}`, {
        reason: happening.kind,
        error: happening.error,
      });
      break;
    case 'modeQuarantined':
      log.error(`mode ${happening.mode} is quarantined: ${happening.crashes} crashes`);
      break;
    case 'modeReleased':
      log.info(`mode ${happening.mode} can be played again`);
      break;
    case 'lobbyOpened':
    case 'lobbyClosed':
    case 'matchStarted':
    case 'matchEnded': {
      const { kind, ...fields } = happening;
      log.debug(kind, fields);
      break;
    }
  }
}
