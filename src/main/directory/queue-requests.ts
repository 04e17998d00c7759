/**
 * Who may queue for what. Main thread.
 * A player who waits already and asks for another mode is switched: the old ticket goes once the new one is certain.
 */

import { matchingRules } from '../matchmaker/matching-rules.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { quoted } from './name-rule.ts';
import { sessionsOf } from './party-life.ts';
import { isAdmitted, tellError } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { queueParty } from './party-ticket.ts';
import { enqueue, ticketOf } from './queueing.ts';

interface QueueRequest {
  readonly mode: string;
  readonly nowMs: number;
}

/** Queues the player, or the party that the player leads, or says why not. */
export function requestQueue(parts: DirectoryParts, session: Session, request: QueueRequest): void {
  const { nowMs } = request;
  const party = parts.parties.partyOf(session.key);
  const members =
    party === undefined ? [session] : sessionsOf(parts, parts.parties.localsOf(party));
  const rules = parts.options.modes.get(request.mode);
  const error =
    rules === undefined
      ? unknownMode(parts, request.mode)
      : (modeError(parts, rules, request) ?? memberError(parts, session, { rules, members }));
  if (rules === undefined || error !== undefined) {
    if (error !== undefined) tellError(parts, session, error);
    return;
  }
  if (party !== undefined && parts.parties.homesOf(party).length > 0) {
    queueParty(parts, party, { mode: rules.name, nowMs });
    return;
  }
  for (const member of members) unqueue(parts, member, 'switched');
  enqueue(parts, members, { mode: rules.name, nowMs });
}

interface RequestError {
  readonly code: string;
  readonly message: string;
}

function unknownMode(parts: DirectoryParts, mode: string): RequestError {
  const known = [...parts.options.modes.keys()].map((name) => quoted(name)).join(', ');
  return {
    code: 'unknown-mode',
    message: `Cannot queue for ${quoted(mode)}: the modes here are ${known}`,
  };
}

function modeError(
  parts: DirectoryParts,
  rules: ModeRules,
  { nowMs }: QueueRequest,
): RequestError | undefined {
  const name = quoted(rules.name);
  if (parts.isDraining) {
    const message = `Cannot queue for ${name}: this host is about to stop and starts no matches`;
    return { code: 'draining', message };
  }
  const untilMs = parts.quarantine.untilMs(rules.name);
  if (untilMs === undefined) return undefined;
  const seconds = Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  const message = `Cannot queue for ${name}: it crashed too often and rests for ${seconds} s more`;
  return { code: 'quarantined', message };
}

interface Candidates {
  readonly rules: ModeRules;
  /** Of this host. */
  readonly members: readonly Session[];
}

function memberError(
  parts: DirectoryParts,
  session: Session,
  { rules, members }: Candidates,
): RequestError | undefined {
  const name = quoted(rules.name);
  const party = parts.parties.partyOf(session.key);
  const leader = party?.members[0] ?? session;
  if (leader.key !== session.key) {
    const message = `Cannot queue for ${name}: ${leader.name} leads your party and queues for all`;
    return { code: 'not-leader', message };
  }
  if (session.isPractice && !matchingRules(rules).practiceBots) {
    const message = `Cannot queue for ${name}: it takes no practice bots`;
    return { code: 'no-practice', message };
  }
  const size = party?.members.length ?? 1;
  if (size > rules.teamSize) {
    const message = `Cannot queue for ${name}: your party has ${size} players, a side takes ${rules.teamSize}`;
    return { code: 'party-too-large', message };
  }
  if (size > members.length && (rules.federateAfterMs ?? Infinity) === Infinity) {
    const message = `Cannot queue for ${name}: your party is on several hosts, and it is played on one`;
    return { code: 'party-apart', message };
  }
  for (const member of members) {
    const who = member === session ? 'you are' : `${member.name} is`;
    if (member.seat !== undefined) {
      return { code: 'in-match', message: `Cannot queue for ${name}: ${who} in a match` };
    }
    if (parts.offers.of(member.ticketId) !== undefined) {
      const message = `Cannot queue for ${name}: ${who} asked to accept a match that is found`;
      return { code: 'match-found', message };
    }
    if (!isAdmitted(member)) {
      return { code: 'not-online', message: `Cannot queue for ${name}: ${who} not here yet` };
    }
  }
  if (ticketOf(parts, session)?.mode !== rules.name) return undefined;
  return { code: 'already-queued', message: `Cannot queue for ${name}: you wait for it already` };
}
