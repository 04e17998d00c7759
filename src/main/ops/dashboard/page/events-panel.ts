/** What happens on the host, as it happens: newest first, and a word when the link is lost. Browser, not a thread of the host. */

import { byId, element, setText, setTone } from './dom.ts';
import type { Tone } from './tone.ts';
import { followStream } from './event-stream.ts';
import type { StreamEvent } from './event-stream.ts';
import { eventText, eventTone } from './event-text.ts';
import { clockText, durationText, momentText } from './format.ts';
import { wallMs } from './page-clock.ts';
import { onLockChange } from './session.ts';

const EVENTS_MAX = 200;

export class EventsPanel {
  readonly #list = byId('events-list', HTMLElement);
  readonly #empty = byId('events-empty', HTMLElement);
  readonly #link = byId('fact-events', HTMLElement);
  #waiting: HTMLElement[] = [];

  start(): void {
    const withMatches = byId('events-matches', HTMLInputElement);
    withMatches.addEventListener('change', () => {
      this.#list.classList.toggle('no-matches', !withMatches.checked);
    });
    this.#showLink('connecting', 'wait');
    let stop: () => void = () => {};
    // Where the port can be reached from elsewhere, events are shown to who has the token.
    onLockChange(() => {
      stop();
      stop = this.#follow();
    });
  }

  #follow(): () => void {
    this.#list.replaceChildren();
    return followStream({
      path: '/v1/events',
      // Of no run of the host: it begins with all that it still keeps.
      lastId: 'page-0',
      onOpen: () => this.#showLink('live', 'good'),
      onEvent: (event) => this.#add(event),
      onLost: (why, retryMs) => this.#onLost(why, retryMs),
    });
  }

  #onLost(why: string, retryMs: number | undefined): void {
    if (retryMs === undefined) this.#showLink('not offered', 'warn');
    else this.#showLink(`lost, again in ${durationText(retryMs)}`, 'bad');
    this.#link.title = why;
  }

  #showLink(text: string, tone: Tone): void {
    setText(this.#link, text);
    setTone(this.#link, tone);
    this.#link.title = '';
  }

  /** Many may come in one moment: they reach the page together, before its next picture. */
  #add({ kind, data }: StreamEvent): void {
    const fields = typeof data === 'object' && data !== null ? { ...data } : {};
    const atMs = 'atMs' in fields && typeof fields.atMs === 'number' ? fields.atMs : wallMs();
    const row = element(
      'li',
      {},
      element('time', {
        text: clockText(atMs),
        title: momentText(atMs),
        attributes: { datetime: new Date(atMs).toISOString() },
      }),
      element('span', { text: eventText(kind, fields), title: kind }),
    );
    row.dataset['family'] = kind.startsWith('match-') ? 'match' : 'host';
    setTone(row, eventTone(kind, fields));
    if (this.#waiting.push(row) === 1) requestAnimationFrame(() => this.#flush());
    // A hidden page paints no frames: what waits for one must not pile up.
    if (this.#waiting.length > EVENTS_MAX) this.#flush();
  }

  #flush(): void {
    this.#list.prepend(...this.#waiting.reverse().slice(0, EVENTS_MAX));
    this.#waiting = [];
    while (this.#list.children.length > EVENTS_MAX) this.#list.lastElementChild?.remove();
    this.#empty.hidden = this.#list.children.length > 0;
  }
}
