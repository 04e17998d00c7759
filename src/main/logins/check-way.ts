/**
 * Logins that a module of the game decides, in a thread of its own: slow, broken or hanging, it costs those logins and
 * nothing else. Main thread.
 *
 *   check() --> thread --> answer in time: believed if it can be read          a thread that dies or hangs: replaced,
 *         \-- checkMs over, threw, nonsense, no thread: refused, try again     RESTART_MS later, doubling to RESTART_MS_MAX
 */

import { systemClock, type Timer } from '../../shared/clock.ts';
import { HostError } from '../../shared/errors.ts';
import { Reason } from '../../shared/reason.ts';
import type { HostLog } from '../log.ts';
import { NOT_NOW, readAnswer } from './check-answer.ts';
import { CheckThread } from './check-thread.ts';
import { refused, type LoginAttempt, type LoginVerdict, type LoginWay } from './login-way.ts';

export interface CheckWayOptions {
  /** File URL. */
  readonly module: string;
  readonly checkMs: number;
  readonly log: HostLog;
}

const PENDING_MAX = 4_096;
const START_MS_MAX = 10_000;
const RESTART_MS = 100;
const RESTART_MS_MAX = 5_000;
/** A thread that lasted this long was a good one: the next comes soon again. */
const GOOD_MS = 10_000;
/** Kinds of faults that are logged; a module that makes up new ones does not fill the log. */
const FAULTS_MAX = 50;

interface Question {
  readonly name: string;
  readonly timer: Timer;
  readonly settle: (verdict: LoginVerdict) => void;
}

export class CheckWay implements LoginWay {
  readonly #options: CheckWayOptions;
  readonly #questions = new Map<number, Question>();
  readonly #faults = new Set<string>();
  #thread: CheckThread | undefined;
  #isReady = false;
  #isClosed = false;
  #restart: Timer | undefined;
  #restartMs = RESTART_MS;
  #startedMs = 0;
  #lastId = 0;
  #onFirst: { ready: () => void; lost: (why: string) => void } | undefined;

  constructor(options: CheckWayOptions) {
    this.#options = options;
  }

  /** Throws `login-check` when the module cannot be loaded. */
  async start(): Promise<void> {
    const why = await new Promise<string | undefined>((resolve) => {
      const timer = systemClock.setTimer(() => resolve('it takes too long'), START_MS_MAX);
      const done = (fault: string | undefined): void => {
        timer.cancel();
        this.#onFirst = undefined;
        resolve(fault);
      };
      this.#onFirst = { ready: () => done(undefined), lost: done };
      this.#startThread();
    });
    if (why === undefined) return;
    await this.close();
    const { module } = this.#options;
    throw new HostError('login-check', `Cannot load the login check "${module}": ${why}`);
  }

  check({ name, token, address, listener }: LoginAttempt): Promise<LoginVerdict> {
    const thread = this.#isReady ? this.#thread : undefined;
    if (thread === undefined || this.#questions.size >= PENDING_MAX) {
      return Promise.resolve(refused(Reason.unavailable, NOT_NOW));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((settle) => {
      const timer = systemClock.setTimer(() => {
        this.#fail(id, 'took too long');
        // Slow, or hanging? The ping tells.
        thread.ping();
      }, this.#options.checkMs);
      this.#questions.set(id, { name, timer, settle });
      thread.ask(id, { name, token, address, listener });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#restart?.cancel();
    for (const id of this.#questions.keys()) this.#settle(id, refused(Reason.unavailable, NOT_NOW));
    await this.#thread?.terminate();
  }

  #startThread(): void {
    if (this.#isClosed) return;
    this.#startedMs = systemClock.nowMs();
    this.#thread = new CheckThread(this.#options.module, {
      onReady: () => {
        this.#isReady = true;
        this.#onFirst?.ready();
      },
      onAnswer: (id, answer) => this.#onAnswer(id, answer),
      onThrew: (id, message) => this.#fail(id, `threw: ${message}`),
      onLost: (why) => this.#onLost(why),
    });
  }

  #onAnswer(id: number, answer: unknown): void {
    const question = this.#questions.get(id);
    if (question === undefined) return;
    const read = readAnswer(answer, question.name);
    if ('verdict' in read) this.#settle(id, read.verdict);
    else this.#fail(id, read.fault);
  }

  #onLost(why: string): void {
    this.#isReady = false;
    if (this.#onFirst !== undefined) {
      this.#onFirst.lost(why);
      return;
    }
    this.#options.log.error(`the login check's thread is replaced: ${why}`, {
      reason: 'login-check-lost',
    });
    for (const id of this.#questions.keys()) this.#settle(id, refused(Reason.unavailable, NOT_NOW));
    const lastedMs = systemClock.nowMs() - this.#startedMs;
    if (lastedMs > GOOD_MS) this.#restartMs = RESTART_MS;
    this.#restart = systemClock.setTimer(() => this.#startThread(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
  }

  /** The player is told to try again, the operator once what is wrong. */
  #fail(id: number, fault: string): void {
    if (!this.#questions.has(id)) return;
    this.#settle(id, refused(Reason.unavailable, NOT_NOW));
    if (this.#faults.has(fault) || this.#faults.size >= FAULTS_MAX) return;
    this.#faults.add(fault);
    this.#options.log.error(`the login check ${fault}; said once`, { reason: 'login-check' });
  }

  #settle(id: number, verdict: LoginVerdict): void {
    const question = this.#questions.get(id);
    if (question === undefined) return;
    this.#questions.delete(id);
    question.timer.cancel();
    question.settle(verdict);
  }
}
