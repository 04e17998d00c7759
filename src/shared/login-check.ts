/**
 * What a game's own login check is given and answers, and how its thread and main talk. Main, the check's thread, and the
 * module of the game.
 *
 *   main --CheckOrder--> check thread --checkLogin()--> the game's module
 *   main <--CheckReport-- check thread
 */

/** Who wants in. */
export interface LoginQuestion {
  readonly name: string;
  /** The token of HELLO, or the third word of `login NAME TOKEN`. */
  readonly token: string | undefined;
  /** Behind a trusted proxy, the one that it names. */
  readonly address: string;
  /** Name of the listener. */
  readonly listener: string;
}

export type LoginAnswer =
  /** `name`: who it really is; left out: the name that was asked for. */
  | { readonly ok: true; readonly name?: string }
  /** `message`: for the player to read. */
  | { readonly ok: false; readonly message: string };

/** What a module named by `logins.checkModule` exports as `checkLogin`. */
export type CheckLogin = (question: LoginQuestion) => Promise<LoginAnswer> | LoginAnswer;

export type CheckOrder =
  | { readonly kind: 'ask'; readonly id: number; readonly question: LoginQuestion }
  /** Answered with `pong` by a thread whose event loop turns. */
  | { readonly kind: 'ping' };

export type CheckReport =
  | { readonly kind: 'ready' }
  /** The module cannot be used; the thread ends. */
  | { readonly kind: 'failed'; readonly message: string }
  /** `answer` is whatever the module gave: it is not believed. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'threw'; readonly id: number; readonly message: string }
  | { readonly kind: 'pong' };
