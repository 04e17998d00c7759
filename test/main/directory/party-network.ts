/** Directories of three hosts with a post between them that is delivered by hand. Test files only. */

import type { PartyMessage } from '../../../src/cluster-bridge/federation/party-messages.ts';
import type { FederationEffects } from '../../../src/main/directory/directory-effects.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { Recorder } from './recorder.ts';

const RULES = { tickHz: 0, graceMs: 0, federateAfterMs: 1_000 } as const;
const MODES: readonly ModeRules[] = [
  { name: 'duel', teams: 2, teamSize: 1, minTeamSize: 1, ...RULES },
  { name: 'squad', teams: 2, teamSize: 3, minTeamSize: 3, ...RULES },
];
const WANT = { mode: 'squad', playersMax: 24, muMin: -1e6, muMax: 1e6 };
const HOSTS = ['a', 'b', 'c'] as const;
export type HostId = (typeof HOSTS)[number];

/** Three hosts and the messages between them, brought when the test says so. */
export class Network {
  readonly hosts: Record<HostId, Member> = {
    a: new Member('a', this),
    b: new Member('b', this),
    c: new Member('c', this),
  };
  readonly post: { from: HostId; to: HostId; message: PartyMessage }[] = [];
  readonly down: Set<HostId> = new Set();

  linksOf(hostId: HostId): readonly HostId[] {
    return this.down.has(hostId) ? [] : HOSTS.filter((id) => id !== hostId && !this.down.has(id));
  }

  /** Brings all that is on its way, and what that causes. */
  deliver(): void {
    for (let next = this.post.shift(); next !== undefined; next = this.post.shift()) {
      const { from, to, message } = next;
      if (!this.linksOf(from).includes(to)) continue;
      const host = this.hosts[to];
      // As it comes over a link.
      const received = JSON.parse(JSON.stringify(message)) as PartyMessage;
      host.directory.federation.takePartyMessage(from, received, host.nowMs);
    }
    for (const host of Object.values(this.hosts)) host.step();
    if (this.post.length > 0) this.deliver();
  }

  /** What was on the links of that host is lost. */
  lose(hostId: HostId): void {
    const others = this.linksOf(hostId);
    this.down.add(hostId);
    for (const id of others) {
      this.hosts[id].directory.federation.peerDown(hostId, this.hosts[id].nowMs);
      this.hosts[hostId].directory.federation.peerDown(id, this.hosts[hostId].nowMs);
    }
  }

  pass(ms: number): void {
    for (const host of Object.values(this.hosts)) host.nowMs += ms;
    this.deliver();
  }
}

/** One of its hosts. */
export class Member extends Recorder {
  readonly federation: FederationEffects;

  constructor(hostId: HostId, network: Network) {
    super({ modes: MODES, hostId });
    this.federation = {
      openRemote: () => 77,
      loggedIn: () => {},
      tell: () => false,
      parties: {
        peers: () => network.linksOf(hostId),
        send: (to, message) => {
          network.post.push({ from: hostId, to: HOSTS.find((id) => id === to) ?? 'a', message });
        },
      },
      seatReleased: () => {},
      seatMoved: () => {},
      fillOwn: () => '',
      seatsKnown: () => {},
      share: () => '',
      opened: () => {},
      gone: () => {},
    };
    this.settle();
  }

  party(name: string): readonly string[] {
    return this.directory.find(name, this.nowMs)?.party ?? [];
  }

  /** Tickets that a match across hosts could have. */
  claim(matchId: string): readonly { readonly id: number; readonly names: readonly string[] }[] {
    const tickets = this.directory.federation.fence(WANT, matchId, this.nowMs);
    return tickets.map(({ id, members }) => ({ id, names: members.map(({ name }) => name) }));
  }
}
