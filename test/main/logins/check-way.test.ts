/**
 * Goal: a game's own check decides, and whatever is wrong with it costs that login and no other. Method: the real thread with
 * a module that does what the name of the player asks for.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { CheckWay } from '../../../src/main/logins/check-way.ts';
import type { LoginVerdict } from '../../../src/main/logins/login-way.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { silentLog } from '../../support/silent-log.ts';

const MODULE = new URL('../../fixtures/mischief-check.ts', import.meta.url).href;

const open: CheckWay[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((way) => way.close()));
});

describe('CheckWay', () => {
  it('believes a check that says yes, no, or who it really is', async () => {
    const { way } = await start();
    expect(await enter(way, 'ada', 'sesame')).toEqual({ isAllowed: true, name: 'ada' });
    expect(await enter(way, 'renames')).toEqual({ isAllowed: true, name: 'Renamed' });
    // What it says is shown to a player: nothing in it may move a cursor.
    expect(await enter(way, 'ada', 'abracadabra')).toEqual({
      isAllowed: false,
      reason: Reason.badLogin,
      message: 'say the word   [2J',
    });
  });

  it.each(['nothing', 'text', 'truthy', 'number', 'function'])(
    'does not believe nonsense: %s',
    async (lie) => {
      const { way, lines } = await start();
      expect(await enter(way, 'lies', lie)).toMatchObject(NOT_NOW);
      expect(await enter(way, 'lies', lie)).toMatchObject(NOT_NOW);
      expect(lines).toHaveLength(1);
      expect(await enter(way, 'ada', 'sesame')).toMatchObject(IN);
    },
  );

  it('refuses logins whose check throws or is late, and lets others in meanwhile', async () => {
    const { way, lines } = await start(300);
    const late = [
      enter(way, 'slow'),
      enter(way, 'never'),
      enter(way, 'throws'),
      enter(way, 'throws'),
    ];
    expect(await enter(way, 'ada', 'sesame')).toMatchObject(IN);
    for (const verdict of await Promise.all(late)) expect(verdict).toMatchObject(NOT_NOW);
    expect(lines).toEqual([
      expect.stringContaining('threw: the database is on fire'),
      expect.stringContaining('took too long'),
    ]);
    // The late answer comes when nobody waits for it any more.
    expect(await enter(way, 'ada', 'sesame')).toMatchObject(IN);
  });

  it.each(['hangs', 'dies', 'crashes'])('replaces a thread whose module %s', async (what) => {
    const { way, lines } = await start(300);
    const beside = enter(way, 'never');
    expect(await enter(way, what)).toMatchObject(NOT_NOW);
    expect(await beside).toMatchObject(NOT_NOW);
    await expect.poll(() => enter(way, 'ada', 'sesame'), { timeout: 10_000 }).toMatchObject(IN);
    expect(lines.filter((line) => line.includes('is replaced'))).toHaveLength(1);
  });

  it.each([
    ['is not there', 'file:///nowhere/check.ts', 'Cannot find module'],
    ['exports something else', new URL(import.meta.url).href, 'Cannot load the login check'],
    ['has no checkLogin', new URL('../../support/run-seed.ts', import.meta.url).href, 'checkLogin'],
  ])('does not start with a module that %s', async (_what, module, why) => {
    const way = new CheckWay({ module, checkMs: 100, log: silentLog() });
    open.push(way);
    await expect(way.start()).rejects.toMatchObject({
      code: 'login-check',
      message: expect.stringContaining(why),
    });
  });

  it('refuses what comes after its close', async () => {
    const { way } = await start();
    const pending = enter(way, 'never');
    await way.close();
    expect(await pending).toMatchObject(NOT_NOW);
  });
});

const IN = { isAllowed: true };
const NOT_NOW = { isAllowed: false, reason: Reason.unavailable };

async function start(checkMs = 5_000): Promise<{ way: CheckWay; lines: string[] }> {
  const lines: string[] = [];
  const way = new CheckWay({ module: MODULE, checkMs, log: silentLog(lines) });
  open.push(way);
  await way.start();
  return { way, lines };
}

function enter(way: CheckWay, name: string, token?: string): Promise<LoginVerdict> {
  return way.check({ name, token, address: '10.0.0.1', listener: 'frame' });
}
