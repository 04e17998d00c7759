/**
 * Goal: an operator can leave the dashboard open and act from it: it shows what the host does as it happens, acts with the
 * token and only with it, survives hostile names, and complains of nothing. Method: a real host with practice players, a
 * real client among them, and the page in headless Chromium.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { isBrowserUnwanted, openBrowser, openPage, type OpenPage } from './browser.ts';
import { FrameClient } from '../support/frame-client.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const CONFIG = [
  '[shutdown]',
  'deadlineSeconds = 1',
  '[modes.ctf]',
  'handler = "capture-the-flag"',
  'teamSize = 2',
  'settings = { countdownSeconds = 0 }',
  '[modes.relay]',
  'handler = "relay"',
  'teams = 1',
  'teamSize = 1',
  'tickHz = 10',
].join('\n');
const HOSTILE = '<img src=x onerror=alert(1)>';

let host: SpawnedHost;
let browser: Browser;
let token: string;
let open: OpenPage;

describe.skipIf(isBrowserUnwanted)('the dashboard', () => {
  beforeAll(async () => {
    host = await spawnHost({ config: CONFIG, flags: ['--bots', '4'] });
    token = (await readFile(join(host.dataDir, 'ops-token'), 'utf8')).trim();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });
  afterEach(async () => {
    await open.page.context().close();
  });

  it('shows a ready host, and players and matches as they come', async () => {
    const { page } = await visit();
    await expectText(page, '#state', /Ready takes players/);
    await expectText(page, '#players-host', /^0$/);
    await expectText(page, '#players-note', /4 bots/);
    await expectText(page, '#matches-empty', /No match runs here now/);
    expect(await page.locator('#workers-rows tr').count()).toBeGreaterThan(0);
    expect(await page.locator('.plot canvas').count()).toBe(5);
    const ada = await playing('ada', 'ctf');
    await expectText(page, '#players-host', /^1$/);
    await expectText(page, '#matches-rows', /ctf.*2 v 2.*\d+ : \d+/);
    await expectText(page, '#fact-events', /live/);
    await expectText(page, '#events-list', /Match .* started: ctf, 4 players/);
    ada.socket.destroy();
    expect(open.complaints).toEqual([]);
  });

  it('refuses a wrong token in words, and keeps the right one out of addresses', async () => {
    const { page } = await visit();
    expect(await page.locator('#announce-button').isDisabled()).toBe(true);
    await tryToken(page, 'not-the-token-of-this-host');
    await expectText(page, '#form-error', /Wrong token/);
    expect(await page.locator('#announce-button').isDisabled()).toBe(true);
    await page.fill('#form-fields input[name=token]', token);
    await page.click('#form-submit');
    await expectText(page, '#acts-note', /Unlocked; acts are logged as operator/);
    expect(page.url()).not.toContain(token);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);
    // It is for this tab only: another one is locked.
    const other = await page.context().newPage();
    await other.goto(page.url());
    await expectText(other, '#acts-note', /Locked/);
    await page.click('#token-button');
    await expectText(page, '#acts-note', /Locked/);
    // The browser itself says that the wrong token was refused.
    expect(open.complaints.filter((line) => !line.includes('401'))).toEqual([]);
  });

  it('finds a player by a part of the name, shows it, and kicks it', async () => {
    const { page } = await visit();
    await unlock(page);
    const mallory = await loggedIn('mallory');
    await page.keyboard.press('/');
    await page.keyboard.type('ALLO');
    await expectText(page, '#find-results', /mallory/);
    await page.keyboard.press('Enter');
    await expectText(page, '#player-body', /State.*lobby.*What happened.*login/i);
    await page.click('#player-kick');
    await page.fill('#form-fields input[name=reason]', HOSTILE);
    await page.click('#form-submit');
    const bye = await mallory.bye();
    expect(bye).toEqual({ code: 'kicked', message: expect.stringContaining(HOSTILE) as unknown });
    await expectText(page, '#acts-results', /Kicked mallory from \S+/);
    await expectText(page, '#events-list', /mallory was kicked by operator/);
    expect(await page.locator('img').count()).toBe(1);
    expect(open.complaints).toEqual([]);
  });

  it('bans a player with the hosts that confirmed it, lists the ban and lifts it', async () => {
    const { page } = await visit();
    await unlock(page);
    const trudy = await loggedIn('trudy');
    await page.click('#ban-button');
    await page.fill('#form-fields input[name=target]', 'trudy');
    await page.selectOption('#form-fields select[name=seconds]', '3600');
    await page.fill('#form-fields input[name=reason]', 'spam');
    await page.click('#form-submit');
    expect((await trudy.bye()).code).toBe('banned');
    await expectText(page, '#acts-results', /Banned trudy: confirmed by \S+ \(\d+ ms\)/);
    await page.click('#bans-button');
    await expectText(page, '#bans-list', /trudy.*59 min.*spam/);
    await page.click('#bans-list button');
    await expectText(page, '#bans-empty', /Nobody is banned/);
    await expectText(page, '#acts-results', /Lifted the ban on trudy/);
    await expectText(
      page,
      '#events-list',
      /ban on trudy was lifted.*trudy was banned by operator: spam/,
    );
    expect(open.complaints).toEqual([]);
  });

  it('announces text as text, however hostile', async () => {
    const { page } = await visit();
    await unlock(page);
    const reader = await loggedIn('reader');
    await page.keyboard.press('a');
    await page.fill('#form-fields textarea', HOSTILE);
    await page.click('#form-submit');
    const notice = await reader.event('notice');
    expect(notice.text).toContain(HOSTILE);
    await expectText(page, '#acts-results', /Announced to \d+ players?/);
    await expectText(page, '#events-list', /Announced by operator: <img src=x/);
    expect(await page.locator('img').count()).toBe(1);
    reader.socket.destroy();
    expect(open.complaints).toEqual([]);
  });

  it('draws a match of Capture the Flag as it is played, until it is over', async () => {
    const { page } = await visit();
    await unlock(page);
    const ada = await playing('ada', 'ctf');
    await page.locator('#matches-rows button', { hasText: 'Watch' }).first().click();
    await expectText(page, '#watch-link', /live/);
    await expectText(page, '.score', /red \d+.*blue/);
    await expectText(page, '.roster', /ada/);
    const first = await paintedPixels(page);
    expect(first.colors).toBeGreaterThan(4);
    await eventually(page, async () => (await paintedPixels(page)).hash !== first.hash);
    ada.socket.destroy();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#watch-dialog').isVisible()).toBe(false);
    expect(open.complaints).toEqual([]);
  });

  it('shows size, rate and bytes of a game that it cannot draw', async () => {
    const { page } = await visit();
    await unlock(page);
    const solo = await playing('solo', 'relay');
    await page.selectOption('#matches-mode', 'relay');
    await page.locator('#matches-rows button').first().click();
    await expectText(page, '#watch-body', /\d+ broadcasts a second.*the newest has 256 B/);
    await expectText(page, '.hex', /^0000 00 00/);
    solo.command('leave');
    await expectText(page, '#watch-link', /over/);
    solo.socket.destroy();
    expect(open.complaints).toEqual([]);
  });

  it('drains with a countdown and takes it back', async () => {
    const { page } = await visit();
    await unlock(page);
    const ada = await playing('ada', 'ctf');
    await page.keyboard.press('d');
    await page.selectOption('#form-fields select', '300');
    await page.click('#form-submit');
    await expectText(page, '#state', /Draining.*4:\d\d left.*1 player still plays/);
    await page.click('#drain-button');
    await page.click('#form-submit');
    await expectText(page, '#state', /Ready/);
    await expectText(page, '#acts-results', /drains no longer/);
    await expectText(page, '#events-list', /drains no longer.*matches end within/);
    ada.socket.destroy();
    expect(open.complaints).toEqual([]);
  });
});

async function visit(): Promise<OpenPage> {
  open = await openPage(browser);
  await open.page.goto(`http://127.0.0.1:${host.ports.ops}/`);
  await expectText(open.page, '#state', /Ready/);
  return open;
}

async function tryToken(page: Page, tried: string): Promise<void> {
  await page.click('#token-button');
  await page.fill('#form-fields input[name=token]', tried);
  await page.click('#form-submit');
}

async function unlock(page: Page): Promise<void> {
  await tryToken(page, token);
  await expectText(page, '#acts-note', /Unlocked/);
}

async function loggedIn(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  return client;
}

async function playing(name: string, mode: string): Promise<FrameClient> {
  const client = await loggedIn(name);
  client.command(`queue ${mode}`);
  await client.event('match');
  return client;
}

/** Waits until the element says it; a failure shows what it says instead. */
async function expectText(page: Page, selector: string, pattern: RegExp): Promise<void> {
  const text = async (): Promise<string> =>
    ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
  await expect.poll(text, { timeout: 15_000, message: selector }).toMatch(pattern);
}

async function eventually(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 15_000, message: page.url() }).toBe(true);
  await sleep(0);
}

/** How many colors the canvas has, and a number that changes with its picture. */
function paintedPixels(page: Page): Promise<{ colors: number; hash: number }> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas[role=img]');
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!(canvas instanceof HTMLCanvasElement) || copy === null) return { colors: 0, hash: 0 };
    const { width, height } = canvas;
    Object.assign(copy.canvas, { width, height });
    copy.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer);
    let hash = 0;
    for (const pixel of pixels) hash = (Math.imul(hash, 31) + pixel) | 0;
    return { colors: new Set(pixels).size, hash };
  });
}
