/** The HostBridge of a simulated host, on its clock, with what the checks want to know of it. Test files only. */

import type { BridgeOrder, BridgeReport } from '../../src/cluster-bridge/bridge-messages.ts';
import type {
  HostedMatch,
  RemoteMatch,
} from '../../src/cluster-bridge/federation/federation-hosts.ts';
import type { FederationMessage } from '../../src/cluster-bridge/federation/federation-messages.ts';
import type { OwnFill, SharedHandler } from '../../src/main/directory/directory-effects.ts';
import { HostBridge, type HostBridgeOptions } from '../../src/main/federation/host-bridge.ts';
import type { HandlerRef } from '../../src/shared/ids.ts';
import { silentLog } from '../support/silent-log.ts';
import type { Bug } from './bugs.ts';
import { MODES, RULES } from './settings.ts';
import type { World } from './world.ts';

export interface SimBridgeOptions
  extends
    BridgeWatch,
    Pick<
      HostBridgeOptions,
      'memory' | 'tables' | 'rows' | 'clock' | 'directory' | 'enter' | 'config'
    > {
  readonly hostId: string;
  readonly incarnation: number;
  readonly world: World;
  readonly bug: Bug | undefined;
  readonly order: (order: BridgeOrder) => void;
  readonly flush: () => void;
}

/** What the checks hear of. */
interface BridgeWatch {
  readonly onEntered: (match: RemoteMatch, handler: HandlerRef) => void;
  /** A match of one host has become one across hosts. */
  readonly onShared: (matchId: string, handlerId: string) => void;
  /** A match of several hosts that runs here has taken somebody of this one. */
  readonly onFilledOwn: () => void;
}

export function createSimBridge(options: SimBridgeOptions): HostBridge {
  const { hostId, incarnation, world, bug, clock, order, flush } = options;
  let isStarting = true;
  // A bug may be that the host does not know when it was started.
  const startedMs = bug?.hasNoRestartWait === true ? clock.nowMs() - 100_000 : clock.nowMs();
  const network = new WatchedBridge(
    {
      ...options,
      self: { hostId, incarnation },
      log: silentLog(),
      seed: world.random.below(1_000),
      clock: { ...clock, nowMs: () => (isStarting ? startedMs : clock.nowMs()) },
      rules: () => RULES,
      configVersion: () => 1,
      modeRowOf,
      publish: (kind) => world.mark(kind),
      ...(bug?.times && { times: bug.times }),
    },
    options,
  );
  isStarting = false;
  // What the bridge has carried is nobody's question here.
  network.attach({ order, flush, counts: () => new Promise(() => {}) });
  return network;
}

export function modeRowOf(mode: string): number {
  return MODES.findIndex(({ name }) => name === mode);
}

/** What main hears where a bug is put in. */
export function tampered(bug: Bug, report: BridgeReport, nowMs: number): BridgeReport | undefined {
  if (report.kind !== 'message') return bug.report === undefined ? report : bug.report(report);
  if (bug.message === undefined) return report;
  // Of the messages that a simulated host sends, none but the federation's is tampered with.
  const told = report.message as FederationMessage;
  const message = bug.message(told, { from: report.from, nowMs });
  return message && { ...report, message };
}

class WatchedBridge extends HostBridge {
  readonly #watch: BridgeWatch;

  constructor(options: HostBridgeOptions, watch: BridgeWatch) {
    super(options);
    this.#watch = watch;
  }

  override share(match: Omit<HostedMatch, 'matchId'>, opened: SharedHandler): string {
    const matchId = super.share(match, opened);
    this.#watch.onShared(matchId, opened.handlerId);
    return matchId;
  }

  override fillOwn(matchId: string, fill: OwnFill): string {
    this.#watch.onFilledOwn();
    return super.fillOwn(matchId, fill);
  }

  override openRemote(match: RemoteMatch): HandlerRef | undefined {
    const handler = super.openRemote(match);
    if (handler !== undefined) this.#watch.onEntered(match, handler);
    return handler;
  }
}
