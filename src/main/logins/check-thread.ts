/**
 * The thread of a game's own login check as main sees it: questions out, answers in, its end noticed. Main thread.
 *
 * A thread whose event loop does not turn is found by a ping that nobody answers; slow answers of one that turns are each
 * their own affair.
 */

import { Worker } from 'node:worker_threads';
import { systemClock, type Timer } from '../../shared/clock.ts';
import type { CheckOrder, CheckReport, LoginQuestion } from '../../shared/login-check.ts';
import { threadEntry } from '../thread-entry.ts';

export interface CheckThreadEvents {
  readonly onReady: () => void;
  readonly onAnswer: (id: number, answer: unknown) => void;
  readonly onThrew: (id: number, message: string) => void;
  /** Once; nothing is heard of this thread after it. */
  readonly onLost: (why: string) => void;
}

const PONG_MS_MAX = 1_000;

export class CheckThread {
  readonly #thread: Worker;
  readonly #events: CheckThreadEvents;
  #ping: Timer | undefined;
  #isLost = false;

  constructor(module: string, events: CheckThreadEvents) {
    this.#events = events;
    this.#thread = new Worker(threadEntry('login-check'), {
      workerData: { module },
      name: 'login-check',
    });
    this.#thread.on('message', (report: CheckReport) => this.#onReport(report));
    this.#thread.once('error', (error: Error) => this.#lose(`it died: ${error.message}`));
    this.#thread.once('exit', () => this.#lose('it ended by itself'));
  }

  ask(id: number, question: LoginQuestion): void {
    this.#send({ kind: 'ask', id, question });
  }

  /** Asks for a sign of life; without one the thread is lost. */
  ping(): void {
    if (this.#isLost || this.#ping !== undefined) return;
    this.#send({ kind: 'ping' });
    this.#ping = systemClock.setTimer(() => this.#lose('it hangs'), PONG_MS_MAX);
  }

  async terminate(): Promise<void> {
    this.#isLost = true;
    this.#ping?.cancel();
    await this.#thread.terminate();
  }

  #onReport(report: CheckReport): void {
    if (this.#isLost) return;
    switch (report.kind) {
      case 'ready':
        this.#events.onReady();
        break;
      case 'failed':
        this.#lose(report.message);
        break;
      case 'answer':
        this.#events.onAnswer(report.id, report.answer);
        break;
      case 'threw':
        this.#events.onThrew(report.id, report.message);
        break;
      case 'pong':
        this.#ping?.cancel();
        this.#ping = undefined;
        break;
    }
  }

  #lose(why: string): void {
    if (this.#isLost) return;
    void this.terminate();
    this.#events.onLost(why);
  }

  #send(order: CheckOrder): void {
    this.#thread.postMessage(order);
  }
}
