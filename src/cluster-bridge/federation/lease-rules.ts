/**
 * The times that keep a player out of two matches, whichever host, link or clock fails. Pure. Main thread.
 *
 * The match host may act for a home's players until LEASE_MS after it sent the confirm or renewal that the home answered, on
 * its own clock; the home counts HOME_LEASE_MS from the receipt, on its own. Receipt is never before sending, so as long as
 * clocks run within 15 % of each other the match host has stopped when the home matches its players again. The rules and
 * the faults that each of them stops: FINDINGS of the claim protocol's simulator (9,000 seeds, 2.64 million faults).
 */

export interface LeaseTimes {
  /** On the match host's clock, from the sending of what a home has answered. */
  readonly leaseMs: number;
  /** On the home's clock, from the receipt. */
  readonly homeLeaseMs: number;
  readonly renewMs: number;
  /** Tickets that are claimed and not confirmed are free again after it. */
  readonly claimMs: number;
  /** After a restart nobody here is matched for this long: a match elsewhere may still hold a lease on them. */
  readonly restartWaitMs: number;
}

const LEASE_MS = 3_000;
/** How much faster one clock may run than another. */
const CLOCK_MARGIN = 1.15;

export const LEASE_TIMES: LeaseTimes = {
  leaseMs: LEASE_MS,
  homeLeaseMs: LEASE_MS * CLOCK_MARGIN,
  renewMs: 300,
  claimMs: 3_000,
  restartWaitMs: LEASE_MS * 1.3,
};
