/**
 * A host as part of a network: brings the bridge's reports to the Federation and the host table, carries its effects out,
 * gives it time. Main thread.
 *
 *   bridge --reports--> Federation <--DirectoryFederation--> Directory
 *   bridge <--orders--- Federation, Directory (FederationEffects)
 */

import type { BridgeReport } from '../../cluster-bridge/bridge-messages.ts';
import { Federation } from '../../cluster-bridge/federation/federation.ts';
import type { AccountLogin } from '../../cluster-bridge/federation/account-login.ts';
import type {
  HostedMatch,
  RemoteEnd,
  RemoteMatch,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { FederationMessage } from '../../cluster-bridge/federation/federation-messages.ts';
import type { NetworkMessage } from '../../cluster-bridge/federation/network-messages.ts';
import type { PartyMessage } from '../../cluster-bridge/federation/party-messages.ts';
import type { HeardSummary } from '../../cluster-bridge/federation/host-summary.ts';
import type { SeatLease } from '../../cluster-bridge/federation/hosted-match.ts';
import type { LeaseTimes } from '../../cluster-bridge/federation/lease-rules.ts';
import type { ReplicaMessage } from '../../cluster-bridge/replica/replica-messages.ts';
import type { ReplicaCounts } from '../../cluster-bridge/replica/replica.ts';
import type { HostIdentity } from '../../cluster-bridge/transport.ts';
import type { Clock } from '../../shared/clock.ts';
import { bridgeRow, type HostMemory, type HostTables } from '../../shared/host-memory.ts';
import { HOST_SILENT_MS } from '../../shared/host-table.ts';
import { handlerIndexOf, type HandlerRef } from '../../shared/ids.ts';
import { seededRandom } from '../../shared/random.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { FederationEffects, OwnFill, SharedHandler } from '../directory/directory-effects.ts';
import type { Directory } from '../directory/directory.ts';
import type { HandlerRows } from '../handler-rows.ts';
import type { HostLog } from '../log.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { BridgeThread } from './bridge-thread.ts';
import { CountsPoll } from './counts-poll.ts';
import { formAcross } from './form-across.ts';
import { HostBook } from './host-book.ts';
import { tellDown, tellJoined, tellTrouble } from './link-news.ts';
import type { ReplicaShell } from './replica-shell.ts';
import { isNetworkMessage, NetworkDesk } from './network-desk.ts';
import { NetworkParties } from './network-parties.ts';
import { NetworkWords } from './network-words.ts';
import { isPartyMessage } from './party-message-schema.ts';
import type { Tell } from './network-questions.ts';
import { RemoteRoutes } from './remote-routes.ts';
import { federatedMode, OwnSummary, SUMMARY_MS } from './own-summary.ts';

export interface HostBridgeOptions {
  readonly self: HostIdentity;
  readonly config: Pick<HostConfig, 'players'>;
  readonly memory: Pick<HostMemory, 'sizes'>;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly log: HostLog;
  readonly seed: number;
  readonly clock: Pick<Clock, 'nowMs' | 'setTimer'>;
  readonly directory: Directory;
  readonly rules: () => ReadonlyMap<string, ModeRules>;
  readonly configVersion: () => number;
  readonly modeRowOf: (mode: string) => number | undefined;
  /** Runs a change of the directory; its effects leave at the end of this pass of the event loop. */
  readonly enter: (change: () => void) => void;
  readonly publish: (kind: 'host-joined' | 'host-left' | 'host-lost', host: object) => void;
  /** Left out: LEASE_TIMES. */
  readonly times?: LeaseTimes;
}

type BridgeOrders = Pick<BridgeThread, 'order' | 'flush' | 'counts'>;

export class HostBridge implements FederationEffects {
  readonly parties: NetworkParties;
  readonly #options: HostBridgeOptions;
  readonly #federation: Federation;
  readonly #hosts: HostBook;
  readonly #network: NetworkDesk;
  readonly #words: NetworkWords;
  readonly #counts = new CountsPoll();
  #thread: BridgeOrders | undefined;
  #replica: ReplicaShell | undefined;
  readonly #summary: OwnSummary;
  readonly #routes: RemoteRoutes;

  constructor(options: HostBridgeOptions) {
    this.#options = options;
    const { self, directory, rules, seed } = options;
    this.#hosts = new HostBook(options.tables.hosts);
    this.#federation = new Federation({
      self,
      home: directory.federation,
      matchHost: directory.federation,
      modes: () => [...rules().values()].map((mode) => federatedMode(mode)),
      form: formAcross((mode) => rules().get(mode), seededRandom(seed)),
      send: (hostId, message) => this.#send(hostId, message),
      startedMs: this.#options.clock.nowMs(),
      ...(options.times && { times: options.times }),
    });
    this.#network = new NetworkDesk({
      clock: options.clock,
      send: (hostId, message) => {
        this.#send(hostId, message);
        this.#thread?.flush();
      },
    });
    this.#routes = new RemoteRoutes({
      ...options,
      bridgeRow: bridgeRow(options.memory.sizes),
      order: (order) => this.#thread?.order(order),
    });
    const send = (hostId: string, message: PartyMessage): void => this.#send(hostId, message);
    this.parties = new NetworkParties({ ...options, network: this.#network, send });
    this.#words = new NetworkWords({ ...options, network: this.#network });
    this.#summary = new OwnSummary(options, this.#options.clock.nowMs());
    directory.federation.holdMatchesUntil(this.#federation.matchesFromMs);
  }

  get self(): HostIdentity {
    return this.#options.self;
  }

  attach(thread: BridgeOrders): void {
    this.#thread = thread;
  }

  /** Before any link: `replica` gets what other hosts say of replicated data. */
  carry(replica: ReplicaShell): void {
    this.#replica = replica;
  }

  /** To the Replica of a peer; lost when it is down. */
  replicate(hostId: string, message: ReplicaMessage): void {
    this.#thread?.order({ kind: 'replicate', hostId, message });
    this.#thread?.flush();
  }

  /** The other hosts, as they were heard last. */
  get hosts(): HostBook {
    return this.#hosts;
  }

  /** Questions to the other hosts. */
  get network(): NetworkDesk {
    return this.#network;
  }

  /** What the bridge has carried, as it said last. */
  get carried(): Pick<CountsPoll, 'counts' | 'link'> {
    return this.#counts;
  }

  /** Of replicated data; undefined where nothing is replicated. */
  get replicaCounts(): ReplicaCounts | undefined {
    return this.#replica?.counts();
  }

  /** Seats of matches across hosts that run here. */
  leases(): Iterable<SeatLease> {
    return this.#federation.leases();
  }

  onReports(reports: readonly BridgeReport[]): void {
    this.#options.enter(() => {
      for (const report of reports) this.#onReport(report);
    });
  }

  #onReport(report: BridgeReport): void {
    const nowMs = this.#options.clock.nowMs();
    switch (report.kind) {
      case 'peerUp':
        tellJoined(this.#options, report.peer.hostId);
        this.#hosts.joined(report.peer);
        this.#network.peerUp(report.peer.hostId);
        this.#federation.peerUp(report.peer);
        this.#replica?.peerUp(report.peer);
        break;
      case 'peerDown':
        tellDown(this.#options, report, this.#hosts.lost(report.peer, nowMs));
        this.#network.peerDown(report.peer.hostId);
        this.#federation.peerDown(report.peer, nowMs);
        this.parties.peerDown(report.peer.hostId, nowMs);
        this.#replica?.peerDown(report.peer);
        break;
      case 'message':
        if (isNetworkMessage(report.message)) {
          this.#network.onMessage(report.from.hostId, report.message);
        } else if (isPartyMessage(report.message)) {
          this.parties.onMessage(report.from.hostId, report.message, nowMs);
        } else this.#federation.onMessage(report.from, report.message, nowMs);
        break;
      case 'replica':
        this.#replica?.onMessage(report.from, report.message);
        break;
      case 'heard':
        this.#hosts.heard(report.summary);
        break;
      case 'refused':
      case 'clockSkew':
        tellTrouble(this.#options, report);
        break;
    }
  }

  /** One step, with each pass of the directory; returns when to come again. */
  step(nowMs: number): number {
    const told = this.#summary.step(nowMs);
    if (told !== undefined) this.#thread?.order({ kind: 'summary', ...told });
    const own: HeardSummary = { ...this.#summary.last, heardMs: nowMs };
    const nextMs = this.#federation.step(
      [own, ...this.#hosts.heardSince(nowMs - HOST_SILENT_MS)],
      nowMs,
    );
    this.#replica?.step(nowMs);
    this.#routes.step(nowMs);
    this.#counts.step(this.#thread, nowMs);
    this.#thread?.flush();
    return Math.min(nextMs, nowMs + SUMMARY_MS);
  }

  /** A player of another home asked for something, in a match across hosts that runs here; false for any other match. */
  guestRequest(handler: HandlerRef, name: string, request: PlayerRequest): boolean {
    const matchId = this.#options.directory.federation.hostedMatchOf(handler);
    if (matchId === undefined) return false;
    this.#federation.guestRequest(matchId, name, request);
    return true;
  }

  isRemote(handler: HandlerRef): boolean {
    return this.#routes.isRemote(handler);
  }

  forget(handler: HandlerRef): void {
    this.#routes.forget(handler, this.#options.clock.nowMs());
  }

  // FederationEffects: what the directory tells and asks.

  openRemote(match: RemoteMatch): HandlerRef | undefined {
    const { self, clock } = this.#options;
    // A match of others that runs here has its own row already.
    if (match.host.hostId === self.hostId) return match.handler;
    const handler = this.#routes.open(match, clock.nowMs());
    // Before any gateway hears of the move.
    this.#thread?.flush();
    return handler;
  }

  loggedIn(login: AccountLogin): void {
    this.#federation.loggedIn(login, this.#options.clock.nowMs());
  }

  tell(tell: Tell): boolean {
    return this.#words.tell(tell);
  }

  seatReleased(matchId: string, name: string): void {
    this.#federation.seatReleased(matchId, name, this.#options.clock.nowMs());
  }

  seatMoved(matchId: string, move: { readonly name: string; readonly to: string }): void {
    this.#federation.seatMoved(matchId, move, this.#options.clock.nowMs());
  }

  share(match: Omit<HostedMatch, 'matchId'>, opened: SharedHandler): string {
    this.#thread?.order({ kind: 'admit', handler: opened.handler });
    return this.#federation.share(match, opened, this.#options.clock.nowMs());
  }

  fillOwn(matchId: string, fill: OwnFill): string {
    return this.#federation.fillOwn(matchId, fill, this.#options.clock.nowMs());
  }

  seatsKnown(matchId: string, names: readonly string[]): void {
    this.#federation.seatsKnown(matchId, names, this.#options.clock.nowMs());
  }

  opened(matchId: string, opened: { handler: HandlerRef; handlerId: string }): void {
    this.#thread?.order({ kind: 'admit', handler: opened.handler });
    const { tables, clock } = this.#options;
    const inputAtTick = tables.handlers.wakes[handlerIndexOf(opened.handler)] === 0;
    this.#federation.onOpened(matchId, { ...opened, inputAtTick }, clock.nowMs());
  }

  gone(matchId: string, end: RemoteEnd): void {
    this.#federation.onGone(matchId, end, this.#options.clock.nowMs());
  }

  #send(hostId: string, message: FederationMessage | NetworkMessage | PartyMessage): void {
    this.#thread?.order({ kind: 'send', hostId, message });
  }
}
