/** Players as operators see them, on whatever host of the network they are: asked here first, then elsewhere. Main thread. */

import { systemClock } from '../shared/clock.ts';
import type { HostTables } from '../shared/host-memory.ts';
import { NO_PLAYER, slotOf } from '../shared/ids.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { DirectoryLists, ListedPlayer } from './directory/directory-lists.ts';
import type { Directory } from './directory/directory.ts';
import type { NetworkDesk } from './federation/network-desk.ts';
import type { PlayersAnswer, PlayersQuestion } from './federation/network-questions.ts';
import { playersCursor, playersPage } from './players-page.ts';
import type { PageRequest, PlayersPage, Refused } from './ops/ops-host.ts';
import type { PlayerDetail, PlayerView, PlayerWhere, TicketView } from './ops/ops-views.ts';

export interface PlayerReadParts {
  readonly hostId: string;
  readonly tables: Pick<HostTables, 'players'>;
  readonly directory: Directory;
  readonly bans: Pick<BanDesk, 'ofAccount' | 'ofAddress'>;
  /** Undefined on a host that is alone. */
  readonly network: NetworkDesk | undefined;
}

export class PlayerReads {
  readonly #parts: PlayerReadParts;

  constructor(parts: PlayerReadParts) {
    this.#parts = parts;
    const { network } = parts;
    network?.serve('player', ({ name, withAddress }) => this.#detail(name, withAddress) ?? null);
    network?.serve('players', (question) => this.#page(question));
    network?.serve('ticket', ({ name }) => this.#ticket(name) ?? null);
  }

  async page(
    { limit, after }: PageRequest,
    { find, withAddress }: { find: string | undefined; withAddress: boolean },
  ): Promise<PlayersPage | Refused> {
    const { hostId, network } = this.#parts;
    const question = { find: find ?? null, withAddress, after: 0, limit };
    const from = playersCursor(after, hostId);
    if ('refused' in from) return from;
    return playersPage(question, from, {
      hostId,
      here: (page) => this.#page(page),
      network,
    });
  }

  /** Undefined: not on this host, nor on one that answers. */
  async player(
    name: string,
    { withAddress }: { withAddress: boolean },
  ): Promise<PlayerDetail | undefined> {
    const here = this.#detail(name, withAddress);
    if (here !== undefined) return here;
    const asked = await this.#parts.network?.askFirst('player', { name, withAddress });
    return asked?.answers[0]?.answer;
  }

  async ticket(name: string): Promise<TicketView | undefined> {
    const here = this.#ticket(name);
    if (here !== undefined) return here;
    const asked = await this.#parts.network?.askFirst('ticket', { name });
    return asked?.answers[0]?.answer;
  }

  #detail(name: string, withAddress: boolean): PlayerDetail | undefined {
    const { bans } = this.#parts;
    const player = this.#lists.player(name);
    if (player === undefined) return undefined;
    const held = [bans.ofAccount(player.key), bans.ofAddress(player.address)];
    return {
      ...this.#view(player, withAddress),
      ratings: this.#lists.ratings(player.key),
      wait: player.isQueued || player.isAsked ? (this.#ticket(name) ?? null) : null,
      bans: held.filter((ban) => ban !== undefined),
      party: this.#lists.party(player.key),
    };
  }

  #page({ find, after, limit, withAddress }: PlayersQuestion): PlayersAnswer {
    const list = this.#lists.players({ after, limit }, find ?? undefined);
    const rows = list.rows.map((player) => this.#view(player, withAddress));
    return { rows, next: list.next ?? null, total: list.total };
  }

  #ticket(name: string): TicketView | undefined {
    const player = this.#lists.player(name);
    const answer = this.#parts.directory.why(name, systemClock.nowMs());
    if (player === undefined || answer === undefined) return undefined;
    return { name: player.name, text: answer.text, report: answer.report ?? null };
  }

  get #lists(): DirectoryLists {
    return this.#parts.directory.lists;
  }

  #view(player: ListedPlayer, withAddress: boolean): PlayerView {
    const { name, mode, match, team, isPractice, isHeld, address } = player;
    return {
      name,
      hostId: this.#parts.hostId,
      state: where(player),
      mode: mode ?? null,
      match: match ?? null,
      team: team ?? null,
      practice: isPractice,
      held: isHeld,
      connectedMs: this.#connectedMs(player),
      ...(withAddress ? { address } : {}),
    };
  }

  #connectedMs({ player }: ListedPlayer): number | null {
    if (player === NO_PLAYER) return null;
    const sinceMs = this.#parts.tables.players.connectedAtMs[slotOf(player)] ?? 0;
    return Math.max(0, Math.round(systemClock.nowMs() - sinceMs));
  }
}

function where({ state, isQueued, isAsked }: ListedPlayer): PlayerWhere {
  switch (state) {
    case 'lobby':
      if (isAsked) return 'accepting';
      return isQueued ? 'queued' : 'lobby';
    case 'stranded':
      // Between a match that is over and a lobby with room.
      return 'arriving';
    case 'arriving':
    case 'match':
    case 'away':
      return state;
    case 'gone':
      return 'away';
  }
}
