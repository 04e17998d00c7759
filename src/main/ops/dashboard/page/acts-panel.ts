/**
 * What an operator does to the host: announce, kick, ban, drain. Each asks first, and each leaves a line that says how it
 * went and which hosts have confirmed it. Browser, not a thread of the host.
 */

import { acksText, pendingTone } from './acks-text.ts';
import { request } from './api.ts';
import type { Acknowledged, OpsStatus } from './api-types.ts';
import { BansDialog } from './bans-dialog.ts';
import { byId, element, setText, setTone } from './dom.ts';
import type { Tone } from './tone.ts';
import type { FormDialog, FormField } from './form-dialog.ts';
import { clockText, countText, pluralText } from './format.ts';
import { wallMs } from './page-clock.ts';
import { actingName, onLockChange, token } from './session.ts';

const RESULTS_MAX = 20;
const DAY_SECONDS = 86_400;

const BAN_FIELDS: readonly FormField[] = [
  {
    name: 'seconds',
    label: 'For how long',
    kind: 'choice',
    value: String(DAY_SECONDS),
    choices: [
      ['600', '10 minutes'],
      ['3600', '1 hour'],
      [String(DAY_SECONDS), '1 day'],
      [String(7 * DAY_SECONDS), '7 days'],
      [String(30 * DAY_SECONDS), '30 days'],
      ['', 'for ever'],
    ],
  },
  {
    name: 'reason',
    label: 'Reason; the player is told',
    kind: 'text',
    required: true,
    lengthMax: 200,
  },
];

export class ActsPanel {
  readonly #forms: FormDialog;
  readonly #results = byId('acts-results', HTMLElement);
  readonly #drain = byId('drain-button', HTMLButtonElement);
  #status: OpsStatus | undefined;

  constructor(forms: FormDialog) {
    this.#forms = forms;
    const bans = new BansDialog((words, tone) => this.#say(words, tone));
    const buttons = ['announce-button', 'ban-button', 'bans-button', 'drain-button'].map((id) =>
      byId(id, HTMLButtonElement),
    );
    const [announceButton, banButton, bansButton] = buttons;
    announceButton?.addEventListener('click', () => this.announce());
    banButton?.addEventListener('click', () => this.ban(undefined));
    bansButton?.addEventListener('click', () => void bans.show());
    this.#drain.addEventListener('click', () => this.drainOrUndrain());
    onLockChange(() => {
      const isLocked = token() === undefined;
      for (const button of buttons) button.disabled = isLocked;
      const note = isLocked
        ? "Locked: the host's token unlocks them."
        : `Unlocked; acts are logged as ${actingName()}.`;
      setText(byId('acts-note', HTMLElement), note);
    });
  }

  show(status: OpsStatus): void {
    this.#status = status;
    setText(this.#drain, isDraining(status) ? 'Stop draining…' : 'Drain…');
  }

  announce(): void {
    if (token() === undefined) return;
    this.#forms.open({
      title: 'Announce',
      text: `Everyone who is logged in to this host reads it at once (${countText(this.#status?.players.host ?? 0)} players).`,
      fields: [{ name: 'text', label: 'Text', kind: 'long-text', required: true, lengthMax: 500 }],
      submit: 'Announce',
      act: async ({ text = '' }) => {
        const body = { text };
        const { players } = await request<{ players: number }>('/v1/announce', {
          method: 'POST',
          body,
        });
        this.#say(`Announced to ${pluralText(players, 'player', 'players')}: ${text}`);
      },
    });
  }

  kick(name: string): void {
    this.#forms.open({
      title: `Kick ${name}`,
      text: 'The connection is closed; the player may come back at once.',
      fields: [
        {
          name: 'reason',
          label: 'Reason; the player is told',
          kind: 'text',
          required: true,
          lengthMax: 200,
        },
      ],
      submit: 'Kick',
      isDangerous: true,
      act: async ({ reason = '' }) => {
        const path = `/v1/players/${encodeURIComponent(name)}/kick`;
        const kicked = await request<{ name: string; hostId: string }>(path, {
          method: 'POST',
          body: { reason },
        });
        this.#say(`Kicked ${kicked.name} from ${kicked.hostId}`);
      },
    });
  }

  /** Undefined: any account or address. */
  ban(name: string | undefined): void {
    const target: readonly FormField[] =
      name !== undefined
        ? []
        : [
            {
              name: 'kind',
              label: 'What',
              kind: 'choice',
              choices: [
                ['account', 'an account'],
                ['address', 'an address or CIDR'],
              ],
            },
            {
              name: 'target',
              label: 'Name or address',
              kind: 'text',
              required: true,
              lengthMax: 64,
            },
          ];
    this.#forms.open({
      title: name === undefined ? 'Ban' : `Ban ${name}`,
      text: 'Whoever it holds on is disconnected at once and refused until it is over.',
      fields: [...target, ...BAN_FIELDS],
      submit: 'Ban',
      isDangerous: true,
      act: async ({ kind = 'account', target: given = '', seconds = '', reason = '' }) => {
        const banned = name ?? given;
        const body = {
          [kind]: banned,
          reason,
          ...(seconds === '' ? {} : { seconds: Number(seconds) }),
        };
        const done = await request<Acknowledged>('/v1/bans', { method: 'POST', body });
        this.#say(`Banned ${banned}: ${acksText(done)}`, pendingTone(done));
      },
    });
  }

  drainOrUndrain(): void {
    if (token() === undefined || this.#status === undefined) return;
    if (isDraining(this.#status)) this.#undrain();
    else this.#startDrain(this.#status);
  }

  #startDrain({ players, matches }: OpsStatus): void {
    const who = pluralText(players.host, 'player', 'players');
    this.#forms.open({
      title: 'Drain this host',
      text: `No new matches start, ${who} and ${pluralText(matches.host, 'match', 'matches')} are told. When nobody plays any more, or the time is over, the host stops.`,
      fields: [
        {
          name: 'seconds',
          label: 'Running matches may go on for',
          kind: 'choice',
          value: '600',
          choices: [
            ['60', '1 minute'],
            ['300', '5 minutes'],
            ['600', '10 minutes'],
            ['1800', '30 minutes'],
            ['3600', '1 hour'],
          ],
        },
      ],
      submit: 'Drain and stop',
      isDangerous: true,
      act: async ({ seconds = '600' }) => {
        const body = { deadlineSeconds: Number(seconds) };
        const { playing } = await request<{ playing: number }>('/v1/drain', {
          method: 'POST',
          body,
        });
        this.#say(`Draining: ${pluralText(playing, 'player still plays', 'players still play')}`);
      },
    });
  }

  #undrain(): void {
    this.#forms.open({
      title: 'Stop draining',
      text: 'The host takes players and starts matches again; they are told.',
      fields: [],
      submit: 'Stop draining',
      act: async () => {
        await request('/v1/drain', { method: 'DELETE' });
        this.#say('The host drains no longer');
      },
    });
  }

  #say(words: string, tone?: Tone): void {
    const row = element('li', { text: `${clockText(wallMs())}  ${words}` });
    setTone(row, tone);
    this.#results.prepend(row);
    while (this.#results.children.length > RESULTS_MAX) this.#results.lastElementChild?.remove();
  }
}

function isDraining({ draining }: OpsStatus): boolean {
  return draining !== null;
}
