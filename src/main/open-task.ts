/** The task that opens a handler on a match worker, by the configuration in force at that moment. Main thread. */

import { freshSeed } from '../shared/random.ts';
import type { OpenTask } from '../shared/thread-messages.ts';
import type { HostConfig } from './config/host-config.ts';
import type { HandlerSpec, OpeningHandler } from './directory/directory-effects.ts';

const LOBBY_MODULE = 'lobby';

export function openTask(
  { modes }: HostConfig,
  { mode, roster, isLobby, quality }: HandlerSpec,
  { handler, id }: OpeningHandler,
): OpenTask {
  const rules = modes[mode];
  return {
    handler,
    id,
    mode,
    module: rules?.handler ?? LOBBY_MODULE,
    settings: rules?.settings ?? {},
    tickHz: rules?.tickHz ?? 0,
    roster,
    isLobby,
    ...(quality === undefined ? {} : { quality }),
    seed: freshSeed(),
  };
}
