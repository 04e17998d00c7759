/**
 * Debian's Chromium, driven by playwright-core, for tests of the dashboard. Runs in test processes.
 *
 * A page that says anything on its console, throws, or breaks its content policy is noted in `complaints`. Tests without a
 * browser are skipped only where LONGHOUSE_NO_BROWSER=1 says so, loudly; otherwise a missing one is a failure.
 */

import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ACTION_MS_MAX = 15_000;

/** True where the person who runs the tests has decided so. */
export const isBrowserUnwanted: boolean = process.env['LONGHOUSE_NO_BROWSER'] === '1';

if (isBrowserUnwanted) {
  console.warn('SKIPPED: tests in a browser, because LONGHOUSE_NO_BROWSER is 1');
}

export function openBrowser(): Promise<Browser> {
  const executablePath = EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    const help = 'apt-get install chromium, or set LONGHOUSE_NO_BROWSER=1 to skip these tests';
    throw new Error(`Cannot test the dashboard: no Chromium found; ${help}`);
  }
  // Root in a container has no sandbox to give; the page is our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page has complained of since it was opened. */
  readonly complaints: string[];
}

/** A page in a context of its own: nothing of the one before is left. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(ACTION_MS_MAX);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  // Told to the page's own document only: carried to the console, which is listened to.
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, complaints };
}
