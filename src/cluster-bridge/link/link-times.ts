/** The times of a link between two hosts. Bridge thread, and the simulation. */

/** How long the handshake may take. */
export const HANDSHAKE_MS = 5_000;
/** Who dials and hears nothing for so long dials again beside it: what was lost on the way TCP repeats later and later. */
export const DIAL_SILENT_MS = 1_500;
/** A link without other traffic says this often that it lives. */
export const HEARTBEAT_MS = 250;
/** A peer that is silent for longer is down. */
export const SILENT_MS = 2_000;
/** Clocks that differ by more are reported. */
export const CLOCK_SKEW_MS = 2_000;
