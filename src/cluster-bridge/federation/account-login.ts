/** One login of an account, as hosts tell it to each other: the newest wins, wherever it is. Pure. Main thread. */

export interface AccountLogin {
  readonly name: string;
  /** Wall clock of the host of the login. */
  readonly wallMs: number;
}

/** Whether `one` comes after `other`; of two in the same millisecond that of the higher host id does. */
export function isNewerLogin(one: PlacedLogin, other: PlacedLogin): boolean {
  if (one.wallMs !== other.wallMs) return one.wallMs > other.wallMs;
  return one.hostId > other.hostId;
}

export interface PlacedLogin {
  readonly wallMs: number;
  readonly hostId: string;
}
