/** One player: where, in what state, why the ticket waits, bans, and what has happened to the connection. Browser, not a thread of the host. */

import type { ActsPanel } from './acts-panel.ts';
import { ApiError, messageOf, request } from './api.ts';
import type { LifeEventView, PlayerDetail } from './api-types.ts';
import { byId, element, setText } from './dom.ts';
import { clockText, durationText, momentText } from './format.ts';
import { token } from './session.ts';
import { textOf } from './value-text.ts';

const LIFE_EVENTS_MAX = 60;

export class PlayerDialog {
  readonly #dialog = byId('player-dialog', HTMLDialogElement);
  readonly #body = byId('player-body', HTMLElement);
  readonly #kick = byId('player-kick', HTMLButtonElement);
  readonly #ban = byId('player-ban', HTMLButtonElement);
  #name = '';

  constructor(acts: ActsPanel) {
    this.#kick.addEventListener('click', () => this.#leaveFor(() => acts.kick(this.#name)));
    this.#ban.addEventListener('click', () => this.#leaveFor(() => acts.ban(this.#name)));
  }

  async show(name: string): Promise<void> {
    this.#name = name;
    setText(byId('player-title', HTMLElement), name);
    this.#body.replaceChildren(element('p', { className: 'soft', text: 'Asking the host' }));
    const isLocked = token() === undefined;
    this.#kick.disabled = isLocked;
    this.#ban.disabled = isLocked;
    if (!this.#dialog.open) this.#dialog.showModal();
    const parts = await Promise.all([detailOf(name), lifeOf(name)]);
    if (this.#name === name) this.#body.replaceChildren(...parts.flat());
  }

  #leaveFor(next: () => void): void {
    this.#dialog.close();
    next();
  }
}

async function detailOf(name: string): Promise<readonly Node[]> {
  try {
    const player = await request<PlayerDetail>(`/v1/players/${encodeURIComponent(name)}`);
    return [pairsOf(player), ...waitOf(player)];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return [element('p', { text: 'Not logged in any more.' })];
    }
    return [element('p', { className: 'error', text: messageOf(error) })];
  }
}

function pairsOf(player: PlayerDetail): HTMLElement {
  const { state, mode, match, team, hostId, connectedMs, address, practice, ratings, bans, party } =
    player;
  const list = element('dl', { className: 'pairs' });
  const add = (term: string, text: string): void => {
    list.append(element('dt', { text: term }), element('dd', { text }));
  };
  add('State', mode === null ? state : `${state}, ${mode}`);
  if (match !== null) add('Match', team === null ? match : `${match}, team ${team}`);
  add('Host', hostId);
  add(
    'Connected',
    connectedMs === null ? 'no: the seat is kept' : `for ${durationText(connectedMs)}`,
  );
  if (address !== undefined) add('Address', address);
  if (practice) add('Kind', 'practice player of the host');
  if (player.held) add('Held', 'in no match for some seconds: the host of the last one is lost');
  if (party !== undefined && party.length > 1) add('Party', party.join(', '));
  for (const [of, { mu, sigma }] of Object.entries(ratings ?? {})) {
    add(`Rating, ${of}`, `${mu.toFixed(1)} ± ${sigma.toFixed(1)}`);
  }
  for (const { reason, by } of bans ?? []) add('Ban', `${reason}, by ${by}`);
  return list;
}

function waitOf({ wait }: PlayerDetail): readonly Node[] {
  if (wait === null || wait === undefined) return [];
  const lines = wait.text.split('\n').map((text) => element('p', { text }));
  return [element('h3', { text: 'Why the ticket waits' }), ...lines];
}

async function lifeOf(name: string): Promise<readonly Node[]> {
  const title = element('h3', { text: 'What happened' });
  if (token() === undefined) {
    return [title, element('p', { className: 'soft', text: 'The token shows it.' })];
  }
  try {
    const path = `/v1/players/${encodeURIComponent(name)}/life`;
    const { events } = await request<{ events: readonly LifeEventView[] }>(path);
    if (events.length === 0)
      return [title, element('p', { className: 'soft', text: 'Nothing yet.' })];
    const rows = events.slice(-LIFE_EVENTS_MAX).reverse().map(lifeRow);
    return [title, element('ol', { className: 'plain life' }, ...rows)];
  } catch (error) {
    return [title, element('p', { className: 'soft', text: messageOf(error) })];
  }
}

function lifeRow({ atMs, what, detail }: LifeEventView): HTMLElement {
  return element(
    'li',
    {},
    element('time', { className: 'soft', text: clockText(atMs), title: momentText(atMs) }),
    element('strong', { text: what }),
    element('span', { text: textOf(detail) }),
  );
}
