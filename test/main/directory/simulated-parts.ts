/** What the simulated host is made of: connections, handlers, reports on their way. Types only. */

import type { HandlerSpec } from '../../../src/main/directory/directory-effects.ts';
import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import type { Reason } from '../../../src/shared/reason.ts';
import type { PlayerRequest, PlayersWanted } from '../../../src/shared/thread-messages.ts';

export interface Connection {
  readonly player: PlayerRef;
  readonly gateway: number;
  /** What the gateway knows: undefined until admitted. */
  handler: HandlerRef | undefined;
  isOpen: boolean;
}

export interface SimulatedHandler extends HandlerSpec {
  readonly handler: HandlerRef;
  readonly worker: number;
  state: 'opening' | 'open' | 'ending';
  endReason: Reason;
}

export type WorkerReport =
  | { kind: 'opened'; handler: HandlerRef }
  | { kind: 'wanted'; handler: HandlerRef; wanted: PlayersWanted }
  | { kind: 'seated'; handler: HandlerRef; names: readonly string[] }
  | { kind: 'gone'; handler: HandlerRef; reason: Reason }
  | { kind: 'request'; handler: HandlerRef; player: PlayerRef; request: PlayerRequest };
