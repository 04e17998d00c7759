/**
 * Capture the Flag: the handler, which joins players, simulation and views. Runs in a match worker.
 * The rules are in ctf-simulation.ts, the bytes in ctf-codec.ts, pictures and words in the ctf-terminal and ctf-text files.
 *
 *   onData -> Avatar.held -> onTick: stepMatch() -> happenings -> CtfViewer.tell()
 *                                               -> state -> one SNAPSHOT for all frames, a picture per terminal
 */

import type { GameHandler, HandlerContext, Player, Tick } from '../../../shared/api.ts';
import { Chat, whoText } from '../chat.ts';
import { CtfBackfill } from './ctf-backfill.ts';
import { SnapshotEncoder, decodeInput, encodeField } from './ctf-codec.ts';
import { readKeys, readLine } from './ctf-input.ts';
import { TEAM_NAMES, Team } from './ctf-map.ts';
import { readSettings } from './ctf-settings.ts';
import { stepMatch } from './ctf-simulation.ts';
import {
  HappeningKind,
  NO_SEAT,
  Phase,
  addSeat,
  createState,
  enterSeat,
  leaveSeat,
  loseSeat,
} from './ctf-state.ts';
import type { CtfState, Happening } from './ctf-state.ts';
import { mapLines, scoreText, whereText } from './ctf-text.ts';
import { CtfViewer } from './ctf-viewer.ts';

/** A client that sends nonsense is told so, but not more often than this. */
const COMPLAINT_INTERVAL_MS = 1_000;
const HELP = [
  'run: w a s d, arrows, vi keys y k u h l b j n; stop: space; m draws anew',
  '/ opens a line: /say TEXT /who /where /score /leave; tag them in your own half',
];

const decoder = new TextDecoder();

export class CaptureTheFlag implements GameHandler {
  readonly #context: HandlerContext;
  readonly #state: CtfState;
  readonly #chat: Chat;
  readonly #backfill: CtfBackfill;
  readonly #viewers = new Map<Player, CtfViewer>();
  readonly #snapshot = new SnapshotEncoder();
  readonly #framePlayers: Player[] = [];
  readonly #complainedAtMs = new WeakMap<Player, number>();
  #lastTick = 0;

