/**
 * The host's side of the test kit: keeps players, ticks and the end of one handler as a match worker would.
 * Runs in the thread of the test, on a virtual clock.
 */

import type {
  ClientEvent,
  GameHandler,
  GameHandlerClass,
  HandlerContext,
  HandlerLog,
  MatchResult,
  Player,
  PlayersWanted,
  SendOptions,
} from '../../shared/api.ts';
import { seededRandom } from '../../shared/random.ts';
import { CLOSE_CHARACTERS_MAX } from '../../shared/record-layout.ts';
import { VirtualClock } from '../../shared/virtual-clock.ts';
import type { JoinOptions, TestMatch, TestMatchOptions, TestOutcome } from './testkit.ts';
import { TestPlayer } from './testkit-player.ts';

const STATE_BYTES_MAX = 65_534;
const CLOSED = 'The game has closed the connection';

interface PendingInput {
  readonly player: TestPlayer;
  readonly bytes: Uint8Array;
}

export class TestHost implements TestMatch {
  readonly logs: { level: string; message: string }[] = [];
  readonly requests: { player: string; ask: 'queue' | 'dismiss'; what: string }[] = [];
  readonly wanted: PlayersWanted[] = [];
  outcome: TestOutcome | undefined;
  ticks = 0;
  readonly #clock = new VirtualClock();
  readonly #players = new Set<TestPlayer>();
  readonly #options: TestMatchOptions;
  readonly #handler: GameHandler;
  readonly #inputOnTick: boolean;
  readonly #tickHz: number;
  #pendingInputs: PendingInput[] = [];
  #leaving: TestPlayer | undefined;

