/** What the floods bench and its attacking process say to each other over Node's IPC channel. Both sides. */

export interface FloodOrder {
  readonly kind: 'flood' | 'stop';
  readonly port: number;
  readonly connectsPerSecond: number;
  /** Source addresses, in 127.64.0.0/10: away from the players'. */
  readonly addresses: number;
  /** How long a connection that was let in says nothing before the attacker resets it. */
  readonly holdMs: number;
}

export interface FloodReport {
  /** Connects that were begun since the order. */
  readonly begun: number;
  /** Of them: the host accepted; it reset them, before or after; they could not even be begun. */
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
  /** CPU of the attacking process. */
  readonly cpuMicros: number;
}
