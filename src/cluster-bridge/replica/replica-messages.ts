/** What hosts say to each other about their replicated maps. Types only. Main and bridge threads. */

import type { Entry, VersionVector } from '../../shared/store-messages.ts';

export type ReplicaMessage =
  /** What the sender has: whoever has more sends the rest. */
  | {
      readonly kind: 'vector';
      /** Empty where the sender wants all there is. */
      readonly vector: VersionVector;
      /** Of the sender's map at that moment; undefined where it says nothing of it. */
      readonly digest: string | undefined;
      /** Answers one of the receiver's: it is not answered again. */
      readonly isReply: boolean;
    }
  /** A piece of one host's log; the next one comes when this one is taken. */
  | {
      readonly kind: 'entries';
      /** Counts up for each link. */
      readonly batch: number;
      readonly origin: string;
      readonly entries: readonly Entry[];
      /** With these the receiver has all of that log up to here. */
      readonly mark: number;
    }
  /** They are on the receiver's disk; some were left out where `isHeld`. */
  | { readonly kind: 'taken'; readonly batch: number; readonly isHeld: boolean }
  /** To the host that wrote it: what it wrote is in force here. */
  | { readonly kind: 'inForce'; readonly key: string; readonly isDeleted: boolean };
