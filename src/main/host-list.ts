/** The hosts of the network as operators see them, this one first. Main thread. */

import type { HostTables } from '../shared/host-memory.ts';
import { HOST_SILENT_MS, HostState } from '../shared/host-table.ts';
import type { KnownHost } from './federation/host-book.ts';
import type { HostRow, LinkView } from './ops/ops-views.ts';

/** What a host says of itself. */
export interface OwnHost {
  readonly hostId: string;
  readonly load: number;
  readonly configVersion: number;
}

/** What is known of the others. */
export interface OtherHosts {
  readonly known: readonly KnownHost[];
  readonly link: (hostId: string) => LinkView | undefined;
}

export function hostRows(
  { hosts }: Pick<HostTables, 'hosts'>,
  own: OwnHost,
  others: OtherHosts,
  nowMs: number,
): readonly HostRow[] {
  const self: HostRow = {
    ...own,
    isSelf: true,
    state: hosts.state[0] === HostState.draining ? 'draining' : 'up',
    players: hosts.players[0] ?? 0,
    playersMax: hosts.playersMax[0] ?? 0,
    matches: hosts.matches[0] ?? 0,
    lobbies: hosts.lobbies[0] ?? 0,
    ageMs: 0,
    link: null,
  };
  const { known, link } = others;
  return [self, ...known.map((host) => hostRow(host, link(host.hostId), nowMs))];
}

function hostRow(host: KnownHost, link: LinkView | undefined, nowMs: number): HostRow {
  const { hostId, summary, isLinked } = host;
  const { players, playersMax, matches, lobbies, load, configVersion, heardMs } = summary;
  const ageMs = Math.max(0, Math.round(nowMs - heardMs));
  const heardState = ageMs > HOST_SILENT_MS ? 'silent' : summary.state;
  const state = isLinked ? heardState : 'lost';
  const counts = { players, playersMax, matches, lobbies, load, configVersion };
  return { hostId, isSelf: false, state, ...counts, ageMs, link: link ?? null };
}
