/** Two hosts that dial each other one to three times, with the real sessions and the real rule, in a seeded order. Test files only. */

import { admission } from '../../../src/cluster-bridge/link/link-admission.ts';
import type { Hello, LinkRole } from '../../../src/cluster-bridge/link/link-hello.ts';
import type { LinkRefusal } from '../../../src/cluster-bridge/link/link-refusal.ts';
import type { Random } from '../../../src/shared/random.ts';
import { LinkEnd } from './link-kit.ts';

interface Wire {
  readonly name: string;
  readonly dialer: LinkEnd;
  readonly acceptor: LinkEnd;
  isConnected: boolean;
}

/** As TcpTransport keeps it: the link that is up, by its name. */
class Side {
  up: { readonly name: string; readonly role: LinkRole; readonly end: LinkEnd } | undefined;
  replaced = 0;
  refused = 0;
  readonly #hostId: string;
  readonly #peerId: string;

  constructor(hostId: string, peerId: string) {
    this.#hostId = hostId;
    this.#peerId = peerId;
  }

  end(name: string, role: LinkRole): LinkEnd {
    const end: LinkEnd = new LinkEnd(role, {
      hello: { hostId: this.#hostId },
      admit: (hello) => this.#admit(hello, { name, role, end }),
    });
    return end;
  }

  /** Closed by the other side. */
  forgetClosed(): void {
    if (this.up !== undefined && this.up.end.closed.length > 0) this.up = undefined;
  }

  #admit(hello: Hello, link: NonNullable<Side['up']>): LinkRefusal | undefined {
    this.forgetClosed();
    const { up } = this;
    const verdict = admission({
      self: { hostId: this.#hostId, incarnation: 1 },
      peer: { hostId: this.#peerId, incarnation: hello.incarnation },
      role: link.role,
      other: up === undefined ? undefined : { incarnation: 1, role: up.role, upMs: 0 },
      nowMs: 0,
    });
    if (verdict === 'replace') {
      this.replaced += 1;
      up?.end.session.close('replaced');
    } else if (verdict !== 'open') {
      this.refused += 1;
      return verdict;
    }
    this.up = link;
    return undefined;
  }
}

export function crossingDials(random: Random): {
  readonly upOfA: readonly string[];
  readonly upOfB: readonly string[];
  readonly replaced: number;
  readonly refused: number;
} {
  const a = new Side('a', 'b');
  const b = new Side('b', 'a');
  const wires = Array.from({ length: 1 + random.below(3) }, (_, index): Wire => {
    const isDialedByA = random.below(2) === 0;
    const name = `${isDialedByA ? 'a' : 'b'}${index}`;
    const [from, to] = isDialedByA ? [a, b] : [b, a];
    return {
      name,
      dialer: from.end(name, 'dialer'),
      acceptor: to.end(name, 'acceptor'),
      isConnected: false,
    };
  });
  let idle = 0;
  while (idle < 40) {
    const wire = wires[random.below(wires.length)];
    idle = wire !== undefined && move(wire, random) ? 0 : idle + 1;
  }
  a.forgetClosed();
  b.forgetClosed();
  return {
    upOfA: a.up === undefined ? [] : [a.up.name],
    upOfB: b.up === undefined ? [] : [b.up.name],
    replaced: a.replaced + b.replaced,
    refused: a.refused + b.refused,
  };
}

/** Lets one thing happen on a wire; false where nothing is left to happen. */
function move(wire: Wire, random: Random): boolean {
  if (!wire.isConnected) {
    wire.isConnected = true;
    wire.dialer.session.connected();
    return true;
  }
  const [from, to] =
    random.below(2) === 0 ? [wire.dialer, wire.acceptor] : [wire.acceptor, wire.dialer];
  const frame = from.written.shift();
  if (frame !== undefined) {
    to.session.receive(frame);
    return true;
  }
  if (from.closed.length === 0 || to.closed.length > 0) return false;
  // All that was written has come: now the end of the socket does.
  to.session.lost('closed');
  return true;
}
