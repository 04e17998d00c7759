/** Goal: a handler is found by name or by file URL, and a wrong module says what is wrong. Method: examples. */

import { expect, test } from 'vitest';
import { BUILT_IN_HANDLERS, loadHandler } from '../../../src/workers/games/registry.ts';

test('each built-in is found by its name', async () => {
  const names = [];
  for (const module of BUILT_IN_HANDLERS) names.push((await loadHandler(module)).name);
  expect(names).toEqual(['Lobby', 'CaptureTheFlag', 'Relay']);
});

test('a file URL is imported and its default export returned', async () => {
  const url = new URL('../../../examples/guess-the-number/guess-the-number.ts', import.meta.url)
    .href;
  expect((await loadHandler(url)).name).toBe('GuessTheNumber');
});

test('what is no handler is refused', async () => {
  await expect(loadHandler('chess')).rejects.toThrow(
    "Cannot load a handler: 'chess' is neither a file: URL nor one of lobby, capture-the-flag, relay",
  );
  await expect(loadHandler('toString')).rejects.toThrow('is neither a file: URL');
  const noDefault = new URL('../../../src/shared/ids.ts', import.meta.url).href;
  await expect(loadHandler(noDefault)).rejects.toThrow('exports nothing as default, a class');
  await expect(loadHandler('file:///nowhere/game.ts')).rejects.toThrow(
    "Cannot load a handler: 'file:///nowhere/game.ts' failed: ",
  );
});
