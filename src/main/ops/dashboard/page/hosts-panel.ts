/** The hosts of the network, each with its load and how old that word is. Browser, not a thread of the host. */

import { ApiError, request } from './api.ts';
import type { HostRow, Listed, OpsStatus } from './api-types.ts';
import { byId, element, keyedList, setText, setTone } from './dom.ts';
import type { RowView } from './dom.ts';
import { bytesText, countText, durationText, pluralText } from './format.ts';

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
    link: null,
  };
}

function hostRow(host: HostRow): RowView<HostRow> {
  const state = element('span', { className: 'thread-state' });
  const load = element('span', { className: 'soft' });
  const age = element('span', { className: 'soft' });
  const link = element('span', { className: 'soft host-link' });
  const name = element('strong', { text: host.isSelf ? `${host.hostId} (this)` : host.hostId });
  return {
    node: element('li', {}, name, state, load, age, link),
    update: (now) => {
      setText(state, now.state);
      setTone(state, now.state === 'up' ? 'good' : now.state === 'draining' ? 'warn' : 'bad');
      const players = `${countText(now.players)} of ${countText(now.playersMax)} players`;
      // Spaces that do not break: the line does, in a narrow card.
      const busy = `${Math.round(now.load * 100)}\u00a0%\u00a0busy`;
      setText(load, `${players}, ${pluralText(now.matches, 'match', 'matches')}, ${busy}`);
      load.title = `${pluralText(now.lobbies, 'lobby', 'lobbies')}, settings ${now.configVersion}`;
      setText(age, now.isSelf ? 'now' : ageText(now.ageMs));
      setText(link, linkText(now.link));
      link.title = linkTotals(now.link);
      link.hidden = now.link === null;
    },
  };
}

/** What goes over the link between this host and that one now; empty without a link. */
function linkText(link: HostRow['link']): string {
  if (link === null) return '';
  const { sentBytesPerSecond, receivedBytesPerSecond, backlogBytes } = link;
  const rates = `${bytesText(sentBytesPerSecond)}/s out, ${bytesText(receivedBytesPerSecond)}/s in`;
  return backlogBytes === 0 ? rates : `${rates}, ${bytesText(backlogBytes)} waiting`;
}

function linkTotals(link: HostRow['link']): string {
  if (link === null) return '';
  const { sentBytes, receivedBytes } = link;
  return `since it was linked: ${bytesText(sentBytes)} out, ${bytesText(receivedBytes)} in`;
}

/** Of a word that is fresh, tenths of a second; of a host that is lost, minutes. */
function ageText(ageMs: number): string {
  return ageMs < 10_000 ? `${(ageMs / 1000).toFixed(1)} s old` : `${durationText(ageMs)} old`;
}
