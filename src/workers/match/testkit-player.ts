/**
 * A fake player of the test kit: what a handler sees of a player, and a record of all it was sent.
 * Runs in the thread of the test.
 */

import type { ClientEvent, Player } from '../../shared/api.ts';

/** One state as a handler sent it. */
export interface SentState {
  readonly bytes: Uint8Array;
  readonly volatile: boolean;
  readonly atMs: number;
}

export class TestPlayer implements Player {
  readonly name: string;
  readonly team: number;
  readonly practice: boolean;
  connected = true;
  /** Assign to it as a client that changes its view would. */
  view: Player['view'];
  /** Every state sent while connected, oldest first. */
  readonly sent: SentState[] = [];
  /** Every event sent while connected, oldest first. */
  readonly events: ClientEvent[] = [];
  /** What the handler gave back with unread(). */
  readonly unread: Uint8Array[] = [];
  /** What the handler said when it closed the connection; leave(name, 'closed') is what the host does next. */
  closed: string | undefined;

  constructor(name: string, seat: Pick<Player, 'team' | 'practice' | 'view'>) {
    this.name = name;
    this.team = seat.team;
    this.practice = seat.practice;
    this.view = seat.view;
  }

  /** The bytes of every state, oldest first. */
  get states(): Uint8Array[] {
    return this.sent.map((state) => state.bytes);
  }

  /** All states as one text, as a line client would have received it. */
  get text(): string {
    return this.sent.map((state) => new TextDecoder().decode(state.bytes)).join('');
  }

  /** Forgets what was recorded so far. */
  clear(): void {
    this.sent.length = 0;
    this.events.length = 0;
  }
}
