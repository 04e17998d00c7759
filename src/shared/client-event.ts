/**
 * What the host tells a client outside the game's own state: the EVENT frames of docs/protocol.md.
 * Handlers and main build them, adapters turn them into JSON or text. Any thread.
 */

/** The result of a match as its handler gave it: any JSON value, `winner` by convention. */
export type MatchResult = Readonly<Record<string, unknown>>;

export type ClientEvent =
  | { event: 'lobby'; lobby: string; reason: string; networkPlayers: number }
  | { event: 'queued'; mode: string; waiting: number; etaMs: number | null }
  | { event: 'unqueued'; reason: string }
  /** A match is found; it opens when all its players accept. How many they are, not who: nobody picks opponents. */
  | { event: 'found'; mode: string; players: number; acceptMs: number }
  | {
      event: 'match';
      match: string;
      mode: string;
      team: number;
      players: readonly string[];
      hostId: string;
      reason: string;
    }
  | { event: 'ended'; match: string; result: MatchResult; rating: number | null }
  | { event: 'said'; from: string; text: string; private?: boolean }
  | { event: 'party'; action: PartyAction; by: string; leader: string; members: readonly string[] }
  /** Why a ticket waits, for programs; a `notice` says it in words. */
  | {
      event: 'why';
      mode: string;
      cause: string;
      position: number;
      waiting: number;
      missing: number;
      candidates: number;
      relaxesInMs: number | null;
      etaMs: number | null;
    }
  | { event: 'notice'; text: string }
  | { event: 'error'; code: string; message: string }
  | KeysEvent;

export type PartyAction = 'invited' | 'joined' | 'left' | 'disbanded' | 'declined' | 'status';

/** Asks a terminal for single keys (true) or whole lines (false). Only `line` adapters act on it. */
export interface KeysEvent {
  event: 'keys';
  on: boolean;
}
