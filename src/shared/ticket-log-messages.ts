/** What main and the ticket log's thread tell each other, and what the thread is started with. Both threads. */

export interface TicketLogTask {
  /** Made if it is not there. */
  readonly folder: string;
  /** A file that would grow beyond this is followed by the next one. */
  readonly fileBytesMax: number;
  /** When there are more, the oldest go. */
  readonly filesMax: number;
  /** The text that stands first in every file, so that each can be read alone. */
  readonly header: string;
}

export type TicketLogOrder =
  | { readonly kind: 'append'; readonly text: string; readonly events: number }
  /** What comes after it stands in a new file, which begins with this text. */
  | { readonly kind: 'header'; readonly header: string }
  /** Everything before it is written; then the thread ends. */
  | { readonly kind: 'stop' };

export type TicketLogReport =
  | { readonly kind: 'written'; readonly textLength: number; readonly fileBytes: number }
  /** The disk did not take the text; its events are lost. */
  | {
      readonly kind: 'failed';
      readonly textLength: number;
      readonly events: number;
      readonly error: string;
    };
