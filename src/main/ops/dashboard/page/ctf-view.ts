/** A watched match of Capture the Flag: the canvas, the score, the clock and who plays. Browser, not a thread of the host. */

import { CtfCanvas } from './ctf-canvas.ts';
import { NO_SEAT } from './ctf-reader.ts';
import type { CtfAvatar, CtfField, CtfSnapshot } from './ctf-reader.ts';
import { element, keyedList, setText } from './dom.ts';
import type { RowView } from './dom.ts';
import { countdownText } from './format.ts';

const PHASES = ['waits for players', 'starts in', 'left', 'over'] as const;
const TEAMS = ['red', 'blue'] as const;

interface RosterRow {
  readonly seat: number;
  readonly name: string;
  readonly team: number;
  readonly avatar: CtfAvatar | undefined;
  readonly hasFlag: boolean;
}

export class CtfView {
  readonly node: HTMLElement;
  readonly #canvas = new CtfCanvas();
  readonly #red = element('span', { className: 'team-0' });
  readonly #blue = element('span', { className: 'team-1' });
  readonly #clock = element('p', { className: 'soft' });
  readonly #showRoster: (rows: readonly RosterRow[]) => void;

  constructor() {
    const dash = element('span', { className: 'soft', text: ':' });
    const score = element('p', { className: 'score' }, this.#red, dash, this.#blue);
    const roster = element('ul', { className: 'plain roster' });
    this.#showRoster = keyedList<RosterRow>(roster, {
      keyOf: ({ seat, name }) => `${seat} ${name}`,
      create: rosterRow,
    });
    const side = element('div', {}, score, this.#clock, roster);
    this.node = element('div', { className: 'watch' }, this.#canvas.canvas, side);
  }

  show(field: CtfField, snapshot: CtfSnapshot): void {
    const { phase, leftMs, score, flags, avatars } = snapshot;
    this.#canvas.show(field, snapshot);
    setText(this.#red, `red ${score[0]}`);
    setText(this.#blue, `${score[1]} blue`);
    setText(this.#clock, clockText(phase, leftMs, field.scoreLimit));
    const rows = field.seats.map(({ name, team }, seat) => ({
      seat,
      name,
      team,
      avatar: avatars.find((avatar) => avatar.seat === seat),
      hasFlag: flags.some(({ carrier }) => carrier === seat && carrier !== NO_SEAT),
    }));
    this.#showRoster(rows.toSorted((a, b) => a.team - b.team || a.seat - b.seat));
  }
}

function clockText(phase: number, leftMs: number, scoreLimit: number): string {
  const word = PHASES[phase] ?? '';
  const time = countdownText(leftMs);
  const clock = phase === 1 ? `${word} ${time}` : phase === 2 ? `${time} ${word}` : word;
  return `${clock}; first to ${scoreLimit} wins`;
}

function rosterRow({ name, team }: RosterRow): RowView<RosterRow> {
  const where = element('span');
  const node = element(
    'li',
    { title: TEAMS[team] ?? '' },
    element('strong', {
      className: `team-${team}`,
      text: '●',
      attributes: { 'aria-hidden': 'true' },
    }),
    element('b', { text: name }),
    where,
  );
  return {
    node,
    update: ({ avatar, hasFlag }) => {
      node.classList.toggle('away', avatar?.isConnected !== true);
      setText(where, whereText(avatar, hasFlag));
    },
  };
}

function whereText(avatar: CtfAvatar | undefined, hasFlag: boolean): string {
  if (avatar === undefined) return 'not here';
  if (!avatar.isConnected) return 'connection lost';
  if (hasFlag) return 'has the flag';
  return avatar.isOnField ? '' : `back in ${(avatar.respawnTenths / 10).toFixed(1)} s`;
}
