/** What an event of /v1/events says in words, and how grave it is. Pure; browser, not a thread of the host. */

import type { Tone } from './tone.ts';
import { durationText } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

export function eventText(kind: string, fields: Fields): string {
  const said = (name: string): string => wordOf(fields[name]);
  switch (kind) {
    case 'match-started':
      return `Match ${said('match')} started: ${said('mode')}, ${said('players')} players`;
    case 'match-ended':
      return `Match ${said('match')} ${said('reason')}${after(fields['durationMs'])}`;
    case 'host-joined':
      return `Host ${said('host')} joined the network`;
    case 'host-left':
      return `Host ${said('host')} was drained and has left`;
    case 'host-lost':
      return `Host ${said('host')} is lost`;
    case 'worker-lost':
      return `Match worker ${said('worker')} is lost: ${said('reason')}`;
    case 'mode-quarantined':
      return `Mode ${said('mode')} is quarantined after ${said('crashes')} crashes`;
    case 'mode-released':
      return `Mode ${said('mode')} can be played again`;
    default:
      return actText(kind, fields) ?? otherText(kind, fields);
  }
}

/** What somebody did; undefined for anything else. */
function actText(kind: string, fields: Fields): string | undefined {
  const said = (name: string): string => wordOf(fields[name]);
  switch (kind) {
    case 'kick':
      return `${said('player')} was kicked by ${said('by')}: ${said('why')}`;
    case 'announce':
      return `Announced by ${said('by')}: ${said('text')}`;
    case 'ban':
      return `${targetOf(fields)} was banned by ${said('by')}: ${said('reason')}`;
    case 'unban':
      return `The ban on ${targetOf(fields)} ${said('why') === 'expired' ? 'is over' : 'was lifted'}`;
    case 'store':
      return `The store is ${said('state')}${fields['problem'] ? `: ${said('problem')}` : ''}`;
    case 'drain':
      return drainText(fields['draining']);
    default:
      return undefined;
  }
}

export function eventTone(kind: string, fields: Fields): Tone | undefined {
  if (kind === 'worker-lost' || kind === 'host-lost' || kind === 'mode-quarantined') return 'bad';
  if (kind === 'match-ended' && BREAKDOWNS.has(wordOf(fields['reason']))) return 'bad';
  if (kind === 'store') return fields['state'] === 'good' ? undefined : 'bad';
  return WARNINGS.has(kind) ? 'warn' : undefined;
}

const WARNINGS: ReadonlySet<string> = new Set(['drain', 'ban', 'kick', 'config']);
const BREAKDOWNS: ReadonlySet<string> = new Set([
  'crashed',
  'hung',
  'out-of-memory',
  'unavailable',
]);
/** In the line's other columns already. */
const HIDDEN: ReadonlySet<string> = new Set(['atMs', 'hostId']);

/** Acts and whatever a newer host may tell: the kind, then its fields as they are. */
function otherText(kind: string, fields: Fields): string {
  const parts = Object.entries(fields)
    .filter(([name, value]) => !HIDDEN.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${wordOf(value)}`);
  const word = kind.replaceAll('-', ' ');
  const title = word.charAt(0).toUpperCase() + word.slice(1);
  return parts.length === 0 ? title : `${title}: ${parts.join(', ')}`;
}

function targetOf({ target }: Fields): string {
  const { key, address } = (target ?? {}) as { readonly key?: string; readonly address?: string };
  return key ?? address ?? 'somebody';
}

function drainText(state: unknown): string {
  if (typeof state !== 'object' || state === null) return 'The host drains no longer';
  const { deadlineMs } = state as { readonly deadlineMs?: number };
  return `The host drains: matches end${deadlineMs === undefined ? '' : ` within ${durationText(deadlineMs)}`}`;
}

function after(durationMs: unknown): string {
  return typeof durationMs === 'number' ? ` after ${durationText(durationMs)}` : '';
}

function wordOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
