/**
 * Goal: whatever another host says of parties, main reads only what is one of these messages. Method: one of each kind is sound; each
 * loses its fields one by one, and gets others in their place.
 */

import { describe, expect, it } from 'vitest';
import type { PartyMessage } from '../../../src/cluster-bridge/federation/party-messages.ts';
import { isSoundPartyMessage } from '../../../src/main/federation/party-message-schema.ts';

const TICKET = {
  number: 1,
  mode: 'squad',
  state: 'waiting',
  waitedMs: 1.5,
  hasPriority: false,
  reason: 'left',
} as const;
const STATE = {
  id: 'a/1/1',
  version: 3,
  ownerHostId: 'a',
  members: [
    { name: 'ada', hostId: 'a' },
    { name: 'bob', hostId: 'b' },
  ],
  ticket: TICKET,
} as const;
const NEWS = { action: 'joined', by: 'bob', note: '' } as const;
const SOUND: readonly PartyMessage[] = [
  { kind: 'partyInvite', id: 1, from: 'ada', to: 'bob', members: ['ada'] },
  { kind: 'partyInvited', id: 1, answer: 'none', name: 'bob' },
  { kind: 'partyJoin', id: 1, leader: 'ada', name: 'bob' },
  { kind: 'partyRefused', id: 1, why: 'partyFull' },
  { kind: 'party', state: STATE, news: NEWS },
  { kind: 'party', state: { ...STATE, ticket: null, members: [] }, news: null },
  { kind: 'partyStayed', name: 'bob', leader: 'ada' },
  { kind: 'partyLeave', partyId: 'a/1/1', name: null },
  { kind: 'partyTicket', partyId: 'a', number: 1, state: 'off', reason: 'left', message: '' },
  { kind: 'partyAlive', partyIds: ['a/1/1'] },
];
const WRONG: readonly unknown[] = [undefined, -1, {}, [[]], 'x'.repeat(2_000)];

/** All objects that differ from `value` in one place: a field is missing, or something else. */
function* damaged(value: object): Generator<object> {
  for (const [key, field] of Object.entries(value)) {
    if (key === 'kind') continue;
    for (const wrong of WRONG) yield { ...value, [key]: wrong };
    if (typeof field !== 'object' || field === null || Array.isArray(field)) continue;
    for (const inner of damaged(field as object)) yield { ...value, [key]: inner };
  }
}

describe('isSoundPartyMessage()', () => {
  it.each(SOUND)('takes $kind, and none of its damaged forms', (message) => {
    expect(isSoundPartyMessage(message)).toBe(true);
    let count = 0;
    for (const wrong of damaged(message)) {
      // As it would come from a host that has gone wrong.
      const text = JSON.stringify(wrong);
      expect(isSoundPartyMessage(JSON.parse(text) as PartyMessage), text).toBe(false);
      count += 1;
    }
    expect(count).toBeGreaterThan(0);
  });

  it('takes no other kind', () => {
    for (const kind of ['partyTime', 'party.', 'constructor', '__proto__']) {
      expect(isSoundPartyMessage({ ...STATE, kind } as unknown as PartyMessage)).toBe(false);
    }
  });
});
