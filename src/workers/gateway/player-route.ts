/**
 * The way of one player's bytes between the gateway and the handler the player is in: hand-off, held input, what is owed to
 * a full ring. Gateway threads. It knows no socket: Connection extends it with one.
 *
 *   forward() --playing, nothing held or owed--> ring of the handler's worker
 *       \------otherwise----------------------> held --JOIN written--> ring
 *
 * Invariants: input is written to a ring only while `playing`, after the JOIN and after everything that was held;
 * what a handler sends is passed on only while it is this player's handler. So no byte is lost, repeated,
 * reordered or given to another handler, however often the player is moved.
 */

import { NO_HANDLER, NO_PLAYER, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import { tryWriteInput, type InputChannel } from '../../shared/record-layout.ts';
import type { HandOffReport } from '../../shared/thread-messages.ts';
import { HeldInput } from './held-input.ts';
import type { RouteHost } from './route-host.ts';
import { ROUTE_STEPS, RouteState, type RouteEvent } from './route-state.ts';
import type { WorkerLink } from './worker-link.ts';

const NO_BYTES = new Uint8Array(0);
/** A handler that has not answered LEAVE in time and then not for so long never does: workers that hang are ended, and links too. */
const LATE_MS_MAX = 10_000;
const NO_ANSWER = 'The game that you came from does not answer';

export abstract class PlayerRoute {
  player: PlayerRef = NO_PLAYER;
  handler: HandlerRef = NO_HANDLER;
  link: WorkerLink | undefined;
  state: RouteState = RouteState.greeting;
  /** When a hand-off that hears no LEFT goes on without, or a closing socket is cut. */
  deadlineMs = 0;
  bytesIn = 0;
  bytesForwarded = 0;
  /** Main was told of the login and must be told of the end. */
  protected isKnownToMain = false;
  protected isPaused = false;
  /** Most players never hold anything: made for the first bytes, let go when empty. */
  #held: HeldInput | undefined;
  #next: HandlerRef = NO_HANDLER;
  #nextReason: Reason = Reason.login;
  #unread: Uint8Array = NO_BYTES;
  #owes: 'nothing' | 'leave' | 'join' = 'nothing';
  #leaveReason: Reason = Reason.moved;
  #isBlocked = false;
  #isTraced = false;
  /** Handlers that have not answered LEAVE in time and may still: until then what they say is of an earlier stay. */
  #late: Set<HandlerRef> | undefined;

  protected abstract readonly routes: RouteHost;
  /** Stops or restarts the flow of input: held too much, or all of it has gone. */
  protected abstract pause(): void;
  protected abstract resume(): void;
  abstract close(reason: Reason, message: string): void;

  get open(): boolean {
    return this.state !== RouteState.closing;
  }

  /** Where the player goes next; the step follows. */
  protected goTo(handler: HandlerRef, reason: Reason): void {
    this.#next = handler;
    this.#nextReason = reason;
  }

  /** Main sends the player to another handler. */
  move(handler: HandlerRef, reason: Reason, isOldLost: boolean): void {
    this.goTo(handler, reason);
    this.tryStep(isOldLost ? 'moveOldLost' : 'move');
  }

  /** The old handler has said all it had to say; `unread` is what it did not consume (copied). */
  onLeft(handler: HandlerRef, unread: Uint8Array): void {
    if (this.#isLateAnswer(handler)) return;
    if (handler !== this.handler || this.state !== RouteState.leaving) return;
    this.#unread = unread;
    this.#report('leftReceived');
    this.tryStep('left');
  }

  /** Nobody is there to answer, and what was on its way is lost: the next handler is told so. */
  onLost(handler: HandlerRef, reason: Reason): void {
    if (this.#isLateAnswer(handler)) return;
    if (handler === this.handler && this.state === RouteState.leaving) this.#goOnWithout(reason);
  }

  /** The worker died: what it had said was delivered. Main says where to go, unless the way was known already. */
  onWorkerLost(): void {
    this.link = undefined;
    this.#isBlocked = false;
    if (this.#owes === 'leave') this.#writeLeave();
    else if (this.state === RouteState.leaving) this.#goOnWithout(Reason.crashed);
  }

  /** The old handler did not answer in time, or the one that the player came back to not at all. */
  onLeaveDeadline(): void {
    const { handler, player, link } = this;
    if (this.state !== RouteState.leaving) this.close(Reason.hung, NO_ANSWER);
    else {
      this.routes.countReason(Reason.hung);
      if (this.#owes === 'leave') link?.oweLeave({ handler, player, reason: this.#leaveReason });
      (this.#late ??= new Set()).add(handler);
      this.#goOnWithout(Reason.hung);
    }
  }

  /** Somebody follows this player: the steps of hand-offs are reported, or no longer. */
  trace(isOn: boolean): void {
    this.#isTraced = isOn;
  }

  /** The route ends here: the handler and main are told. */
  depart(reason: Reason): void {
    this.#leaveReason = reason;
    this.tryStep('close');
  }

  /** The ring may have room again: writes what is owed, then what was held. */
  retry(): void {
    this.#isBlocked = false;
    if (this.#owes === 'leave') this.#writeLeave();
    else if (this.#owes === 'join') this.#writeJoin();
    else if (this.state === RouteState.playing) this.#flushHeld();
  }

  protected get hasHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Brings `bytes[start, end)` to the handler, or keeps them until they may go. Hot: once per input. */
  protected forward(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    this.bytesIn += end - start;
    const { link } = this;
    if (
      this.state !== RouteState.playing ||
      this.#held !== undefined ||
      this.#owes !== 'nothing' ||
      link === undefined ||
      link.holdsInput(this.handler) ||
      !tryWriteInput(link.up, channel, this.handler, this.player, bytes, start, end)
    ) {
      this.#hold(channel, bytes, start, end);
      return;
    }
    this.bytesForwarded += end - start;
    if (this.routes.wakesOnInput(this.handler)) link.isUrgent = true;
  }

  /** Takes a step of the table; false where the event comes late or twice. */
  protected tryStep(event: RouteEvent): boolean {
    const step = ROUTE_STEPS[this.state][event];
    if (step === undefined) return false;
    this.state = step.to;
    switch (step.effect) {
      case 'writeLeave':
        this.#leave();
        break;
      case 'writeJoin':
        this.#join();
        break;
      case 'depart':
        this.#depart();
        break;
      case 'askMain':
      case 'redirect':
      case undefined:
        break;
    }
    this.routes.storeState(this);
    return true;
  }

  /** There will be no LEFT: whatever main moved the player for, the next handler must know that bytes may be missing. */
  #goOnWithout(reason: Reason): void {
    this.#nextReason = reason;
    this.#report('noLeft');
    this.tryStep('moveOldLost');
  }

  #leave(): void {
    if (this.#owes === 'join' || this.handler === NO_HANDLER) {
      // The old handler never heard of this player: go straight to the new one, with the same unread bytes.
      this.state = RouteState.playing;
      this.#join();
      return;
    }
    this.#leaveReason = this.#nextReason;
    this.deadlineMs = this.routes.nowMs + this.routes.leaveDeadlineMs;
    this.routes.leaving.add(this);
    this.#writeLeave();
  }

  #writeLeave(): void {
    const { link } = this;
    this.#owes = 'nothing';
    if (link === undefined) {
      if (this.state === RouteState.leaving) this.#goOnWithout(Reason.crashed);
      else this.routes.freeRow(this);
      return;
    }
    if (!link.tryWriteLeave(this.handler, this.player, this.#leaveReason)) {
      this.#owes = 'leave';
      this.#block(link);
      return;
    }
    this.#report('leaveWritten');
    if (this.state === RouteState.closing) this.routes.freeRow(this);
  }

  #join(): void {
    if (this.routes.leaving.delete(this) && this.handler !== NO_HANDLER) {
      const { nowMs, leaveDeadlineMs } = this.routes;
      this.routes.countHandOff(nowMs - (this.deadlineMs - leaveDeadlineMs));
    }
    this.handler = this.#next;
    this.link = this.routes.linkOf(this.#next);
    // It may still stand in the old link's list; on the new one it has to get in line by itself.
    this.#isBlocked = false;
    this.#writeJoin();
  }

  /** Whoever comes back meanwhile waits for it: what was said before must not pass for what is said now. */
  #isLateAnswer(handler: HandlerRef): boolean {
    if (this.#late?.delete(handler) !== true) return false;
    if (this.#owes === 'join' && this.#next === handler) {
      this.routes.leaving.delete(this);
      this.handler = handler;
      this.#writeJoin();
      this.routes.storeState(this);
    }
    return true;
  }

  #writeJoin(): void {
    const { link, player, routes } = this;
    this.#owes = 'join';
    if (this.#late?.has(this.#next) === true) {
      // Nothing gets through to the client from there.
      this.handler = NO_HANDLER;
      if (!routes.leaving.has(this)) this.deadlineMs = routes.nowMs + LATE_MS_MAX;
      routes.leaving.add(this);
      return;
    }
    // A dead worker's link, or none: main will say where to go instead.
    if (link === undefined) return;
    const join = { handler: this.handler, player, reason: this.#nextReason };
    if (!link.tryWriteJoin(join, this.#unread)) {
      this.#block(link);
      return;
    }
    this.#owes = 'nothing';
    this.#unread = NO_BYTES;
    this.#report('joinWritten');
    this.#flushHeld();
  }

  #report(step: HandOffReport['step']): void {
    if (this.#isTraced) this.routes.reportHandOff(this, step);
  }

  #depart(): void {
    this.routes.leaving.delete(this);
    this.#held = undefined;
    if (this.isKnownToMain) {
      this.isKnownToMain = false;
      this.routes.report({ kind: 'closed', player: this.player, reason: this.#leaveReason });
    }
    if (this.handler === NO_HANDLER || this.#owes === 'join') this.routes.freeRow(this);
    else this.#writeLeave();
  }

  #hold(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    const held = (this.#held ??= new HeldInput());
    held.add(channel, bytes, start, end);
    if (this.state === RouteState.playing && this.link !== undefined) this.#block(this.link);
    if (held.byteLength > this.routes.limits.heldBytesMax) this.pause();
  }

  #flushHeld(): void {
    const { link } = this;
    if (link === undefined) return;
    if (this.#held !== undefined) {
      this.bytesForwarded += link.writeHeld(this.#held, this);
      if (this.#held.byteLength > 0) {
        this.#block(link);
        return;
      }
      this.#held = undefined;
    }
    link.isUrgent = true;
    if (this.isPaused) this.resume();
  }

  #block(link: WorkerLink): void {
    if (this.#isBlocked) return;
    this.#isBlocked = true;
    link.blocked.push(this);
  }
}
