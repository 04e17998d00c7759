/**
 * Questions that the main of one host asks another's, for its players and operators; JSON over Channel.control. Types only. Main
 * thread.
 *
 * What is asked and answered is main's business (src/main/federation/network-questions.ts): the bridge only carries it.
 */

export type NetworkMessage =
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly about: string;
      readonly question: unknown;
    }
  /** Left out `answer`: that host cannot say. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer?: unknown };
