/**
 * The commands that every player has everywhere (CONTRACT: `line`): a handler sees each command first, what it does not
 * understand comes here. Match workers. Numbers come straight from shared memory; what needs a decision goes to main.
 */

import type { ClientEvent } from '../../shared/client-event.ts';
import { systemClock } from '../../shared/clock.ts';
import { networkTotals } from '../../shared/host-table.ts';
import type { HostTables } from '../../shared/host-memory.ts';
import { DataFlag } from '../../shared/record-layout.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { MatchRuntime } from './match-runtime.ts';
import type { ModeListing } from './match-settings.ts';
import type { Seat } from './seat.ts';

const WHO_NAMES_MAX = 50;

/** With `notice: ` before it each fits a terminal of 80 columns. */
const HELP: readonly string[] = [
  '/modes               what can be played, and how many wait',
  '/queue MODE          wait for a match       /leave     out of it',
  '/why                 why am I waiting?      /who       who is here',
  '/accept  /decline    a match that is found  /stats     how many play',
  '/say TEXT            to all here            /plain     one event a line',
  '/tell NAME TEXT      to one player          /quit      until next time',
  '/avoid NAME          not in one match       /unavoid NAME   /avoid',
  '/party invite NAME   /party accept NAME     /party leave   /party',
];

type Command = (call: Call) => void;

interface Call {
  readonly runtime: MatchRuntime;
  readonly seat: Seat;
  readonly text: string;
}

export class PlayerCommands {
  readonly #tables: HostTables;
  /** Replaced as a whole, between two turns. */
  modes: readonly ModeListing[];
  readonly #commands: ReadonlyMap<string, Command>;

  constructor(tables: HostTables, modes: readonly ModeListing[]) {
    this.#tables = tables;
    this.modes = modes;
    this.#commands = new Map<string, Command>([
      ['help', ({ seat }) => HELP.forEach((text) => tell(seat, { event: 'notice', text }))],
      ['modes', ({ seat }) => this.#listModes(seat)],
      ['queue', (call) => this.#queue(call)],
      ['leave', (call) => ask(call, { ask: 'leave' })],
      ['accept', (call) => ask(call, { ask: 'accept' })],
      ['decline', (call) => ask(call, { ask: 'decline' })],
      ['avoid', (call) => avoid(call, 'add')],
      ['unavoid', (call) => avoid(call, 'remove')],
      ['why', (call) => ask(call, { ask: 'why' })],
      ['who', (call) => this.#who(call)],
      ['stats', ({ seat }) => this.#stats(seat)],
      ['tell', tellPlayer],
      ['party', party],
    ]);
  }

  /** Runs one command of a player in an open handler. `bytes` is its text, without the slash. */
  run(runtime: MatchRuntime, seat: Seat, bytes: Uint8Array): void {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const [, word = '', text = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(line) ?? [];
    const name = word.toLowerCase();
    if (seat.instance?.command(seat, name, text) === true) return;
    const command = this.#commands.get(name);
    if (command !== undefined) command({ runtime, seat, text });
    else refuse(seat, 'unknown-command', `Cannot understand "/${word}": try /help`);
  }

  #queue(call: Call): void {
    const names = this.modes.map((mode) => mode.name).join(', ');
    if (call.text === '')
      refuse(call.seat, 'no-mode', `Cannot queue: name a mode, one of ${names}`);
    else ask(call, { ask: 'queue', mode: call.text.toLowerCase() });
  }

  #listModes(seat: Seat): void {
    for (const { row, name, teams, teamSize } of this.modes) {
      const waiting = this.#tables.queues.waiting[row] ?? 0;
      const size = Array.from({ length: teams }, () => teamSize).join(' v ');
      tell(seat, { event: 'notice', text: `${name}: ${size}, ${waiting} waiting` });
    }
  }

  #who({ seat }: Call): void {
    const names = Array.from(seat.instance?.seats ?? [], (other) => other.name);
    const shown = names.slice(0, WHO_NAMES_MAX).join(', ');
    const more = names.length > WHO_NAMES_MAX ? ` and ${names.length - WHO_NAMES_MAX} more` : '';
    tell(seat, { event: 'notice', text: `${names.length} here: ${shown}${more}` });
    this.#stats(seat);
  }

  #stats(seat: Seat): void {
    const { hosts } = this.#tables;
    const totals = networkTotals(hosts, systemClock.nowMs());
    const bots = hosts.bots[0] ?? 0;
    const text =
      `${counted(totals.players, 'player')} and ${counted(totals.matches, 'match')} on the network ` +
      `(${totals.hostsHeard} of ${totals.hostsKnown} hosts heard), ` +
      `${counted(hosts.players[0] ?? 0, 'player')} and ${counted(bots, 'practice bot')} on this host`;
    tell(seat, { event: 'notice', text });
  }
}

function ask({ runtime, seat }: Call, request: PlayerRequest): void {
  runtime.request(seat, request);
}

function tellPlayer(call: Call): void {
  const [, to, text] = /^(\S+)\s+(.+)$/s.exec(call.text) ?? [];
  if (to === undefined || text === undefined) {
    refuse(call.seat, 'bad-command', 'Cannot tell: use /tell NAME TEXT');
    return;
  }
  ask(call, { ask: 'tell', to, text });
}

function avoid(call: Call, action: 'add' | 'remove'): void {
  const [, name] = /^(\S+)$/.exec(call.text) ?? [];
  if (call.text === '') ask(call, { ask: 'avoid', action: 'list', name: undefined });
  else if (name !== undefined) ask(call, { ask: 'avoid', action, name });
  else
    refuse(call.seat, 'bad-command', 'Cannot do that: use /avoid NAME, /unavoid NAME, or /avoid');
}

function party(call: Call): void {
  const [, word, name] = /^(\S*)\s*(\S+)?$/.exec(call.text.toLowerCase()) ?? [];
  const isNamed = name !== undefined;
  if (word === '') ask(call, { ask: 'party', action: 'status', name: undefined });
  else if (word === 'leave') ask(call, { ask: 'party', action: 'leave', name: undefined });
  else if ((word === 'invite' || word === 'accept') && isNamed) {
    ask(call, { ask: 'party', action: word, name });
  } else {
    const usage = '/party invite NAME, /party accept NAME, /party leave, or /party';
    refuse(call.seat, 'bad-command', `Cannot do that: use ${usage}`);
  }
}

function refuse(seat: Seat, code: string, message: string): void {
  tell(seat, { event: 'error', code, message });
}

function tell(seat: Seat, event: ClientEvent): void {
  const bytes = Buffer.from(JSON.stringify(event), 'utf8');
  if (seat.connected) seat.link.one(DataFlag.event, seat, bytes);
}

/** `1 match`, `2 matches`. */
function counted(count: number, noun: string): string {
  const ending = noun.endsWith('ch') ? 'es' : 's';
  return `${count} ${noun}${count === 1 ? '' : ending}`;
}