  constructor(handlerClass: GameHandlerClass, options: TestMatchOptions) {
    this.#options = options;
    this.#inputOnTick = handlerClass.input === 'onTick';
    this.#tickHz = options.tickHz ?? 10;
    this.#handler = new handlerClass(this.#context());
    this.#run(() => this.#handler.onOpen?.());
    if (this.#tickHz > 0) this.#scheduleTick(1);
  }

  get nowMs(): number {
    return this.#clock.nowMs();
  }

  join(name: string, options: JoinOptions = {}): TestPlayer {
    this.#assertOpen('join');
    if (this.#find(name) !== undefined) throw new Error(`Cannot join: '${name}' is here already`);
    const seat = this.#options.roster?.find((candidate) => candidate.name === name);
    const player = new TestPlayer(name, {
      team: options.team ?? seat?.team ?? 0,
      view: options.view ?? 'frame',
      practice: options.practice ?? false,
    });
    this.#players.add(player);
    const reason = options.reason ?? (seat === undefined ? 'login' : 'matched');
    this.#run(() => this.#handler.onJoin?.(player, reason));
    return player;
  }

  player(name: string): TestPlayer {
    const player = this.#find(name);
    if (player === undefined) throw new Error(`Cannot find a player: '${name}'`);
    return player;
  }

  send(name: string, input: Uint8Array | string): void {
    const player = this.player(name);
    const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    if (this.#inputOnTick) this.#pendingInputs.push({ player, bytes: bytes.slice() });
    else this.#input({ player, bytes });
  }

  command(name: string, line: string): boolean {
    const player = this.player(name);
    const space = line.indexOf(' ');
    const word = (space < 0 ? line : line.slice(0, space)).toLowerCase();
    const text = space < 0 ? '' : line.slice(space + 1).trim();
    return this.#run(() => this.#handler.onCommand?.(player, word, text) ?? false) ?? false;
  }

  disconnect(name: string): void {
    const player = this.player(name);
    player.connected = false;
    this.#leaving = player;
    try {
      this.#run(() => this.#handler.onLeave?.(player, 'disconnected'));
    } finally {
      this.#leaving = undefined;
    }
  }

  expire(name: string): void {
    if (this.player(name).connected) throw new Error(`Cannot expire: '${name}' is connected`);
    this.leave(name, 'expired');
  }

  reconnect(name: string, options: Pick<JoinOptions, 'view'> = {}): void {
    const player = this.player(name);
    if (player.connected) throw new Error(`Cannot reconnect: '${name}' is connected`);
    player.connected = true;
    player.view = options.view ?? player.view;
    this.#run(() => this.#handler.onReconnect?.(player));
  }

  leave(name: string, reason = 'left'): void {
    const player = this.player(name);
    this.#leaving = player;
    try {
      this.#run(() => this.#handler.onLeave?.(player, reason));
    } finally {
      this.#leaving = undefined;
      player.connected = false;
      this.#players.delete(player);
    }
  }

  close(reason = 'shutdown'): void {
    this.#assertOpen('close');
    this.#close({ reason, result: undefined });
  }

  advance(ms: number): void {
    this.#clock.advance(ms);
  }

  #find(name: string): TestPlayer | undefined {
    for (const player of this.#players) if (player.name === name) return player;
    return undefined;
  }

  /** Runs one callback of the handler, unless it has ended. */
  #run<Value>(callback: () => Value): Value | undefined {
    return this.outcome === undefined ? callback() : undefined;
  }

  #close(outcome: TestOutcome): void {
    this.outcome = outcome;
    this.#handler.onClose?.(outcome.reason);
  }

  #input(input: PendingInput): void {
    if (!this.#players.has(input.player)) return;
    // A copy that is wiped afterwards: a handler that keeps the bytes is found out here.
    const lent = input.bytes.slice();
    this.#run(() => this.#handler.onData?.(input.player, lent));
    lent.fill(0xee);
  }

  #scheduleTick(number: number): void {
    const intervalMs = 1000 / this.#tickHz;
    const dueMs = number * intervalMs;
    this.#clock.setTimer(() => {
      if (this.outcome !== undefined) return;
      const inputs = this.#pendingInputs;
      this.#pendingInputs = [];
      for (const input of inputs) this.#input(input);
      this.ticks += 1;
      this.#run(() => this.#handler.onTick?.({ number, dueMs, intervalMs }));
      if (this.outcome === undefined) this.#scheduleTick(number + 1);
    }, dueMs - this.#clock.nowMs());
  }

  #assertOpen(action: string): void {
    if (this.outcome !== undefined) {
      throw new Error(`Cannot ${action}: the handler has ended (${this.outcome.reason})`);
    }
  }

  #context(): HandlerContext {
    const { roster = [], settings = {}, seed = 1, mode = 'test' } = this.#options;
    const countPlayers = (): number => this.#options.networkPlayers ?? this.#players.size;
    return {
      id: `test/${mode}/1`,
      mode,
      settings,
      roster,
      quality: undefined,
      requestPlayers: (wanted) => void this.wanted.push(wanted),
      tickHz: this.#tickHz,
      players: this.#players,
      get networkPlayers(): number {
        return countPlayers();
      },
      random: seededRandom(seed),
      clock: this.#handlerClock(),
      log: this.#log(),
      send: (player, bytes, options) => this.#send([player], bytes, options),
      broadcast: (bytes, options) => this.#send(options?.to ?? this.#players, bytes, options),
      event: (to, event) => this.#event(to, event),
      queue: (player, queueMode) =>
        void this.requests.push({ player: player.name, ask: 'queue', what: queueMode }),
      dismiss: (player) =>
        void this.requests.push({ player: player.name, ask: 'dismiss', what: 'left' }),
      close: (player, message) => this.#closePlayer(player, message),
      unread: (player, bytes) => this.#unread(player, bytes),
      end: (result) => this.#end(result),
    };
  }

  /** The handler's clock: timers of a handler that has ended do nothing. */
  #handlerClock(): HandlerContext['clock'] {
    return {
      nowMs: () => this.#clock.nowMs(),
      wallMs: () => this.#clock.wallMs(),
      setTimer: (callback, delayMs) => this.#clock.setTimer(() => this.#run(callback), delayMs),
    };
  }

  #log(): HandlerLog {
    const write =
      (level: string) =>
      (message: string): void =>
        void this.logs.push({ level, message });
    return { debug: write('debug'), info: write('info'), warn: write('warn') };
  }

  #send(to: Iterable<Player>, bytes: Uint8Array, options: SendOptions | undefined): void {
    if (bytes.byteLength > STATE_BYTES_MAX) {
      throw new RangeError(`Cannot send: ${bytes.byteLength} bytes, at most ${STATE_BYTES_MAX}`);
    }
    if (this.outcome !== undefined) return;
    const state = {
      bytes: bytes.slice(),
      volatile: options?.volatile ?? false,
      atMs: this.#clock.nowMs(),
    };
    for (const player of this.#reachable(to)) player.sent.push(state);
  }

  #event(to: Player | Iterable<Player> | undefined, event: ClientEvent): void {
    if (this.outcome !== undefined) return;
    const targets = to === undefined ? this.#players : isPlayer(to) ? [to] : to;
    for (const player of this.#reachable(targets)) player.events.push(event);
  }

  *#reachable(to: Iterable<Player>): Iterable<TestPlayer> {
    for (const player of to) {
      if (!(player instanceof TestPlayer))
        throw new Error('Cannot reach: not a player of this kit');
      const isThere = player.connected && player.closed === undefined;
      if (isThere && this.#players.has(player)) yield player;
    }
  }

  /** The first word stands, as with a gateway that is closing already. */
  #closePlayer(player: Player, message: string = CLOSED): void {
    if (this.outcome !== undefined) return;
    for (const one of this.#reachable([player]))
      one.closed = message.slice(0, CLOSE_CHARACTERS_MAX);
  }

  #unread(player: Player, bytes: Uint8Array): void {
    const isHere = player instanceof TestPlayer && this.#players.has(player);
    if (!isHere || (this.#leaving !== player && this.outcome === undefined)) {
      throw new Error(`Cannot give back bytes: "${player.name}" is not leaving`);
    }
    if (player.connected) player.unread.push(bytes.slice());
  }

  #end(result: MatchResult): void {
    if (this.outcome !== undefined) return;
    for (const player of this.#reachable(this.#players)) {
      player.events.push({ event: 'ended', match: 'test', result, rating: null });
    }
    this.#close({ reason: 'ended', result });
  }
}

function isPlayer(to: Player | Iterable<Player>): to is Player {
  return 'name' in to;
}
