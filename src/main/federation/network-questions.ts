/** What hosts ask each other for their players and operators, and what each is answered. Types only. Main thread. */

import type { PlayerDetail, PlayerView, TicketView } from '../ops/ops-views.ts';

/** By what it is about; null: no such player is there. */
export interface NetworkQuestions {
  readonly player: {
    readonly question: { readonly name: string; readonly withAddress: boolean };
    readonly answer: PlayerDetail | null;
  };
  readonly players: { readonly question: PlayersQuestion; readonly answer: PlayersAnswer };
  readonly ticket: {
    readonly question: { readonly name: string };
    readonly answer: TicketView | null;
  };
  readonly kick: {
    readonly question: { readonly name: string; readonly reason: string; readonly by: string };
    /** The name as it logged in. */
    readonly answer: string | null;
  };
  readonly announce: {
    readonly question: { readonly text: string; readonly by: string };
    /** Players who were told. */
    readonly answer: number;
  };
  readonly tell: {
    readonly question: Tell;
    /** The name as it logged in. */
    readonly answer: string | null;
  };
}

export type NetworkTopic = keyof NetworkQuestions;
export type QuestionOf<Topic extends NetworkTopic> = NetworkQuestions[Topic]['question'];
export type AnswerOf<Topic extends NetworkTopic> = NetworkQuestions[Topic]['answer'];

/** A page of one host's players. */
export interface PlayersQuestion {
  /** Part of the name; null: all. */
  readonly find: string | null;
  /** Number of the row that the page goes on after. */
  readonly after: number;
  readonly limit: number;
  readonly withAddress: boolean;
}

export interface PlayersAnswer {
  readonly rows: readonly PlayerView[];
  /** Null: this is the last page. */
  readonly next: number | null;
  readonly total: number;
}

/** One player's words for another. */
export interface Tell {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}
