/**
 * The dashboard: reads the host once a second, hands what it says to the panels, and says so when it says nothing.
 * Browser, not a thread of the host.
 *
 *   /v1/status each second --> state, tiles, queues, workers, gateways, plots
 *   /v1/matches, /v1/hosts every other second        /v1/events as they happen
 */

import { ApiError, messageOf, request } from './api.ts';
import type { OpsStatus } from './api-types.ts';
import { ActsPanel } from './acts-panel.ts';
import { byId, setText } from './dom.ts';
import { EventsPanel } from './events-panel.ts';
import { FindPanel } from './find-panel.ts';
import { FormDialog } from './form-dialog.ts';
import { HostsPanel } from './hosts-panel.ts';
import { MatchesPanel } from './matches-panel.ts';
import { momentText, agoText } from './format.ts';
import { after, every, wallMs } from './page-clock.ts';
import { PlayerDialog } from './player-dialog.ts';
import { PlotsPanel } from './plots-panel.ts';
import { startShortcuts } from './shortcuts.ts';
import { StatusPanel } from './status-panel.ts';
import { startTheme } from './theme.ts';
import { TokenButton } from './token-button.ts';
import { WatchDialog } from './watch-dialog.ts';

const STATUS_MS = 1_000;
/** A page that nobody looks at asks less often. */
const HIDDEN_MS = 10_000;
/** However slow the host answers, it is left alone for so long. */
const POLL_GAP_MS = 100;

const forms = new FormDialog();
const tokenButton = new TokenButton(forms);
const plots = new PlotsPanel(byId('plots', HTMLElement));
const theme = startTheme(() => plots.repaint());
const status = new StatusPanel();
const watch = new WatchDialog();
const acts = new ActsPanel(forms);
const player = new PlayerDialog(acts);
const find = new FindPanel((name) => void player.show(name));
const matches = new MatchesPanel((match) => watch.show(match));
const hosts = new HostsPanel();
const events = new EventsPanel();

let turn = 0;
let lastAnswerMs = 0;

startShortcuts({
  find: () => find.focus(),
  announce: () => acts.announce(),
  drain: () => acts.drainOrUndrain(),
  unlock: () => tokenButton.press(),
  theme: () => theme.next(),
  watch: () => matches.watchFirst(),
});
events.start();
void plots.seed().then(poll);
every(refreshAges, STATUS_MS);

async function poll(): Promise<void> {
  const startedMs = wallMs();
  try {
    const answer = await request<OpsStatus>('/v1/status');
    lastAnswerMs = wallMs();
    showAnswer(answer);
    if (turn % 2 === 0) await Promise.all([matches.refresh(answer), hosts.refresh(answer)]);
    turn += 1;
  } catch (error) {
    showFailure(error);
  }
  const wantedMs = document.hidden ? HIDDEN_MS : STATUS_MS;
  // The page may have learned meanwhile that the host's clock is another one.
  const leftMs = wantedMs - (wallMs() - startedMs);
  after(() => void poll(), Math.min(wantedMs, Math.max(POLL_GAP_MS, leftMs)));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void plots.seed();
});

function showAnswer(answer: OpsStatus): void {
  document.body.dataset['link'] = 'good';
  byId('banner', HTMLElement).hidden = true;
  status.show(answer);
  acts.show(answer);
  plots.add(wallMs(), answer);
}

function showFailure(error: unknown): void {
  document.body.dataset['link'] = 'lost';
  status.showFailure(error instanceof ApiError && error.status !== 0);
  const banner = byId('banner', HTMLElement);
  const since = lastAnswerMs === 0 ? '' : ` The figures are from ${momentText(lastAnswerMs)}.`;
  setText(banner, `${messageOf(error)}; asking again each second.${since}`);
  banner.hidden = false;
}

/** Relative times grow old by themselves. */
function refreshAges(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
    setText(time, agoText(wallMs() - Number(time.dataset['ago'])));
  }
}
