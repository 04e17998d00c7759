/**
 * What a person or a script reads of the host's messages: one line of text each, first word stable (docs/protocol.md
 * lists them). Pure; runs in gateway threads.
 *
 * Invariant: between the line's start and its CRLF there is no control character, whatever a player, a game or an
 * operator put into the message; on a terminal view the only escape bytes are the color of the first word.
 */

import type { ClientEvent, MatchResult } from '../../../shared/client-event.ts';
import type { Welcome } from '../../../shared/client-protocol.ts';
import { ClientView } from '../../../shared/client-view.ts';

/** Longer lines are cut: a game's result may be of any size. */
export const TEXT_CHARS_MAX = 2000;

/** The line of an event, or undefined for one that is no news to a reader. */
export function eventText(event: ClientEvent, view: ClientView): string | undefined {
  switch (event.event) {
    case 'lobby': {
      const { lobby, reason, networkPlayers } = event;
      return lineText('lobby', `${lobby} (${reason}), ${playersText(networkPlayers)}`, view);
    }
    case 'queued': {
      const wait = event.etaMs === null ? 'no estimate yet' : `about ${secondsText(event.etaMs)} s`;
      return lineText('queued', `${event.mode}, ${event.waiting} waiting, ${wait}`, view);
    }
    case 'unqueued':
      return lineText('unqueued', event.reason, view);
    case 'found': {
      const { mode, players, acceptMs } = event;
      const answer = `/accept or /decline within ${secondsText(acceptMs)} s`;
      return lineText('found', `${mode}, ${players} players, ${answer}`, view);
    }
    case 'match':
      return lineText('match', matchText(event), view);
    case 'ended': {
      const { match, result, rating } = event;
      const rated = rating === null ? 'unrated' : `rating ${rating}`;
      return lineText('ended', `${match}, ${rated}, ${resultText(result, view)}`, view);
    }
    case 'said':
      return lineText(
        event.private === true ? 'told' : 'said',
        `${event.from}: ${event.text}`,
        view,
      );
    case 'party':
      return lineText('party', partyText(event), view);
    case 'notice':
      return lineText('notice', event.text, view);
    case 'error':
      return lineText('error', `${event.code}: ${event.message}`, view);
    case 'keys':
    case 'why':
      return undefined;
  }
}

export function welcomeText(welcome: Welcome, view: ClientView): string {
  const { name, player, hostId, networkPlayers } = welcome;
  const text = `${name} (${player}) on ${hostId}, ${playersText(networkPlayers)}`;
  return lineText('welcome', text, view);
}

/** A game that was being drawn cannot tidy up any more: a terminal gets its scrolling region and cursor back. */
export function byeText(code: string, message: string, view: ClientView): string {
  const line = lineText('bye', `${code}: ${message}`, view);
  return view === ClientView.terminal ? `${TERMINAL_RESTORED}${line}` : line;
}

/** Cursor saved, region reset (which moves it), cursor put back; colors off, cursor shown. */
const TERMINAL_RESTORED = '\x1b7\x1b[r\x1b8\x1b[0m\x1b[?25h';

/** Takes the power from text that others wrote: controls, line separators and direction overrides become harmless. */
export function neutralized(text: string): string {
  return HARMFUL.test(text) ? text.replace(SPACING, ' ').replace(HARMFUL_ALL, '\u{FFFD}') : text;
}

type LineWord =
  | Exclude<ClientEvent['event'], 'keys' | 'why'>
  /** The line of a private `said`. */
  | 'told'
  | 'welcome'
  | 'name'
  | 'password'
  | 'bye';

/** One line for one reader: `word: text`, CRLF. */
export function lineText(word: LineWord, text: string, view: ClientView): string {
  const cut = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}...` : text;
  const head = view === ClientView.terminal ? `\x1b[${COLORS[word]}m${word}:\x1b[0m` : `${word}:`;
  return `${head} ${neutralized(cut)}\r\n`;
}

/** SGR codes: calm for news, yellow for what wants attention, red for trouble. */
const COLORS: Readonly<Record<LineWord, string>> = {
  welcome: '1;32',
  lobby: '32',
  queued: '36',
  unqueued: '36',
  found: '1;33',
  match: '1;33',
  ended: '1;33',
  said: '1',
  told: '1;35',
  party: '35',
  notice: '34',
  error: '1;31',
  name: '1',
  password: '1',
  bye: '1;31',
};

const CONTROLS = String.raw`\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const HARMFUL = new RegExp(`[${CONTROLS}]`, 'u');
const HARMFUL_ALL = new RegExp(`[${CONTROLS}]`, 'gu');
const SPACING = /[\t\r\n\u2028\u2029]+/gu;

function matchText(event: Extract<ClientEvent, { event: 'match' }>): string {
  const { match, mode, team, players, hostId, reason } = event;
  return `${match} (${reason}), ${mode} on ${hostId}, team ${team}, with ${players.join(' ')}`;
}

/** Of `/party` alone, how things are; else who did what. */
function partyText({
  action,
  by,
  leader,
  members,
}: Extract<ClientEvent, { event: 'party' }>): string {
  if (action !== 'status') return `${action} by ${by}, led by ${leader}: ${members.join(' ')}`;
  if (members.length === 0) return 'you are in none; /party invite NAME begins one';
  return `led by ${leader}: ${members.join(' ')}`;
}

/** A script reads all of the result; a person is told who won, where the game says so in the usual way. */
function resultText(result: MatchResult, view: ClientView): string {
  const { winner } = result;
  if (view === ClientView.terminal) {
    if (winner === null) return 'nobody won';
    if (typeof winner === 'string' || typeof winner === 'number') return `won by ${winner}`;
  }
  return JSON.stringify(result);
}

function playersText(count: number): string {
  return `${count} player${count === 1 ? '' : 's'} on the network`;
}

function secondsText(ms: number): string {
  return String(Math.max(1, Math.round(ms / 1000)));
}
