/**
 * The files of the dashboard: where each is in the repository and at which address it is served. Main thread, at start.
 *
 * The page is TypeScript like the rest: the types are taken away when it is loaded (positions stay the same), so there is
 * no build step and one language. `build:binary` packs the files of this list.
 */

import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';
import { readProgramFile } from '../../program-file.ts';

export interface DashboardAsset {
  readonly url: string;
  /** From the root of the repository, for readProgramFile(). */
  readonly path: string;
  readonly contentType: string;
}

/** An asset as it is sent. */
export interface LoadedAsset {
  readonly url: string;
  readonly contentType: string;
  /** Of the body, quoted as the header wants it. */
  readonly etag: string;
  readonly body: Buffer;
}

const PAGE = 'src/main/ops/dashboard/page';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

const MODULES = [
  'acks-text',
  'acts-panel',
  'api',
  'app',
  'bans-dialog',
  'bytes-view',
  'ctf-canvas',
  'ctf-reader',
  'ctf-view',
  'dom',
  'event-stream',
  'event-text',
  'events-panel',
  'find-panel',
  'form-dialog',
  'format',
  'hosts-panel',
  'line-plot',
  'matches-panel',
  'page-clock',
  'player-dialog',
  'plot-data',
  'plots-panel',
  'session',
  'shortcuts',
  'status-panel',
  'theme',
  'token-button',
  'value-text',
  'watch-dialog',
] as const;

const STYLES = ['style', 'figures', 'cards', 'dialogs'] as const;

export const dashboardAssets: readonly DashboardAsset[] = [
  { url: '/', path: `${PAGE}/index.html`, contentType: 'text/html; charset=utf-8' },
  ...STYLES.map((name) => ({
    url: `/dashboard/${name}.css`,
    path: `${PAGE}/${name}.css`,
    contentType: STYLE,
  })),
  { url: '/dashboard/icon.svg', path: `${PAGE}/icon.svg`, contentType: 'image/svg+xml' },
  ...MODULES.map((name) => ({
    url: `/dashboard/${name}.ts`,
    path: `${PAGE}/${name}.ts`,
    contentType: SCRIPT,
  })),
  {
    url: '/dashboard/uplot.js',
    path: 'node_modules/uplot/dist/uPlot.esm.js',
    contentType: SCRIPT,
  },
  {
    url: '/dashboard/uplot.css',
    path: 'node_modules/uplot/dist/uPlot.min.css',
    contentType: STYLE,
  },
];

/** With every answer: nothing from elsewhere, no inline script, no markup made of text, no frame around the page. */
export const DASHBOARD_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Asked for each time, and answered with 304: after an upgrade nobody has an old half.
  'cache-control': 'no-cache',
};

/** Reads all files. */
export function loadDashboard(): readonly LoadedAsset[] {
  return dashboardAssets.map(({ url, path, contentType }) => {
    const file = readProgramFile(path);
    const body = path.endsWith('.ts') ? Buffer.from(browserModule(file.toString('utf8'))) : file;
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return { url, contentType, etag, body };
  });
}

/** A browser knows no package names: the one that the page uses has an address. */
function browserModule(source: string): string {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was, never called
  const { emitWarning } = process;
  // Node warns that this function may change. Its version is pinned, and who starts a host can do nothing about it.
  process.emitWarning = (): void => {};
  try {
    return stripTypeScriptTypes(source).replaceAll("from 'uplot'", "from './uplot.js'");
  } finally {
    process.emitWarning = emitWarning;
  }
}
