/** What a TCP transport is told at its start. Types only; main makes them, the bridge thread uses them. */

import type { Random } from '../../shared/random.ts';
import type { HostIdentity } from '../transport.ts';
import type { LinkRefusal } from './link-refusal.ts';

/** PEM texts: each host shows a certificate of the network's own authority. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface TcpTransportOptions {
  readonly self: HostIdentity;
  readonly network: string;
  readonly secret: string;
  readonly bindAddress: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** `host:port` at which other hosts reach this one; undefined: bindAddress and the port. */
  readonly advertise: string | undefined;
  readonly peers: readonly string[];
  readonly tls: TlsFiles | undefined;
  readonly random: Random;
  /** For the log: the first of each kind at once, then now and then, with how many there were. */
  readonly onRefusal: (refusal: LinkRefusal, detail: string) => void;
  readonly onClockSkew: (hostId: string, skewMs: number) => void;
}
