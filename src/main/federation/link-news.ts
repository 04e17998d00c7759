/** What operators read of the links to other hosts: in the log and the event stream. Main thread. */

import type { BridgeReport } from '../../cluster-bridge/bridge-messages.ts';
import type { HostLog } from '../log.ts';

export interface LinkNews {
  readonly log: HostLog;
  readonly publish: (kind: 'host-joined' | 'host-left' | 'host-lost', host: object) => void;
}

export function tellJoined({ log, publish }: LinkNews, hostId: string): void {
  log.info(`host ${hostId} joined`);
  publish('host-joined', { host: hostId });
}

/** `hasLeft`: it had said that it would. */
export function tellDown(
  { log, publish }: LinkNews,
  { peer: { hostId }, why }: Extract<BridgeReport, { kind: 'peerDown' }>,
  hasLeft: boolean,
): void {
  if (hasLeft) {
    log.info(`host ${hostId} has left`);
    publish('host-left', { host: hostId });
  } else {
    log.warn(`host ${hostId} is lost: ${why}`);
    publish('host-lost', { host: hostId, why });
  }
}

export function tellTrouble(
  { log }: LinkNews,
  report: Extract<BridgeReport, { kind: 'refused' | 'clockSkew' }>,
): void {
  switch (report.kind) {
    case 'refused':
      log.warn(`trouble with a link to another host: ${report.refusal}`, {
        reason: `bridge-${report.refusal}`,
        detail: report.detail,
      });
      break;
    case 'clockSkew': {
      const seconds = Math.round(report.skewMs / 1000);
      log.warn(`the clock of host ${report.hostId} differs by ${seconds} s`, {
        reason: 'clock-skew',
      });
      break;
    }
  }
}
