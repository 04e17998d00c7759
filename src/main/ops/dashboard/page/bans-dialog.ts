/** The bans that hold, each with a way to lift it. Browser, not a thread of the host. */

import { acksText, pendingTone } from './acks-text.ts';
import { messageOf, request } from './api.ts';
import type { Acknowledged, BanRow, Listed } from './api-types.ts';
import { byId, element, setText } from './dom.ts';
import type { Tone } from './tone.ts';
import { countText, durationText, momentText } from './format.ts';
import { wallMs } from './page-clock.ts';

const BANS_MAX = 200;

export class BansDialog {
  readonly #say: (words: string, tone?: Tone) => void;
  readonly #dialog = byId('bans-dialog', HTMLDialogElement);
  readonly #list = byId('bans-list', HTMLElement);
  readonly #empty = byId('bans-empty', HTMLElement);

  constructor(say: (words: string, tone?: Tone) => void) {
    this.#say = say;
  }

  async show(): Promise<void> {
    this.#list.replaceChildren();
    this.#note('Reading the bans');
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      const path = `/v1/bans?limit=${BANS_MAX}`;
      const { bans, total } = await request<Listed & { bans: readonly BanRow[] }>(path);
      this.#list.replaceChildren(...bans.map((ban) => this.#row(ban)));
      if (total === 0) this.#note('Nobody is banned.');
      else if (total > bans.length)
        this.#note(`${countText(bans.length)} of ${countText(total)} shown.`);
      else this.#empty.hidden = true;
    } catch (error) {
      this.#note(messageOf(error));
    }
  }

  #row(ban: BanRow): HTMLElement {
    const { id, target, untilMs, reason, by, createdMs } = ban;
    const banned = target.kind === 'account' ? target.key : target.address;
    const until =
      untilMs === undefined || untilMs === null
        ? 'for ever'
        : `for ${durationText(untilMs - wallMs())} more`;
    const details = element('p', { className: 'soft', text: `${until}, by ${by}: ${reason}` });
    details.title = `since ${momentText(createdMs)}`;
    const lift = element('button', {
      className: 'small',
      text: 'Lift',
      attributes: { type: 'button', 'aria-label': `Lift the ban on ${banned}` },
      onClick: () => void this.#lift(id, banned),
    });
    const head = element(
      'div',
      { className: 'card-head' },
      element('strong', { text: banned }),
      lift,
    );
    lift.classList.add('push');
    return element('li', {}, head, details);
  }

  async #lift(id: string, banned: string): Promise<void> {
    try {
      const path = `/v1/bans/${encodeURIComponent(id)}`;
      const done = await request<Acknowledged>(path, { method: 'DELETE' });
      this.#say(`Lifted the ban on ${banned}: ${acksText(done)}`, pendingTone(done));
      await this.show();
    } catch (error) {
      this.#note(messageOf(error));
    }
  }

  #note(text: string): void {
    setText(this.#empty, text);
    this.#empty.hidden = false;
  }
}
