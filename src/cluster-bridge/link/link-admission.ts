/**
 * Whether a host that has proved itself may be linked: one link a pair, one host an id. Pure. Bridge thread.
 *
 * Where both hosts have dialed at the same time, the link that the lower id dialed stays. Both sides see it so: the acceptor
 * of a link decides (a dialer gets its proof only after), and a dialer obeys. A link that has been up for a while is not
 * given up for another name of the same host.
 */

import type { HostIdentity } from '../transport.ts';
import type { LinkRole } from './link-hello.ts';
import { LinkRefusal } from './link-refusal.ts';

/** Two dials that cross are never further apart: a handshake takes no longer. */
const YOUNG_MS = 5_000;

export interface LinkCandidate {
  readonly self: HostIdentity;
  readonly peer: HostIdentity;
  /** Of this host, in the new link. */
  readonly role: LinkRole;
  /** The link to that host id that is up. */
  readonly other: { readonly incarnation: number; role: LinkRole; upMs: number } | undefined;
  readonly nowMs: number;
}

/** `replace`: the other link is to be closed. */
export function admission(candidate: LinkCandidate): 'open' | 'replace' | LinkRefusal {
  const { self, peer, role, other, nowMs } = candidate;
  if (peer.hostId === self.hostId) {
    return peer.incarnation === self.incarnation ? LinkRefusal.self : LinkRefusal.duplicateId;
  }
  if (other === undefined) return 'open';
  if (other.incarnation !== peer.incarnation) return LinkRefusal.duplicateId;
  const preferred: LinkRole = self.hostId < peer.hostId ? 'dialer' : 'acceptor';
  if (role !== preferred || other.role === preferred) return LinkRefusal.duplicateLink;
  const isYoung = nowMs - other.upMs < YOUNG_MS;
  return role === 'dialer' || isYoung ? 'replace' : LinkRefusal.duplicateLink;
}
