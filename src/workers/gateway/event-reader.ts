/**
 * Reads the events that handlers send: JSON of a match worker, here or on another host. Gateway threads.
 * Another host's worker is not ours to trust: what is no event, or lacks what adapters read of one, is undefined.
 */

import type { ClientEvent } from '../../shared/client-event.ts';

/** Texts of any length are shortened where they are shown; names are not, and four of them must fit a frame. */
const NAME_CHARS_MAX = 2_048;

type Kind =
  | 'name'
  | 'text'
  | 'number'
  | 'numberOrNull'
  | 'flag'
  | 'flagOrNothing'
  | 'texts'
  | 'object';

/** Every field that an adapter may look at; a game's result is an object of any content. */
const FIELDS: {
  readonly [Name in ClientEvent['event']]: Readonly<
    Record<Exclude<keyof Extract<ClientEvent, { event: Name }>, 'event'>, Kind>
  >;
} = {
  lobby: { lobby: 'name', reason: 'name', networkPlayers: 'number' },
  queued: { mode: 'name', waiting: 'number', etaMs: 'numberOrNull' },
  unqueued: { reason: 'name' },
  found: { mode: 'name', players: 'number', acceptMs: 'number' },
  match: {
    match: 'name',
    mode: 'name',
    team: 'number',
    players: 'texts',
    hostId: 'name',
    reason: 'name',
  },
  ended: { match: 'name', result: 'object', rating: 'numberOrNull' },
  said: { from: 'name', text: 'text', private: 'flagOrNothing' },
  party: { action: 'name', by: 'name', leader: 'name', members: 'texts' },
  why: {
    mode: 'name',
    cause: 'name',
    position: 'number',
    waiting: 'number',
    missing: 'number',
    candidates: 'number',
    relaxesInMs: 'numberOrNull',
    etaMs: 'numberOrNull',
  },
  notice: { text: 'text' },
  error: { code: 'name', message: 'text' },
  keys: { on: 'flag' },
};

/** Fields that no event has are left out. */
export function readEvent(text: string): ClientEvent | undefined {
  const value = parsed(text);
  const fields = value === undefined ? undefined : fieldsOf(value['event']);
  if (value === undefined || fields === undefined) return undefined;
  const event: Record<string, unknown> = { event: value['event'] };
  for (const [name, kind] of fields) {
    if (!isOfKind(value[name], kind)) return undefined;
    if (value[name] !== undefined) event[name] = value[name];
  }
  // Each field that the type names is there and of its kind.
  return event as ClientEvent;
}

function fieldsOf(name: unknown): readonly (readonly [string, Kind])[] | undefined {
  if (typeof name !== 'string' || !Object.hasOwn(FIELDS, name)) return undefined;
  // One of its own keys.
  return Object.entries<Kind>(FIELDS[name as ClientEvent['event']]);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // An object of any content; its fields stay unknown.
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: no event, and the caller counts it.
    return undefined;
  }
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'name':
      return typeof value === 'string' && value.length <= NAME_CHARS_MAX;
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'numberOrNull':
      return typeof value === 'number' || value === null;
    case 'flag':
      return typeof value === 'boolean';
    case 'flagOrNothing':
      return typeof value === 'boolean' || value === undefined;
    case 'texts':
      return Array.isArray(value) && value.every((text) => typeof text === 'string');
    case 'object':
      return typeof value === 'object' && value !== null;
  }
}
