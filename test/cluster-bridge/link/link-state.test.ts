/** Goal: the table of a link's states is whole and says what may come when. Method: every state, event and role is looked up. */

import { describe, expect, it } from 'vitest';
import {
  ACCEPTOR_STEPS,
  DIALER_STEPS,
  LinkState,
  type LinkEvent,
} from '../../../src/cluster-bridge/link/link-state.ts';

const EVENTS: readonly LinkEvent[] = ['connected', 'hello', 'proof'];
const TABLES = { dialer: DIALER_STEPS, acceptor: ACCEPTOR_STEPS };

/** Every step there is; all that is not here closes the link. */
const STEPS = {
  dialer: [
    'dialing --connected--> greeting: sendHello',
    'greeting --hello--> proving: sendProof',
    'proving --proof--> up: open',
  ],
  acceptor: [
    'greeting --hello--> awaiting: answerHello',
    'awaiting --proof--> up: sendProofAndOpen',
  ],
};

describe('the states of a link', () => {
  it.each(['dialer', 'acceptor'] as const)('allow a %s exactly these steps', (role) => {
    const table = TABLES[role];
    const found = Object.values(LinkState).flatMap((from) =>
      EVENTS.flatMap((event) => {
        const step = table[from][event];
        return step === undefined ? [] : [`${from} --${event}--> ${step.to}: ${step.effect}`];
      }),
    );
    expect(found).toEqual(STEPS[role]);
    expect(Object.keys(table).toSorted()).toEqual(Object.values(LinkState).toSorted());
  });

  it.each(['dialer', 'acceptor'] as const)(
    'lead a %s to `up` by one way only, over a proof',
    (role) => {
      const steps = Object.values(TABLES[role]).flatMap((row) => Object.entries(row));
      const up = steps.filter(([, step]) => step?.to === LinkState.up);
      expect(up.map(([event]) => event)).toEqual(['proof']);
    },
  );

  it('lead nowhere from `up` and `closed`', () => {
    for (const table of Object.values(TABLES)) {
      for (const state of [LinkState.up, LinkState.closed]) {
        expect(Object.values(table[state]).every((step) => step === undefined)).toBe(true);
      }
    }
  });
});
