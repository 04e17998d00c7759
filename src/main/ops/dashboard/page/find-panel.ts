/** Finds players by a part of their name, as it is typed. Browser, not a thread of the host. */

import { messageOf, request } from './api.ts';
import type { Listed, PlayerView } from './api-types.ts';
import { byId, element, setText } from './dom.ts';
import { countText } from './format.ts';
import { after } from './page-clock.ts';

const TYPING_MS = 200;
const RESULTS_MAX = 12;

export class FindPanel {
  readonly #open: (name: string) => void;
  readonly #input = byId('find-input', HTMLInputElement);
  readonly #note = byId('find-note', HTMLElement);
  readonly #results = byId('find-results', HTMLElement);
  #cancel: () => void = () => {};
  #asked = 0;

  constructor(open: (name: string) => void) {
    this.#open = open;
    this.#input.addEventListener('input', () => {
      this.#cancel();
      this.#cancel = after(() => void this.#find(), TYPING_MS);
    });
    byId('find-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#cancel();
      void this.#findAndOpen();
    });
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** Enter opens the player where only one is meant. */
  async #findAndOpen(): Promise<void> {
    const players = await this.#find();
    const wanted = this.#input.value.trim().toLowerCase();
    const exact = players.find(({ name }) => name.toLowerCase() === wanted);
    const one = exact ?? (players.length === 1 ? players[0] : undefined);
    if (one !== undefined) this.#open(one.name);
  }

  async #find(): Promise<readonly PlayerView[]> {
    const text = this.#input.value.trim();
    this.#asked += 1;
    const asked = this.#asked;
    if (text === '') {
      this.#show([], 'Type to search; press / to come here.');
      return [];
    }
    try {
      const path = `/v1/players?limit=${RESULTS_MAX}&find=${encodeURIComponent(text)}`;
      const found = await request<Listed & { players: readonly PlayerView[] }>(path);
      // An answer that was overtaken by a later question is of no use.
      if (asked === this.#asked) this.#show(found.players, noteOf(found));
      return found.players;
    } catch (error) {
      if (asked === this.#asked) this.#show([], messageOf(error));
      return [];
    }
  }

  #show(players: readonly PlayerView[], note: string): void {
    setText(this.#note, note);
    this.#results.replaceChildren(
      ...players.map(({ name, hostId, state, mode, practice }) => {
        const where = `${mode === null ? state : `${state}, ${mode}`} on ${hostId}`;
        const button = element(
          'button',
          { className: 'result', attributes: { type: 'button' }, onClick: () => this.#open(name) },
          element('strong', { text: name }),
          element('span', { text: practice ? `${where}, bot` : where }),
        );
        return element('li', {}, button);
      }),
    );
  }
}

function noteOf({ players, total }: { players: readonly PlayerView[]; total: number }): string {
  if (players.length === 0) return 'Nobody is called that.';
  if (players.length < total) return `${countText(players.length)} of ${countText(total)} shown.`;
  return players.length === 1 ? 'One player.' : `${countText(players.length)} players.`;
}
