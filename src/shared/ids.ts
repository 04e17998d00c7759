/**
 * The two references that travel in records and tables, each packed into one u32. Any thread.
 *
 *   PlayerRef   | generation 12 bits | slot  20 bits |   slot:  row of the player table
 *   HandlerRef  | generation 14 bits | index 18 bits |   index: row of the handler table
 *
 * A generation is bumped whenever its row is freed and is never 0 in a valid reference, so that 0 means none and a
 * reference to an earlier user of a row is recognized. Records are short-lived (milliseconds), wraps take minutes.
 */

/** A player's row and generation on this host. */
export type PlayerRef = number;
/** A handler's row and generation on this host. */
export type HandlerRef = number;

export const NO_PLAYER: PlayerRef = 0;
export const NO_HANDLER: HandlerRef = 0;

const PLAYER_SLOT_BITS = 20;
export const PLAYER_GENERATION_MAX: number = 2 ** 12 - 1;
export const PLAYER_CAPACITY_MAX: number = 2 ** PLAYER_SLOT_BITS;
const HANDLER_INDEX_BITS = 18;
export const HANDLER_GENERATION_MAX: number = 2 ** 14 - 1;
export const HANDLER_CAPACITY_MAX: number = 2 ** HANDLER_INDEX_BITS;

const SLOT_MASK = PLAYER_CAPACITY_MAX - 1;
const INDEX_MASK = HANDLER_CAPACITY_MAX - 1;

export function playerRef(slot: number, generation: number): PlayerRef {
  return ((generation << PLAYER_SLOT_BITS) | slot) >>> 0;
}

export function slotOf(player: PlayerRef): number {
  return player & SLOT_MASK;
}

export function playerGenerationOf(player: PlayerRef): number {
  return player >>> PLAYER_SLOT_BITS;
}

export function handlerRef(index: number, generation: number): HandlerRef {
  return ((generation << HANDLER_INDEX_BITS) | index) >>> 0;
}

export function handlerIndexOf(handler: HandlerRef): number {
  return handler & INDEX_MASK;
}

export function handlerGenerationOf(handler: HandlerRef): number {
  return handler >>> HANDLER_INDEX_BITS;
}

/** The generation after `generation`, which is 0 for a row never used. */
export function nextGeneration(generation: number, max: number): number {
  return generation >= max ? 1 : generation + 1;
}

/** The player's name on the network: `hostId:slot:generation`. */
export function playerIdText(hostId: string, player: PlayerRef): string {
  return `${hostId}:${slotOf(player)}:${playerGenerationOf(player)}`;
}
