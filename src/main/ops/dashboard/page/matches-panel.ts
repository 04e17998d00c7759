/** The running matches: who plays, how fair it was found, and a way to watch. Browser, not a thread of the host. */

import { ApiError, request } from './api.ts';
import type { Listed, MatchView, OpsStatus } from './api-types.ts';
import { byId, element, keyedList, setText } from './dom.ts';
import type { RowView } from './dom.ts';
import { countText, durationText, momentText, percentText } from './format.ts';
import { wallMs } from './page-clock.ts';

const PAGE_ROWS = 12;
const ROWS_MAX = 500;

export class MatchesPanel {
  readonly #watch: (match: MatchView) => void;
  readonly #count = byId('matches-count', HTMLElement);
  readonly #mode = byId('matches-mode', HTMLSelectElement);
  readonly #more = byId('matches-more', HTMLButtonElement);
  readonly #empty = byId('matches-empty', HTMLElement);
  readonly #show: (matches: readonly MatchView[]) => void;
  #limit = PAGE_ROWS;
  #shown: readonly MatchView[] = [];

  constructor(watch: (match: MatchView) => void) {
    this.#watch = watch;
    this.#show = keyedList<MatchView>(byId('matches-rows', HTMLElement), {
      keyOf: ({ id }) => id,
      create: (match) => this.#row(match),
      empty: this.#empty,
    });
    this.#more.addEventListener('click', () => {
      this.#limit = Math.min(ROWS_MAX, this.#limit * 4);
      void this.#read();
    });
    this.#mode.addEventListener('change', () => void this.#read());
  }

  async refresh(status: OpsStatus): Promise<void> {
    this.#fillModes(Object.keys(status.queues));
    await this.#read();
  }

  watchFirst(): void {
    const [first] = this.#shown;
    if (first !== undefined) this.#watch(first);
  }

  async #read(): Promise<void> {
    const mode = this.#mode.value === '' ? '' : `&mode=${encodeURIComponent(this.#mode.value)}`;
    try {
      const path = `/v1/matches?limit=${this.#limit}${mode}`;
      const { matches, total } = await request<Listed & { matches: readonly MatchView[] }>(path);
      this.#shown = matches;
      this.#show(matches);
      setText(this.#empty, 'No match runs here now.');
      const some = matches.length < total ? `${countText(matches.length)} of ` : '';
      setText(this.#count, total === 0 ? '' : `${some}${countText(total)}`);
      this.#more.hidden = matches.length >= total || this.#limit >= ROWS_MAX;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) throw error;
      this.#shown = [];
      this.#show([]);
      setText(this.#empty, error.status === 401 ? 'The token shows the matches.' : error.message);
    }
  }

  #fillModes(modes: readonly string[]): void {
    const known = [...this.#mode.options].slice(1).map(({ value }) => value);
    if (known.join('\n') === modes.join('\n')) return;
    const chosen = this.#mode.value;
    this.#mode.replaceChildren(
      element('option', { text: 'all', attributes: { value: '' } }),
      ...modes.map((mode) => element('option', { text: mode, attributes: { value: mode } })),
    );
    this.#mode.value = modes.includes(chosen) ? chosen : '';
  }

  #row(match: MatchView): RowView<MatchView> {
    const age = element('td', { className: 'number' });
    if (match.startedMs !== null) age.title = `since ${momentText(match.startedMs)}`;
    const players = element('td');
    const chances = element('span', {
      className: 'chances',
      attributes: { 'aria-hidden': 'true' },
    });
    const chanceText = element('span', { className: 'soft' });
    const worker = element('td', { className: 'number' });
    const homes = element('div', { className: 'soft' });
    const button = element('button', {
      className: 'small',
      text: 'Watch',
      attributes: { type: 'button', 'aria-label': `Watch ${match.id}` },
      onClick: () => this.#watch(match),
    });
    const node = element(
      'tr',
      {},
      element('td', { text: numberOf(match.id), title: match.id }),
      element('td', { text: match.mode }, homes),
      age,
      players,
      element('td', {}, element('div', { className: 'fairness' }, chances, chanceText)),
      worker,
      element('td', { className: 'number' }, button),
    );
    showChances(match, chances, chanceText);
    return {
      node,
      update: (now) => {
        setText(age, now.startedMs === null ? 'opens' : durationText(wallMs() - now.startedMs));
        setText(players, sidesText(now));
        players.title = namesText(now);
        setText(worker, now.worker === null ? `on ${now.hostId}` : String(now.worker));
        setText(homes, homesText(now));
        button.hidden = now.worker === null;
      },
    };
  }
}

/** The bar has a piece for each team, as long as its chance to win. */
function showChances({ quality }: MatchView, bar: HTMLElement, words: HTMLElement): void {
  if (quality === null || quality.winProbabilities.length < 2) {
    bar.hidden = true;
    setText(words, '–');
    return;
  }
  const shares = quality.winProbabilities;
  for (const [team, share] of shares.entries()) {
    const piece = element('span', { className: `team-${team % 4}` });
    piece.style.width = `${share * 100}%`;
    bar.append(piece);
  }
  setText(words, shares.map((share) => Math.round(share * 100)).join(' : '));
  const relaxed = quality.relaxed.length === 0 ? '' : `; relaxed: ${quality.relaxed.join(', ')}`;
  const list = shares.map((share, team) => `team ${team} ${percentText(share)}`).join(', ');
  words.title = `Chances to win: ${list}${relaxed}`;
}

/** `8 v 8`. */
function sidesText({ players }: MatchView): string {
  const sides: number[] = [];
  for (const { team } of players) sides[team] = (sides[team] ?? 0) + 1;
  return Array.from(sides, (side) => countText(side ?? 0)).join(' v ') || 'nobody';
}

function namesText({ players }: MatchView): string {
  return players
    .slice(0, 64)
    .map(({ name, team }) => `${name} (${team})`)
    .join(', ');
}

/** `hostId/mode/number` has its other parts in the row and on the page already. */
function numberOf(id: string): string {
  return `#${id.slice(id.lastIndexOf('/') + 1)}`;
}

/** Where the players are connected, of a match across hosts: `one 8, two 4`. */
function homesText({ hostId, homes }: MatchView): string {
  if (homes.every((home) => home.hostId === hostId)) return '';
  return homes.map((home) => `${home.hostId} ${home.players}`).join(', ');
}
