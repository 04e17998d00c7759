/**
 * The control sequences (ECMA-48, as xterm and its kin read them) by which a game takes a terminal over and gives
 * it back. Runs in match workers.
 *
 *   rows 1 to 21    the game's picture, redrawn in place
 *   rows 22 to 23   a scrolling region: what the host says meanwhile
 *   row 24          left to the gateway, which shows there the line that is being typed
 *
 * The cursor rests, hidden, in the region, so a line of the host never scrolls the picture away.
 */

export const SCREEN_COLUMNS = 80;
export const PICTURE_ROWS = 21;

const ESC = '\u001b';
const REGION_LAST_ROW = PICTURE_ROWS + 2;

/** Clears the screen, sets the scrolling region and puts the cursor at its end. */
export const ENTER_SCREEN: string =
  `${ESC}[0m${ESC}[2J${ESC}[${PICTURE_ROWS + 1};${REGION_LAST_ROW}r` +
  `${ESC}[${REGION_LAST_ROW};1H${ESC}[?25l`;

/** Gives the whole screen back, empty, the cursor at its top. */
export const LEAVE_SCREEN: string = `${ESC}[0m${ESC}[r${ESC}[2J${ESC}[H${ESC}[?25h`;

export const SAVE_CURSOR: string = `${ESC}7`;
export const RESTORE_CURSOR: string = `${ESC}8`;

/** Undoes whatever a game may have left behind, without moving the cursor; harmless when there is nothing. */
export const RESTORE_SCREEN: string = `${ESC}7${ESC}[r${ESC}8${ESC}[0m${ESC}[?25h`;

/**
 * Replaces one row (counted from 1) with `text`. The row is erased first: after a character in the last column the
 * cursor still stands on it, and erasing to the end of the line would take it away again.
 */
export function drawRow(row: number, text: string): string {
  return `${ESC}[${row};1H${ESC}[0m${ESC}[K${text}`;
}

/** Select Graphic Rendition, such as `sgr('1;31')` for bold red. */
export function sgr(parameters: string): string {
  return `${ESC}[${parameters}m`;
}
