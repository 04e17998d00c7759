/**
 * Goal: a question to other hosts is answered within its deadline whatever they do, and nobody answers for another. Method: desks
 * on a virtual clock, with what they send in a list.
 */

import { describe, expect, it } from 'vitest';
import type { NetworkMessage } from '../../../src/cluster-bridge/federation/network-messages.ts';
import { ANSWER_MS, NetworkDesk } from '../../../src/main/federation/network-desk.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';

interface Sent {
  readonly hostId: string;
  readonly message: NetworkMessage;
}

interface Kit {
  readonly clock: VirtualClock;
  readonly desk: NetworkDesk;
  readonly sent: Sent[];
  /** The host answers what it was asked last. */
  answer(hostId: string, answer: unknown): void;
}

function kit(...peers: string[]): Kit {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  const send = (hostId: string, message: NetworkMessage): void =>
    void sent.push({ hostId, message });
  const desk = new NetworkDesk({ clock, send });
  for (const peer of peers) desk.peerUp(peer);
  const answer = (hostId: string, said: unknown): void => {
    const ask = sent.findLast((one) => one.hostId === hostId);
    desk.onMessage(hostId, { kind: 'answer', id: ask?.message.id ?? 0, answer: said });
  };
  return { clock, desk, sent, answer };
}

const TELL = { from: 'ada', to: 'bob', text: 'hello' };
/** Lets what has been settled run on. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('NetworkDesk.askFirst()', () => {
  it('takes the first answer that is not null and waits for nobody else', async () => {
    const { desk, answer } = kit('a', 'b', 'c');
    const asked = desk.askFirst('tell', TELL);
    answer('a', null);
    answer('c', 'Bob');
    expect(await asked).toEqual({ answers: [{ hostId: 'c', answer: 'Bob' }], silent: [] });
  });

  it('answers nobody when all have said no', async () => {
    const { desk, answer } = kit('a', 'b');
    const asked = desk.askFirst('tell', TELL);
    answer('a', null);
    answer('b', null);
    expect(await asked).toEqual({ answers: [], silent: [] });
  });

  it('names who was silent at the deadline, and takes no later answer', async () => {
    const { desk, answer, clock } = kit('a', 'b');
    const asked = desk.askFirst('tell', TELL);
    answer('a', null);
    let isOver = false;
    void asked.then(() => (isOver = true));
    clock.advance(ANSWER_MS - 1);
    await settled();
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await asked).toEqual({ answers: [], silent: ['b'] });
    answer('b', 'Bob');
  });

  it('is over at once on a host that is alone', async () => {
    const { desk, sent } = kit();
    expect(await desk.askFirst('tell', TELL)).toEqual({ answers: [], silent: [] });
    expect(sent).toEqual([]);
  });
});

describe('NetworkDesk.askAll()', () => {
  it('counts a host whose link is lost as silent, at once', async () => {
    const { desk, answer } = kit('a', 'b');
    const asked = desk.askAll('announce', { text: 'hello', by: 'operator' });
    answer('a', 3);
    desk.peerDown('b');
    expect(await asked).toEqual({ answers: [{ hostId: 'a', answer: 3 }], silent: ['b'] });
  });

  it('takes no answer of a host that was not asked that question', async () => {
    const { desk, sent, answer, clock } = kit('a', 'b');
    const asked = desk.askAll('announce', { text: 'hello', by: 'operator' });
    const ofA = sent.find(({ hostId }) => hostId === 'a');
    desk.onMessage('b', { kind: 'answer', id: ofA?.message.id ?? 0, answer: 1_000 });
    answer('b', 2);
    clock.advance(ANSWER_MS);
    expect(await asked).toEqual({ answers: [{ hostId: 'b', answer: 2 }], silent: ['a'] });
  });
});

describe('NetworkDesk.serve()', () => {
  it('answers what is served, and says so where it is not or has failed', async () => {
    const { desk, sent } = kit('a');
    desk.serve('announce', () => 7);
    desk.serve('kick', () => Promise.reject(new Error('no')));
    desk.onMessage('a', { kind: 'ask', id: 1, about: 'announce', question: {} });
    desk.onMessage('a', { kind: 'ask', id: 2, about: 'kick', question: {} });
    desk.onMessage('a', { kind: 'ask', id: 3, about: 'of a later version', question: {} });
    await settled();
    const messages = sent.map(({ message }) => message).toSorted((one, two) => one.id - two.id);
    expect(messages).toEqual([
      { kind: 'answer', id: 1, answer: 7 },
      { kind: 'answer', id: 2 },
      { kind: 'answer', id: 3 },
    ]);
  });
});
