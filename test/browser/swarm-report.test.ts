/**
 * Goal: the swarm's report opens from a file, draws its plots, and can be read in light and dark and on a narrow screen.
 * Method: the page of a made-up run, with hostile text in it, in headless Chromium.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reportHtml } from '../../bench/swarm/report-html.ts';
import { madeUpFacts } from '../bench/swarm/made-up-run.ts';
import { isBrowserUnwanted, openBrowser, openPage } from './browser.ts';
import { contrastFindings } from './page-rules.ts';

let browser: Browser;
let folder: string;
let address: string;

describe.skipIf(isBrowserUnwanted)("the swarm's report", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'longhouse-report-test-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, reportHtml(madeUpFacts()));
    address = pathToFileURL(file).href;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`draws its plots and has enough contrast in ${colorScheme}, and complains of nothing`, async () => {
      const { page, complaints } = await openPage(browser, { colorScheme });
      await page.goto(address);
      const plots = await page.locator('.plot').count();
      expect(plots).toBeGreaterThan(5);
      await expect.poll(() => page.locator('.plot canvas').count()).toBe(plots);
      const contrast = await page.evaluate(contrastFindings, 4.5);
      expect(contrast.checked).toBeGreaterThan(40);
      expect(contrast.findings).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  }

  it('fits a screen of 360 pixels without scrolling sideways', async () => {
    const { page } = await openPage(browser, { viewport: { width: 360, height: 740 } });
    await page.goto(address);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await page.context().close();
  });
});
