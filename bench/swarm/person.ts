/**
 * One person of the swarm: a seeded script over the table in person-moves.ts. Pure: it sees no socket and no clock, times come
 * in, and what it wants done goes to its hands. The swarm's processes.
 *
 * A wish has the time at which it was due, and latencies count from there: a process that acts late does not hide it.
 * Invariant: at most one wake of each kind is wanted; a new one replaces it.
 */

import type { Random } from '../../src/shared/random.ts';
import type { Role } from './cast.ts';
import { WAKES, type HostEvent, type PersonHands, type Wake } from './person-hands.ts';
import { PERSON_MOVES, PersonState, type PersonEvent } from './person-moves.ts';
import { isPartyCode, PersonParty } from './person-party.ts';
import type { Span } from './scenario.ts';

/** A leader waits so long for its party; then it queues with those who are there. */
const FORM_MS = 5_000;
/** After a queue command that was refused, and where nothing else says when to try again. */
const RETRY_MS = 3_000;
const HOST_EVENTS = new Set(['lobby', 'queued', 'unqueued', 'found', 'match', 'ended']);

export class Person {
  readonly role: Role;
  state: PersonState = PersonState.offline;
  /** When what it waits for was due; NaN where it waits for nothing. */
  loginDueMs: number = Number.NaN;
  queueDueMs: number = Number.NaN;
  readonly #random: Random;
  readonly #hands: PersonHands;
  /** On the ramp: it comes back when its connection ends. */
  #attending = false;
  #visitEndMs = Number.POSITIVE_INFINITY;
  #breaksNext = false;
  /** Leave commands of this connection that no error has answered. */
  #leavesSaid = 0;
  readonly #party: PersonParty;

  constructor(role: Role, random: Random, hands: PersonHands) {
    this.role = role;
    this.#random = random;
    this.#hands = hands;
    this.#party = new PersonParty(role);
  }

  get isOnline(): boolean {
    return this.state !== PersonState.offline && this.state !== PersonState.connecting;
  }

  /** The ramp brings it: it was to connect at `dueMs`. */
  come(dueMs: number): void {
    this.#attending = true;
    if (this.state === PersonState.offline) this.#hands.wake('script', dueMs);
  }

  /** The ramp takes it. */
  go(): void {
    this.#attending = false;
    if (this.state === PersonState.offline) this.#hands.wake('script', Number.POSITIVE_INFINITY);
    else this.#leave(true, Number.POSITIVE_INFINITY);
  }

  /** Its connection breaks, as in a storm, and it dials again at `backMs`. */
  breakOff(backMs: number): void {
    if (this.state === PersonState.offline) return;
    this.#hands.count('drops');
    this.#leave(false, backMs);
  }

  onConnected(): void {
    this.#move('connected');
  }

  /** The connection ended without its doing. */
  onLost(nowMs: number): void {
    this.#toOffline(nowMs + this.#draw(this.role.kind.awaySeconds));
  }

  onEvent(message: HostEvent, nowMs: number): void {
    const { event } = message;
    if (event === 'error') this.#onRefused(message.code ?? 'unknown', nowMs);
    else if (event === 'party') this.#onParty(message, nowMs);
    else if (HOST_EVENTS.has(event)) this.#onPlace(event as PersonEvent, nowMs);
  }

  onWake(kind: Wake, dueMs: number): void {
    switch (kind) {
      case 'script':
        this.#onScript(dueMs);
        break;
      case 'chat':
        this.#hands.say(dueMs);
        this.#hands.count('says');
        this.#hands.wake('chat', dueMs + this.#chatPauseMs());
        break;
      case 'ping':
        this.#hands.ping(dueMs);
        this.#hands.count('pings');
        this.#hands.wake('ping', dueMs + this.#draw(this.role.kind.pingSeconds));
        break;
      case 'stall':
        this.#hands.stall(false);
        break;
    }
  }

  /** The script's next step, by where it is. */
  #onScript(dueMs: number): void {
    switch (this.state) {
      case PersonState.offline:
        this.loginDueMs = dueMs;
        this.#move('dial');
        this.#hands.count('dials');
        this.#hands.dial();
        break;
      case PersonState.lobby:
        this.#onThought(dueMs);
        break;
      case PersonState.forming:
        this.#ask(dueMs);
        break;
      case PersonState.asked:
      case PersonState.queued:
        this.#hands.count('gaveUp');
        this.queueDueMs = Number.NaN;
        this.#sayLeave();
        break;
      case PersonState.playing:
        if (this.#breaksNext) this.breakOff(dueMs + this.#draw(this.role.kind.dropSeconds));
        else this.#sayLeave();
        break;
      case PersonState.connecting:
      case PersonState.greeting:
        break;
    }
  }

  #onThought(dueMs: number): void {
    if (dueMs >= this.#visitEndMs) {
      this.#leave(true, dueMs + this.#draw(this.role.kind.awaySeconds));
    } else if (this.#party.isWhole) {
      this.#ask(dueMs);
    } else {
      this.#move('form');
      for (const name of this.#party.missing()) this.#hands.command(`party invite ${name}`);
      this.#hands.wake('script', dueMs + FORM_MS);
    }
  }

