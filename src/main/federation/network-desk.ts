/**
 * Questions to the other hosts, each with a deadline, and the answers to theirs. Main thread.
 *
 *   askHost(), askFirst(), askAll() --ask--> every linked host --serve()--> answer --> the promise, within ANSWER_MS in any case
 *
 * Who does not answer in time is named as silent, never waited for and never taken for a no.
 */

import type { NetworkMessage } from '../../cluster-bridge/federation/network-messages.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { AnswerOf, NetworkTopic, QuestionOf } from './network-questions.ts';

export const ANSWER_MS = 1_000;
/** Questions that wait for their answers; more are not asked. */
const PENDING_MAX = 10_000;

export interface NetworkDeskOptions {
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly send: (hostId: string, message: NetworkMessage) => void;
}

/** What the hosts that were asked said. */
export interface NetworkAnswers<Answer> {
  readonly answers: readonly { readonly hostId: string; readonly answer: Answer }[];
  /** Hosts that did not answer in time. */
  readonly silent: readonly string[];
}

interface Pending {
  readonly hostId: string;
  readonly timer: Timer;
  readonly settle: (answer: unknown) => void;
}

type Server = (question: never) => unknown;

export class NetworkDesk {
  readonly #options: NetworkDeskOptions;
  readonly #peers = new Set<string>();
  readonly #pending = new Map<number, Pending>();
  readonly #servers = new Map<string, Server>();
  #lastId = 0;

  constructor(options: NetworkDeskOptions) {
    this.#options = options;
  }

  /** The hosts that can be asked now, in the order of their ids. */
  peers(): readonly string[] {
    return [...this.#peers].toSorted();
  }

  peerUp(hostId: string): void {
    this.#peers.add(hostId);
  }

  peerDown(hostId: string): void {
    this.#peers.delete(hostId);
    for (const [id, pending] of this.#pending) {
      if (pending.hostId === hostId) this.#settle(id, undefined);
    }
  }

  /** From now on such questions of other hosts are answered. */
  serve<Topic extends NetworkTopic>(
    topic: Topic,
    server: (question: QuestionOf<Topic>) => AnswerOf<Topic> | Promise<AnswerOf<Topic>>,
  ): void {
    this.#servers.set(topic, server);
  }

  /** Undefined: that host does not answer. */
  askHost<Topic extends NetworkTopic>(
    hostId: string,
    about: Topic,
    question: QuestionOf<Topic>,
  ): Promise<AnswerOf<Topic> | undefined> {
    if (!this.#peers.has(hostId) || this.#pending.size >= PENDING_MAX) {
      return Promise.resolve(undefined);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(() => this.#settle(id, undefined), ANSWER_MS);
      // What comes back was made by serve() of the same topic, in the same version.
      const settle = (answer: unknown): void => resolve(answer as AnswerOf<Topic> | undefined);
      this.#pending.set(id, { hostId, timer, settle });
      this.#options.send(hostId, { kind: 'ask', id, about, question });
    });
  }

  async askAll<Topic extends NetworkTopic>(
    about: Topic,
    question: QuestionOf<Topic>,
  ): Promise<NetworkAnswers<AnswerOf<Topic>>> {
    const answers: { hostId: string; answer: AnswerOf<Topic> }[] = [];
    const silent: string[] = [];
    await Promise.all(
      this.peers().map(async (hostId) => {
        const answer = await this.askHost(hostId, about, question);
        if (answer === undefined) silent.push(hostId);
        else answers.push({ hostId, answer });
      }),
    );
    return { answers, silent };
  }

  /** The first answer that is not null, as soon as it is there; none: when all have answered, or not. */
  askFirst<Topic extends NetworkTopic>(
    about: Topic,
    question: QuestionOf<Topic>,
  ): Promise<NetworkAnswers<NonNullable<AnswerOf<Topic>>>> {
    return new Promise((resolve, reject) => {
      const silent: string[] = [];
      const asked = this.peers().map(async (hostId) => {
        const answer = await this.askHost(hostId, about, question);
        if (answer === undefined) silent.push(hostId);
        else if (answer !== null) resolve({ answers: [{ hostId, answer }], silent: [] });
      });
      Promise.all(asked).then(() => resolve({ answers: [], silent }), reject);
    });
  }

  onMessage(hostId: string, message: NetworkMessage): void {
    switch (message.kind) {
      case 'ask':
        void this.#answer(hostId, message);
        break;
      case 'answer':
        // Answers of a host to what another was asked do not count.
        if (this.#pending.get(message.id)?.hostId === hostId) {
          this.#settle(message.id, message.answer);
        }
        break;
    }
  }

  async #answer(
    hostId: string,
    { id, about, question }: Extract<NetworkMessage, { kind: 'ask' }>,
  ): Promise<void> {
    const { send } = this.#options;
    try {
      const server = this.#servers.get(about);
      // The topic says which type the question has.
      const answer: unknown = await server?.(question as never);
      send(hostId, { kind: 'answer', id, ...(answer === undefined ? {} : { answer }) });
    } catch {
      // Whatever failed is reported where it failed; whoever asked hears that there is no answer.
      send(hostId, { kind: 'answer', id });
    }
  }

  #settle(id: number, answer: unknown): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.timer.cancel();
    pending.settle(answer);
  }
}

export function isNetworkMessage(message: { readonly kind: string }): message is NetworkMessage {
  return message.kind === 'ask' || message.kind === 'answer';
}
