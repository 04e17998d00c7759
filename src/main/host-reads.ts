/** What the ops API reads of a running host: the directory's lists, the shared tables, the desks' books. Main thread. */

import { every, systemClock, type Timer } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import type { HostTables } from '../shared/host-memory.ts';
import type { AuditRow, BanRow } from '../shared/store-messages.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import { banPage } from './bans/ban-page.ts';
import type { HostConfig } from './config/host-config.ts';
import type { DirectoryShell } from './directory-shell.ts';
import type { ListedMatch } from './directory/directory-lists.ts';
import type { HostDrain } from './drain/host-drain.ts';
import type { HostBridge } from './federation/host-bridge.ts';
import { hostLoad } from './federation/own-summary.ts';
import type { HandlerRows } from './handler-rows.ts';
import { hostRows } from './host-list.ts';
import type { HostView } from './host-view.ts';
import type { LifeBook, LifeEvent, LifeListener } from './life/life-book.ts';
import { listQuery, pageOf } from './list-page.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import { History, type HistoryColumns } from './ops/history.ts';
import type { OpsStatus } from './ops/host-status.ts';
import type { MatchWatchDesk, MatchWatcher, WatchOutcome } from './ops/match-watch.ts';
import type { MetricFamily } from './ops/metric-family.ts';
import type { OpsReads, Page, PageRequest, PlayersPage, Refused } from './ops/ops-host.ts';
import type { ConfigView, HostRow, MatchView, PlayerDetail, TicketView } from './ops/ops-views.ts';
import { PlayerReads } from './player-reads.ts';
import type { HostStore } from './store/host-store.ts';

export interface ReadParts {
  readonly config: HostConfig;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly shell: DirectoryShell;
  readonly view: HostView;
  readonly watch: MatchWatchDesk;
  readonly life: LifeBook;
  readonly bans: BanDesk;
  readonly desk: ConfigDesk;
  readonly drain: HostDrain;
  readonly store: Pick<HostStore, 'health'>;
  readonly audit: AuditTrail;
  /** Undefined on a host that is alone. */
  readonly bridge: HostBridge | undefined;
  readonly metrics: () => readonly MetricFamily[];
}

const HISTORY_STEP_MS = 1_000;

export class HostReads implements OpsReads {
  readonly #parts: ReadParts;
  readonly #history = new History();
  readonly #players: PlayerReads;
  readonly #sampling: Timer = every(() => this.#sample(), HISTORY_STEP_MS);

  constructor(parts: ReadParts) {
    this.#parts = parts;
    const { config, tables, shell, bans, bridge } = parts;
    this.#players = new PlayerReads({
      hostId: config.host.id,
      tables,
      directory: shell.directory,
      bans,
      network: bridge?.network,
    });
  }

  close(): void {
    this.#sampling.cancel();
  }

  status(): OpsStatus {
    const { view, store, desk, drain } = this.#parts;
    const { state, problem = null } = store.health();
    return {
      ...view.status(),
      store: { state, problem },
      configVersion: desk.version,
      configProblem: desk.problem,
      draining: drain.state,
    };
  }

  readiness(): { readonly ready: boolean; readonly why: string | undefined } {
    return this.#parts.view.readiness();
  }

  metrics(): readonly MetricFamily[] {
    return this.#parts.metrics();
  }

  history(): HistoryColumns {
    return this.#history.columns();
  }

  players(
    page: PageRequest,
    options: { find: string | undefined; withAddress: boolean },
  ): Promise<PlayersPage | Refused> {
    return this.#players.page(page, options);
  }

  player(name: string, options: { withAddress: boolean }): Promise<PlayerDetail | undefined> {
    return this.#players.player(name, options);
  }

  ticket(name: string): Promise<TicketView | undefined> {
    return this.#players.ticket(name);
  }

  life(name: string): readonly LifeEvent[] | undefined {
    return this.#parts.life.read(name);
  }

  follow(name: string, listener: LifeListener): () => void {
    return this.#parts.life.subscribe(name, listener);
  }

  watch(match: string, watcher: MatchWatcher): WatchOutcome {
    return this.#parts.watch.watch(match, watcher);
  }

  bans(page: PageRequest): Page<BanRow> | Refused {
    return banPage(this.#parts.bans, page);
  }

  config(): ConfigView {
    return this.#parts.desk.get();
  }

  async audit(page: PageRequest): Promise<Page<AuditRow> | Refused> {
    const query = listQuery(page);
    if ('refused' in query) return query;
    const before = page.after === undefined ? undefined : query.after;
    try {
      const { entries, total } = await this.#parts.audit.page(page.limit + 1, before);
      const rows = entries.slice(0, page.limit);
      const next = entries.length > rows.length ? rows.at(-1)?.number.toString() : undefined;
      return { rows, next, total };
    } catch (error) {
      const message = `Cannot read the audit log: ${messageOf(error)}`;
      return { refused: 'store-unavailable', message };
    }
  }

  matches(page: PageRequest, mode: string | undefined): Page<MatchView> | Refused {
    const query = listQuery(page);
    if ('refused' in query) return query;
    const list = this.#parts.shell.directory.lists.matches(query, mode);
    return pageOf(list, (match) => this.#matchView(match));
  }

  hosts(): readonly HostRow[] {
    const { tables, rows, config, desk, bridge } = this.#parts;
    const own = {
      hostId: config.host.id,
      load: hostLoad({ tables, rows }),
      configVersion: desk.version,
    };
    const known = bridge?.hosts.known() ?? [];
    const link = (hostId: string) => bridge?.carried.link(hostId);
    return hostRows(tables, own, { known, link }, systemClock.nowMs());
  }

  #sample(): void {
    this.#history.add(systemClock.wallMs(), this.#parts.view.status());
  }

  #matchView(match: ListedMatch): MatchView {
    const { id, mode, handler, state, players, openedMs, quality, homes, isElsewhere } = match;
    const ageMs = systemClock.nowMs() - openedMs;
    const startedMs = state === 'opening' ? null : Math.round(systemClock.wallMs() - ageMs);
    const { config, rows } = this.#parts;
    // An id begins with the host that the match runs on.
    const hostId = isElsewhere ? id.slice(0, id.indexOf('/')) : config.host.id;
    const worker = isElsewhere ? null : rows.workerOf(handler);
    return { id, mode, hostId, worker, startedMs, players, quality, homes };
  }
}