  #sayLeave(): void {
    this.#leavesSaid += 1;
    this.#hands.command('leave');
  }

  #ask(dueMs: number): void {
    this.#move('ask');
    this.#hands.count('asks');
    this.queueDueMs = dueMs;
    this.#hands.command(`queue ${this.role.kind.mode}`);
    const patienceMs = this.#draw(this.role.kind.patienceSeconds);
    this.#hands.wake('script', patienceMs > 0 ? dueMs + patienceMs : Number.POSITIVE_INFINITY);
  }

  #onPlace(event: PersonEvent, nowMs: number): void {
    const before = this.state;
    if (!this.#move(event)) return;
    if (before === PersonState.greeting && this.state !== before) this.#onLoggedIn(nowMs);
    if (event === 'match') this.#onMatch(nowMs);
    if (event === 'found') this.#hands.command('accept');
    // Queued by its leader: it waits as long as that one does.
    if (event === 'queued' && before !== PersonState.asked && before !== PersonState.queued) {
      this.#hands.wake('script', Number.POSITIVE_INFINITY);
    }
    if (before === PersonState.playing && this.state === PersonState.lobby) this.#hands.play(false);
    if (this.state === PersonState.lobby && (event === 'lobby' || event === 'unqueued')) {
      this.#think(nowMs);
    }
  }

  #onLoggedIn(nowMs: number): void {
    const { kind } = this.role;
    this.#hands.took('login', this.loginDueMs, nowMs);
    this.loginDueMs = Number.NaN;
    const visitMs = this.#draw(kind.visitSeconds);
    this.#visitEndMs = visitMs > 0 ? nowMs + visitMs : Number.POSITIVE_INFINITY;
    if (kind.chatsPerMinute > 0) {
      this.#hands.wake('chat', nowMs + this.#chatPauseMs() * this.#random.next());
    }
    const pingMs = this.#draw(kind.pingSeconds);
    if (pingMs > 0) this.#hands.wake('ping', nowMs + pingMs * this.#random.next());
    if (this.role.members.length > 1) this.#hands.command('party');
  }

  #think(nowMs: number): void {
    this.queueDueMs = Number.NaN;
    const { kind } = this.role;
    const thoughtMs = nowMs + this.#draw(kind.thinkSeconds);
    const isIdle = kind.mode === '' || !this.#party.leads;
    this.#hands.wake('script', isIdle ? Math.max(nowMs, this.#visitEndMs) : thoughtMs);
  }

  #onMatch(nowMs: number): void {
    const { kind } = this.role;
    if (!Number.isNaN(this.queueDueMs)) this.#hands.took('queue', this.queueDueMs, nowMs);
    this.queueDueMs = Number.NaN;
    this.#hands.count('matches');
    this.#hands.play(true);
    this.#breaksNext = this.#random.next() < kind.dropShare;
    const playMs = this.#draw(kind.playSeconds);
    // Where a connection is to break in a match that has no set length, it does so in its first minute.
    const breakMs = (playMs > 0 ? playMs : 60_000) * this.#random.next();
    const endMs = this.#breaksNext ? breakMs : playMs;
    this.#hands.wake('script', endMs > 0 ? nowMs + endMs : Number.POSITIVE_INFINITY);
    const stallMs = this.#draw(kind.stallSeconds);
    if (stallMs > 0) {
      this.#hands.stall(true);
      this.#hands.wake('stall', nowMs + stallMs);
    }
  }

  #onRefused(code: string, nowMs: number): void {
    if (code === 'not-queued' && this.#leavesSaid > 0) {
      // What it wanted to leave ended by itself while its word was under way.
      this.#leavesSaid -= 1;
      return;
    }
    if (!isPartyCode(this.role, code)) this.#hands.error(`event ${code}`);
    const before = this.state;
    if (!this.#move('refused')) return;
    if (before !== PersonState.asked) return;
    this.queueDueMs = Number.NaN;
    this.#hands.wake('script', nowMs + RETRY_MS);
  }

  #onParty(message: HostEvent, nowMs: number): void {
    const answer = this.#party.onEvent(message);
    if (answer !== undefined) this.#hands.command(answer);
    if (this.state === PersonState.forming && this.#party.isWhole) {
      this.#hands.wake('script', nowMs);
    }
  }

  #leave(politely: boolean, backMs: number): void {
    this.#hands.hangUp(politely);
    this.#toOffline(backMs);
  }

  #toOffline(backMs: number): void {
    this.#move('lost');
    this.loginDueMs = Number.NaN;
    this.queueDueMs = Number.NaN;
    this.#party.forget();
    this.#leavesSaid = 0;
    this.#hands.play(false);
    for (const kind of WAKES) this.#hands.wake(kind, Number.POSITIVE_INFINITY);
    if (this.#attending) this.#hands.wake('script', backMs);
  }

  #move(event: PersonEvent): boolean {
    const next = PERSON_MOVES[this.state][event];
    if (next === undefined) {
      this.#hands.error(`unexpected ${event} in ${this.state}`);
      return false;
    }
    this.state = next;
    return true;
  }

  /** Milliseconds from a span of seconds. */
  #draw(span: Span): number {
    if (typeof span === 'number') return span * 1000;
    return (span[0] + (span[1] - span[0]) * this.#random.next()) * 1000;
  }

  /** Half to one and a half times the mean. */
  #chatPauseMs(): number {
    return (60_000 / this.role.kind.chatsPerMinute) * (0.5 + this.#random.next());
  }
}
