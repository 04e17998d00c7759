/**
 * Goal: the dashboard can be read and used by everyone: in light and dark, on a narrow screen, by keyboard, with words for
 * what colors say, and it says so when the host is silent. Method: the page of a real host in headless Chromium; answers
 * that such a small host never gives are put in their place on the way.
 */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isBrowserUnwanted, openBrowser, openPage, type OpenPage } from './browser.ts';
import { contrastFindings, labelFindings } from './page-rules.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const HOSTILE = '<script>alert(1)</script>';

let host: SpawnedHost;
let browser: Browser;
let open: OpenPage;

describe.skipIf(isBrowserUnwanted)('the dashboard', () => {
  beforeAll(async () => {
    host = await spawnHost({ flags: ['--bots', '2'] });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });
  afterEach(async () => {
    await open.page.context().close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has enough contrast in ${colorScheme}, and a label on everything that is used`, async () => {
      const { page } = await visit({ colorScheme });
      const contrast = await page.evaluate(contrastFindings, 4.5);
      expect(contrast.checked).toBeGreaterThan(40);
      expect(contrast.findings).toEqual([]);
      const labels = await page.evaluate(labelFindings);
      expect(labels.checked).toBeGreaterThan(10);
      expect(labels.findings).toEqual([]);
      expect(open.complaints).toEqual([]);
    });
  }

  it('follows the system, or the choice that was made here, also after a reload', async () => {
    const { page } = await visit({ colorScheme: 'dark' });
    const dark = await ground(page);
    await page.keyboard.press('t');
    expect(await page.textContent('#theme-button')).toBe('Light');
    const light = await ground(page);
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await ground(page)).toBe(light);
  });

  it('fits a screen of 360 pixels without scrolling sideways, dialogs too', async () => {
    const { page } = await visit({ viewport: { width: 360, height: 740 } });
    await answer(page, '/v1/matches', { matches: [longMatch()], next: null, total: 1 });
    await expectText(page, '#matches-rows', /#9/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    await page.click('#help-button');
    const box = await page.locator('#help-dialog').boundingBox();
    expect(box?.width).toBeLessThanOrEqual(360);
    expect(box?.x).toBeGreaterThanOrEqual(0);
  });

  it('can be used by keyboard alone', async () => {
    const { page } = await visit({});
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Skip to/);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('?');
    await expectText(page, '#help-keys', /find a player.*drain the host/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('find-input');
    const outline = await page.evaluate(
      () => document.activeElement && getComputedStyle(document.activeElement).outlineWidth,
    );
    expect(outline).toBe('3px');
    // Keys that are typed into a field are text.
    await page.keyboard.type('ta?');
    expect(await page.inputValue('#find-input')).toBe('ta?');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Escape');
    // Acts stay shut without the token.
    await page.locator('#main').focus();
    await page.keyboard.press('a');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  it('moves nothing where motion is unwelcome', async () => {
    const { page } = await visit({ reducedMotion: 'reduce' });
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it('says that the host is silent, since when the figures are old, and that it answers again', async () => {
    const { page } = await visit({});
    await page.route('**/v1/status', (route) => route.abort());
    await expectText(page, '#state', /No answer from the host/);
    await expectText(page, '#banner', /does not answer.*The figures are from/);
    expect(await page.getAttribute('#state', 'data-tone')).toBe('bad');
    await page.unroute('**/v1/status');
    await page.route('**/v1/status', (route) => route.fulfill({ status: 500, body: 'oh' }));
    await expectText(page, '#state', /Failing the host answers with an error/);
    await page.unroute('**/v1/status');
    await expectText(page, '#state', /Ready/);
    expect(await page.locator('#banner').isVisible()).toBe(false);
  });

  it('names what is wrong, in words and not by color alone', async () => {
    const { page } = await visit({});
    await answerStatus(page, { notReady: 'overloaded' });
    await expectText(page, '#state', /Not ready overloaded/);
    await answerStatus(page, { store: { state: 'failing', problem: 'the disk is full' } });
    await expectText(page, '#state', /Ready but the store fails/);
    await expectText(page, '#fact-store', /failing/);
    await answerStatus(page, { draining: { deadlineMs: 61_000, playing: 2 } });
    await expectText(page, '#state', /Draining 1:01 left, 2 players still play/);
    expect(await page.textContent('#drain-button')).toBe('Stop draining…');
  });

  it('shows a network of hosts with the age of its figures, and large numbers with separators', async () => {
    const { page } = await visit({});
    const players = { host: 15_204, network: 118_231, hostsHeard: 9, hostsKnown: 10, ageMs: 240 };
    await answerStatus(page, { players });
    await expectText(page, '#players-network', /^118,231$/);
    await expectText(page, '#network-note', /9 of 10 hosts heard, 0.2 s old/);
    expect(await page.title()).toMatch(/^15,204 players/);
  });

  it('keeps hostile names of modes, hosts, players and matches text', async () => {
    const { page } = await visit({});
    const queue = { host: 1, network: 1, oldestMs: 1 };
    await answerStatus(page, { hostId: HOSTILE, queues: { [HOSTILE]: queue } });
    await answer(page, '/v1/matches', { matches: [longMatch(HOSTILE)], next: null, total: 1 });
    await expectText(page, '#queues-rows', /<script>/);
    await expectText(page, '#host-id', /<script>/);
    await expectText(page, '#matches-rows', /<script>/);
    expect(await page.locator('body script').count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  it('goes by the clock of the host where the browser has another one', async () => {
    const { page } = await visit({});
    const hostMs = Date.parse('2031-01-01T12:00:00Z');
    const json = (await host.getJson('/v1/status')) as object;
    const headers = { date: new Date(hostMs).toUTCString() };
    await page.route('**/v1/*', (route) => route.fulfill({ json, headers }));
    const match = { ...longMatch(), startedMs: hostMs - 65_000 };
    const matches = { matches: [match], next: null, total: 1 };
    await page.route('**/v1/matches*', (route) => route.fulfill({ json: matches, headers }));
    await expectText(page, '#matches-rows', /1 min \d+ s/);
  });

  it('keeps the place and the focus of a row while figures change', async () => {
    const { page } = await visit({});
    const matches = [longMatch('ctf', 1), longMatch('ctf', 2)];
    await answer(page, '/v1/matches', { matches, next: null, total: 2 });
    await expectText(page, '#matches-count', /^2$/);
    await page.locator('#matches-rows button').nth(1).focus();
    const before = await page.locator('#matches-rows').boundingBox();
    await answer(page, '/v1/matches', { matches: matches.slice(1), next: null, total: 1 });
    await expectText(page, '#matches-count', /^1$/);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Watch');
    const after = await page.locator('#matches-rows').boundingBox();
    expect([after?.x, after?.y]).toEqual([before?.x, before?.y]);
  });
});

async function visit(options: Parameters<typeof openPage>[1]): Promise<OpenPage> {
  open = await openPage(browser, options);
  await open.page.goto(`http://127.0.0.1:${host.ports.ops}/`);
  await expectText(open.page, '#state', /Ready/);
  return open;
}

/** From now on the page is answered so. */
async function answer(page: Page, path: string, json: object): Promise<void> {
  await page.unroute(`**${path}*`);
  await page.route(`**${path}*`, (route) => route.fulfill({ json }));
}

/** The host's own answer with some of it changed. */
async function answerStatus(page: Page, changes: object): Promise<void> {
  const real = (await host.getJson('/v1/status')) as object;
  await answer(page, '/v1/status', { ...real, ...changes });
}

function longMatch(mode = 'capture-the-flag-with-a-long-name', number = 9): object {
  const players = Array.from({ length: 16 }, (_, seat) => {
    return { name: `${HOSTILE}-${seat}`, team: seat % 2 };
  });
  const quality = { winProbabilities: [0.55, 0.45], relaxed: [] };
  const id = `host/${mode}/${number}`;
  const homes = [{ hostId: 'host', players: players.length }];
  return {
    id,
    mode,
    hostId: 'host',
    worker: 0,
    startedMs: 1_700_000_000_000,
    players,
    quality,
    homes,
  };
}

function ground(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

async function expectText(page: Page, selector: string, pattern: RegExp): Promise<void> {
  const text = async (): Promise<string> =>
    ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
  await expect.poll(text, { timeout: 15_000, message: selector }).toMatch(pattern);
}
