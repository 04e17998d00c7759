/**
 * Watches a match live: Capture the Flag is drawn, of any other game the newest bytes and their rate are shown. Browser,
 * not a thread of the host.
 */

import type { MatchView } from './api-types.ts';
import { BytesView } from './bytes-view.ts';
import { readField, readSnapshot } from './ctf-reader.ts';
import { CtfView } from './ctf-view.ts';
import { byId, element, setText } from './dom.ts';
import { followStream } from './event-stream.ts';
import type { StreamEvent } from './event-stream.ts';
import { durationText } from './format.ts';
import { token } from './session.ts';

interface Sample {
  readonly states: readonly Uint8Array[];
  readonly messages: number;
  readonly messageBytes: number;
}

export class WatchDialog {
  readonly #dialog = byId('watch-dialog', HTMLDialogElement);
  readonly #body = byId('watch-body', HTMLElement);
  readonly #link = byId('watch-link', HTMLElement);
  #stop: () => void = () => {};
  #view: CtfView | BytesView | undefined;

  constructor() {
    // Nobody looks any more: the match's worker is told so.
    this.#dialog.addEventListener('close', () => this.#stop());
  }

  show(match: MatchView): void {
    this.#stop();
    this.#view = undefined;
    setText(byId('watch-title', HTMLElement), `${match.mode} · ${match.id}`);
    if (!this.#dialog.open) this.#dialog.showModal();
    if (token() === undefined) {
      this.#say('locked');
      this.#note('A match is watched with the token: unlock the controls first.');
      return;
    }
    this.#note('Waiting for the match’s next state');
    this.#say('connecting');
    this.#stop = followStream({
      path: `/v1/matches/watch?match=${encodeURIComponent(match.id)}`,
      onOpen: () => this.#say('live'),
      onEvent: (event) => this.#onEvent(event),
      onLost: (why, retryMs) => {
        if (retryMs === undefined) this.#onRefused(why);
        else this.#say(`link lost, again in ${durationText(retryMs)}`);
      },
    });
  }

  #onEvent({ kind, data }: StreamEvent): void {
    if (kind === 'ended') {
      this.#stop();
      // The host's word; anything else would read as nothing.
      const { reason = 'ended' } = data as { reason?: string };
      this.#say(`over: ${reason}`);
      if (this.#view === undefined) this.#note(`The match is over: ${reason}.`);
    } else if (kind === 'state') {
      this.#showSample(sampleOf(data));
    }
  }

  #showSample(sample: Sample): void {
    const field = sample.states.map(readField).find((found) => found !== undefined);
    const snapshot = sample.states.map(readSnapshot).find((found) => found !== undefined);
    if (field !== undefined && snapshot !== undefined) {
      const view = this.#view instanceof CtfView ? this.#view : this.#use(new CtfView());
      view.show(field, snapshot);
    } else {
      const view = this.#view instanceof BytesView ? this.#view : this.#use(new BytesView());
      view.show(sample);
    }
  }

  #use<View extends CtfView | BytesView>(view: View): View {
    this.#view = view;
    this.#body.replaceChildren(view.node);
    return view;
  }

  #onRefused(why: string): void {
    this.#say('not live');
    if (this.#view === undefined) this.#note(why);
  }

  #note(text: string): void {
    this.#body.replaceChildren(element('p', { className: 'empty', text }));
  }

  #say(text: string): void {
    setText(this.#link, text);
  }
}

function sampleOf(data: unknown): Sample {
  // As src/main/ops writes it; see docs/operations-api.md.
  const { states, messages, messageBytes } = data as {
    states: readonly string[];
    messages: number;
    messageBytes: number;
  };
  const bytes = states.map((text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));
  return { states: bytes, messages, messageBytes };
}
