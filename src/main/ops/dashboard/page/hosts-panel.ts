/** The hosts of the network, each with its load and how old that word is. Browser, not a thread of the host. */

import { ApiError, request } from './api.ts';
import type { HostRow, Listed, OpsStatus } from './api-types.ts';
import { byId, element, keyedList, setText, setTone } from './dom.ts';
import type { RowView } from './dom.ts';
import { countText, durationText, pluralText } from './format.ts';

export class HostsPanel {
  readonly #show = keyedList<HostRow>(byId('hosts-list', HTMLElement), {
    keyOf: ({ hostId }) => hostId,
    create: hostRow,
    empty: byId('hosts-empty', HTMLElement),
  });

  async refresh(status: OpsStatus): Promise<void> {
    try {
      const { hosts } = await request<Partial<Listed> & { hosts: readonly HostRow[] }>('/v1/hosts');
      this.#show(hosts);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) throw error;
      this.#show([selfOf(status)]);
    }
  }
}

/** What this host says of itself, where it lists no hosts. */
function selfOf(status: OpsStatus): HostRow {
  const { hostId, players, capacity, matches, lobbies, notReady, configVersion } = status;
  return {
    hostId,
    isSelf: true,
    state: notReady ?? 'up',
    players: players.host,
    playersMax: capacity,
    matches: matches.host,
    lobbies,
    load: 0,
    configVersion,
    ageMs: 0,
  };
}

function hostRow(host: HostRow): RowView<HostRow> {
  const state = element('span', { className: 'thread-state' });
  const load = element('span', { className: 'soft' });
  const age = element('span', { className: 'soft' });
  const name = element('strong', { text: host.isSelf ? `${host.hostId} (this)` : host.hostId });
  return {
    node: element('li', {}, name, state, load, age),
    update: (now) => {
      setText(state, now.state);
      setTone(state, now.state === 'up' ? 'good' : now.state === 'draining' ? 'warn' : 'bad');
      const players = `${countText(now.players)} of ${countText(now.playersMax)} players`;
      const busy = `${Math.round(now.load * 100)} % busy`;
      setText(load, `${players}, ${pluralText(now.matches, 'match', 'matches')}, ${busy}`);
      load.title = `${pluralText(now.lobbies, 'lobby', 'lobbies')}, settings ${now.configVersion}`;
      setText(age, now.isSelf ? 'now' : ageText(now.ageMs));
    },
  };
}

/** Of a word that is fresh, tenths of a second; of a host that is lost, minutes. */
function ageText(ageMs: number): string {
  return ageMs < 10_000 ? `${(ageMs / 1000).toFixed(1)} s old` : `${durationText(ageMs)} old`;
}
