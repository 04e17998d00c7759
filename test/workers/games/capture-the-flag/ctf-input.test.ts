/** Goal: what people type is understood, and what is not is told. Method: examples. */

import { expect, test } from 'vitest';
import {
  STEPS_MAX,
  readKeys,
  readLine,
} from '../../../../src/workers/games/capture-the-flag/ctf-input.ts';

test('keys: letters, vi keys, arrows in both modes, several at once', () => {
  expect(readKeys('wD')).toEqual([{ move: 1 }, { move: 3 }]);
  expect(readKeys('hjklyubn')).toEqual([7, 5, 1, 3, 8, 2, 6, 4].map((move) => ({ move })));
  expect(readKeys('\u001b[A\u001bOB\u001b[C\u001b[D')).toEqual(
    [1, 5, 3, 7].map((move) => ({ move })),
  );
  expect(readKeys(' ?m')).toEqual([{ move: 0 }, 'help', 'redraw']);
  expect(readKeys('\u001b[5~\u001b\u001b[1;2H!\r\n\u{1F6A9}')).not.toContainEqual({ move: 1 });
});

test('lines: words run, letters step, anything else is refused by name', () => {
  expect(readLine('North')).toEqual({ run: 1 });
  expect(readLine(' sw ')).toEqual({ run: 6 });
  expect(readLine('stop')).toEqual({ run: 0 });
  expect(readLine('wwd a')).toEqual({ steps: [1, 1, 3, 7] });
  expect(readLine('w')).toEqual({ steps: [1] });
  expect(readLine('jump')).toMatchObject({
    refused: expect.stringContaining("'jump' is not a move"),
  });
  expect(readLine('w'.repeat(STEPS_MAX))).toMatchObject({ steps: expect.anything() });
  expect(readLine('w'.repeat(STEPS_MAX + 1))).toEqual({
    refused: `Cannot move: more than ${STEPS_MAX} steps in a line`,
  });
  expect(readLine('')).toHaveProperty('refused');
});