  constructor(context: HandlerContext) {
    const { map, rules } = readSettings(context.settings, context.tickHz);
    this.#context = context;
    this.#state = createState(map, rules, context.roster);
    this.#backfill = new CtfBackfill(context);
    this.#chat = new Chat(context, (from, text) => {
      for (const viewer of this.#viewers.values()) viewer.hear(from, text);
    });
  }

  onJoin(player: Player): void {
    const known = this.#state.avatars.find(
      (avatar) => avatar.name === player.name && avatar.team === player.team,
    );
    const avatar = known ?? addSeat(this.#state, player.name, player.team);
    if (avatar === undefined || this.#state.phase === Phase.over) {
      this.#context.dismiss(player);
      return;
    }
    // A seat that nobody knew of changes the roster that frame clients were sent.
    if (known === undefined) for (const viewer of this.#viewers.values()) viewer.enter();
    const viewer = new CtfViewer(this.#context, { player, avatar, state: this.#state });
    this.#viewers.set(player, viewer);
    viewer.enter();
    this.#tell([enterSeat(this.#state, avatar, this.#context.random)]);
  }

  onData(player: Player, bytes: Uint8Array): void {
    const viewer = this.#viewers.get(player);
    if (viewer === undefined) return;
    if (player.view === 'frame') this.#onFrameInput(viewer, bytes);
    else if (player.view === 'terminal') this.#onKeys(viewer, decoder.decode(bytes));
    else if (player.view === 'plain') this.#onLine(viewer, decoder.decode(bytes));
  }

  onCommand(player: Player, word: string, text: string): boolean {
    const viewer = this.#viewers.get(player);
    if (viewer === undefined) return false;
    if (word === 'say') this.#chat.trySay(player, text);
    else if (word === 'score') viewer.line(scoreText(this.#state));
    else if (word === 'where') viewer.line(whereText(this.#state, viewer.avatar));
    else if (word === 'who') viewer.line(`who: ${whoText(this.#context)}`);
    else if (word === 'map') this.#showMap(viewer);
    else return false;
    return true;
  }

  onTick(tick: Tick): void {
    // Ticks that a stalled worker skipped are made good, up to a second's worth, so that the match clock stays true.
    const skipped = this.#lastTick === 0 ? 0 : tick.number - this.#lastTick - 1;
    this.#lastTick = tick.number;
    for (let step = Math.min(skipped, this.#context.tickHz); step >= 0; step -= 1) this.#step();
    this.#show();
    this.#backfill.update(this.#state);
    if (this.#state.phase === Phase.over) this.#finish();
  }

  onLeave(player: Player, reason: string): void {
    const viewer = this.#viewers.get(player);
    if (viewer === undefined) return;
    viewer.walker.stop();
    if (reason === 'disconnected') {
      this.#tell(loseSeat(this.#state, viewer.avatar));
      return;
    }
    viewer.leave();
    this.#viewers.delete(player);
    if (this.#state.phase !== Phase.over) this.#tell(leaveSeat(this.#state, viewer.avatar));
  }

  onReconnect(player: Player): void {
    const viewer = this.#viewers.get(player);
    if (viewer === undefined) return;
    viewer.enter();
    this.#tell([enterSeat(this.#state, viewer.avatar, this.#context.random)]);
  }

  /** The whole of it each time: who watches may have come this moment, and seats may have been added. */
  onWatch(): readonly Uint8Array[] {
    return [encodeField(this.#state, NO_SEAT), this.#snapshot.encode(this.#state)];
  }

  #onFrameInput(viewer: CtfViewer, bytes: Uint8Array): void {
    const direction = decodeInput(bytes);
    if (direction !== undefined) {
      viewer.avatar.held = direction;
      return;
    }
    const found = bytes.byteLength === 0 ? 'no bytes' : `first byte ${bytes[0]}`;
    this.#complain(viewer.player, `Cannot read the input: ${found}, a direction is 0 to 8`);
  }

  #onKeys(viewer: CtfViewer, text: string): void {
    for (const action of readKeys(text)) {
      if (action === 'help') for (const line of HELP) viewer.line(line);
      else if (action === 'redraw') viewer.redraw();
      else viewer.avatar.held = action.move;
    }
  }

  #onLine(viewer: CtfViewer, text: string): void {
    const action = readLine(text);
    if ('refused' in action) {
      this.#complain(viewer.player, action.refused);
    } else if ('run' in action) {
      viewer.walker.stop();
      viewer.avatar.held = action.run;
    } else {
      viewer.walker.start(action.steps);
    }
  }

  #complain(player: Player, message: string): void {
    const nowMs = this.#context.clock.nowMs();
    const lastMs = this.#complainedAtMs.get(player) ?? -Infinity;
    if (nowMs - lastMs < COMPLAINT_INTERVAL_MS) return;
    this.#complainedAtMs.set(player, nowMs);
    this.#context.event(player, { event: 'error', code: 'bad-input', message });
  }

  /** A terminal that is being drawn on has the map already. */
  #showMap(viewer: CtfViewer): void {
    if (viewer.player.view === 'terminal') viewer.redraw();
    else for (const line of mapLines(this.#state, viewer.avatar)) viewer.line(line);
  }

  #step(): void {
    if (this.#state.phase === Phase.playing) {
      for (const viewer of this.#viewers.values()) {
        if (viewer.walker.advance(viewer.avatar) && viewer.player.view === 'plain') {
          viewer.line(whereText(this.#state, viewer.avatar));
        }
      }
    }
    const happenings = stepMatch(this.#state, this.#context.random);
    for (const { kind, other } of happenings) {
      if (kind === HappeningKind.tagged) this.#stopWalk(other);
    }
    this.#tell(happenings);
  }

  #stopWalk(seat: number): void {
    for (const viewer of this.#viewers.values()) {
      if (viewer.avatar.seat === seat) viewer.walker.stop();
    }
  }

  #tell(happenings: readonly Happening[]): void {
    for (const happening of happenings) {
      for (const viewer of this.#viewers.values()) viewer.tell(happening);
      if (happening.kind !== HappeningKind.captured) continue;
      for (const { player } of this.#viewers.values()) {
        if (player.view === 'plain') this.#viewers.get(player)?.line(scoreText(this.#state));
      }
    }
  }

  #show(): void {
    const nowMs = this.#context.clock.nowMs();
    this.#framePlayers.length = 0;
    for (const viewer of this.#viewers.values()) {
      viewer.followView();
      viewer.draw(nowMs);
      if (viewer.player.view === 'frame') this.#framePlayers.push(viewer.player);
    }
    if (this.#framePlayers.length === 0) return;
    const bytes = this.#snapshot.encode(this.#state);
    this.#context.broadcast(bytes, { volatile: true, to: this.#framePlayers });
  }

  #finish(): void {
    const { winner, score, why, avatars } = this.#state;
    for (const viewer of this.#viewers.values()) viewer.finish();
    this.#context.end({
      winner: winner === undefined ? null : TEAM_NAMES[winner],
      score: { red: score[Team.red], blue: score[Team.blue] },
      why,
      players: avatars.map(({ name, team, captures, tags, returns }) => ({
        name,
        team: TEAM_NAMES[team],
        captures,
        tags,
        returns,
      })),
    });
  }
}
