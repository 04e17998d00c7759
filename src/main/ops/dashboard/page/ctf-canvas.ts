/**
 * A match of Capture the Flag on a canvas: the field is painted once, flags and avatars over it, gliding from one sample
 * to the next unless motion is unwelcome. Browser, not a thread of the host.
 */

import { NO_SEAT, UNITS_PER_CELL } from './ctf-reader.ts';
import type { CtfAvatar, CtfField, CtfFlag, CtfSnapshot } from './ctf-reader.ts';
import { colorOf } from './theme.ts';

/** Samples come this far apart; avatars take as long for the way between two. */
const GLIDE_MS = 200;
/** Farther than any avatar runs between two samples: it was put there. */
const JUMP_UNITS = 6 * UNITS_PER_CELL;
const TEAM_COLORS = ['--red-team', '--blue-team'] as const;

interface Paint {
  readonly wall: string;
  readonly floor: string;
  readonly line: string;
  readonly text: string;
  readonly ground: string;
  readonly teams: readonly string[];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

export class CtfCanvas {
  readonly canvas: HTMLCanvasElement = document.createElement('canvas');
  readonly #isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  #field: CtfField | undefined;
  #snapshot: CtfSnapshot | undefined;
  #shown: ReadonlyMap<number, Place> = new Map();
  #from: ReadonlyMap<number, Place> = new Map();
  #startMs = 0;
  #isScheduled = false;

  constructor() {
    this.canvas.setAttribute('role', 'img');
  }

  show(field: CtfField, snapshot: CtfSnapshot): void {
    this.#field = field;
    this.#snapshot = snapshot;
    this.#from = this.#shown;
    this.#startMs =
      document.timeline.currentTime === null ? 0 : Number(document.timeline.currentTime);
    const [red, blue] = snapshot.score;
    const runners = snapshot.avatars.filter(({ isOnField }) => isOnField).length;
    this.canvas.setAttribute(
      'aria-label',
      `Capture the Flag: red ${red}, blue ${blue}; ${runners} runners on the field`,
    );
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame((nowMs) => {
      this.#isScheduled = false;
      const share = this.#isStill ? 1 : Math.min(1, (nowMs - this.#startMs) / GLIDE_MS);
      this.#paint(Math.max(0, share));
      if (share < 1 && this.canvas.isConnected) this.#schedule();
    });
  }

  #paint(share: number): void {
    const field = this.#field;
    const snapshot = this.#snapshot;
    const context = this.canvas.getContext('2d');
    if (field === undefined || snapshot === undefined || context === null) return;
    const ratio = Math.min(2, devicePixelRatio);
    const cell = Math.max(4, Math.floor((this.canvas.clientWidth * ratio) / field.width));
    const [width, height] = [cell * field.width, cell * field.height];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const paint = paintNow();
    paintField(context, field, { cell, paint });
    const places = this.#places(snapshot, share);
    for (const avatar of snapshot.avatars) {
      const place = places.get(avatar.seat);
      if (avatar.isOnField && place !== undefined) {
        const name = field.seats[avatar.seat]?.name ?? '';
        paintAvatar(context, { avatar, place, name, cell, paint });
      }
    }
    for (const [team, flag] of snapshot.flags.entries()) {
      const color = paint.teams[team] ?? paint.text;
      const at = flag.carrier === NO_SEAT ? undefined : places.get(flag.carrier);
      paintFlag(context, { flag, at, cell, color });
    }
    this.#shown = places;
  }

  #places(snapshot: CtfSnapshot, share: number): ReadonlyMap<number, Place> {
    return new Map(
      snapshot.avatars.map(({ seat, x, y }) => {
        const from = this.#from.get(seat);
        if (from === undefined || Math.hypot(x - from.x, y - from.y) > JUMP_UNITS) {
          return [seat, { x, y }];
        }
        return [seat, { x: from.x + (x - from.x) * share, y: from.y + (y - from.y) * share }];
      }),
    );
  }
}

function paintNow(): Paint {
  return {
    wall: colorOf('--soft'),
    floor: colorOf('--raised'),
    line: colorOf('--line'),
    text: colorOf('--text'),
    ground: colorOf('--card'),
    teams: TEAM_COLORS.map(colorOf),
  };
}

function paintField(
  context: CanvasRenderingContext2D,
  field: CtfField,
  { cell, paint }: { readonly cell: number; readonly paint: Paint },
): void {
  const { width, height, rows } = field;
  context.fillStyle = paint.floor;
  context.fillRect(0, 0, width * cell, height * cell);
  context.fillStyle = paint.line;
  context.fillRect((width / 2) * cell - 1, 0, 2, height * cell);
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < width; x += 1) {
      const symbol = row[x];
      const half = paint.teams[x < width / 2 ? 0 : 1] ?? paint.line;
      if (symbol === '#') {
        context.fillStyle = paint.wall;
        context.fillRect(x * cell, y * cell, cell, cell);
      } else if (symbol === 'S' || symbol === 'F') {
        context.globalAlpha = symbol === 'S' ? 0.18 : 0.4;
        context.fillStyle = half;
        context.fillRect(x * cell, y * cell, cell, cell);
        context.globalAlpha = 1;
      }
    }
  }
}

function paintAvatar(
  context: CanvasRenderingContext2D,
  what: {
    readonly avatar: CtfAvatar;
    readonly place: Place;
    readonly name: string;
    readonly cell: number;
    readonly paint: Paint;
  },
): void {
  const { avatar, place, name, cell, paint } = what;
  const [x, y] = middleOf(place, cell);
  context.globalAlpha = avatar.isConnected ? 1 : 0.4;
  context.beginPath();
  context.arc(x, y, cell * 0.42, 0, 2 * Math.PI);
  context.fillStyle = paint.teams[avatar.team] ?? paint.text;
  context.fill();
  context.lineWidth = Math.max(1, cell * 0.09);
  context.strokeStyle = avatar.isProtected ? paint.text : paint.ground;
  context.stroke();
  context.globalAlpha = 1;
  context.font = `600 ${Math.max(10, Math.round(cell * 0.52))}px system-ui`;
  context.textAlign = 'center';
  context.lineWidth = Math.max(2, cell * 0.14);
  context.strokeStyle = paint.floor;
  context.fillStyle = paint.text;
  const label = name.length > 12 ? `${name.slice(0, 11)}…` : name;
  context.strokeText(label, x, y - cell * 0.62);
  context.fillText(label, x, y - cell * 0.62);
}

function paintFlag(
  context: CanvasRenderingContext2D,
  what: {
    readonly flag: CtfFlag;
    /** Of who carries it. */
    readonly at: Place | undefined;
    readonly cell: number;
    readonly color: string;
  },
): void {
  const { flag, at, cell, color } = what;
  const place = at ?? { x: flag.x * UNITS_PER_CELL, y: flag.y * UNITS_PER_CELL };
  const [x, y] = middleOf(place, cell);
  const left = at === undefined ? x - cell * 0.25 : x + cell * 0.3;
  context.fillStyle = color;
  context.fillRect(left, y - cell * 0.9, Math.max(2, cell * 0.1), cell * 1.25);
  context.beginPath();
  context.moveTo(left, y - cell * 0.9);
  context.lineTo(left + cell * 0.75, y - cell * 0.62);
  context.lineTo(left, y - cell * 0.34);
  context.fill();
}

function middleOf({ x, y }: Place, cell: number): [number, number] {
  return [(x / UNITS_PER_CELL + 0.5) * cell, (y / UNITS_PER_CELL + 0.5) * cell];
}
