/** The settings of the bridge: which hosts are one network, and how they know each other. Main thread. */

import path from 'node:path';
import type { TSchema } from 'typebox';
import {
  flag,
  NAME,
  NOT_EMPTY,
  port,
  secret,
  section,
  text,
  texts,
  type TextRule,
} from './schema-parts.ts';

export interface BridgeConfig {
  /** Also true where peers are named. */
  readonly enabled: boolean;
  /** Already moved by host.portOffset. */
  readonly port: number;
  readonly bindAddress: string;
  /** Empty: bindAddress and the port. */
  readonly advertise: string;
  readonly network: string;
  /** Empty only on loopback. */
  readonly secret: string;
  readonly peers: readonly string[];
  /** PEM files; absolute paths. All three are empty where links are not encrypted. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsCa: string;
}

export const TLS_KEYS = ['tlsCert', 'tlsKey', 'tlsCa'] as const;

const ADDRESS: TextRule = { pattern: '^(.+:[0-9]{1,5})?$', allowed: '"HOST:PORT"' };
const ANY: TextRule = { pattern: '', allowed: 'any text' };
const SECRET: TextRule = { pattern: '^(.{16,})?$', allowed: 'a text of at least 16 characters' };

export const BRIDGE_SECTION: TSchema = section(
  'The link to other hosts: several hosts are one network (docs/federation.md).',
  {
    enabled: flag('Join a network; naming a peer does too.', false),
    port: port('Where other hosts connect; 0: the system chooses.', 7779),
    bindAddress: text(
      'Where it listens; beyond loopback a secret or TLS is needed.',
      '127.0.0.1',
      NOT_EMPTY,
    ),
    advertise: text(
      'Where other hosts reach this one. Empty: bindAddress and port, or where a link reached it if it listens everywhere.',
      '',
      ADDRESS,
    ),
    network: text('Name of the network: hosts of different ones do not mix.', 'longhouse', NAME),
    secret: secret(text('What all hosts of the network share, and nobody else.', '', SECRET)),
    peers: texts(
      'Other hosts; one is enough, the others are learned.',
      [],
      'a list of "HOST:PORT"',
    ),
    tlsCert: text('Certificate of this host (PEM), relative to this file.', '', ANY),
    tlsKey: text('Private key of that certificate (PEM).', '', ANY),
    tlsCa: text(
      'Certificate authority of the network (PEM): a host that shows no certificate of its is refused.',
      '',
      ANY,
    ),
  },
);

/** Joins where a peer is named; files start at the configuration file. */
export function resolveBridge(
  bridge: BridgeConfig,
  around: { readonly port: number; readonly configDir: string },
): BridgeConfig {
  const file = (name: string): string => (name === '' ? '' : path.resolve(around.configDir, name));
  return {
    ...bridge,
    enabled: bridge.enabled || bridge.peers.length > 0,
    port: around.port,
    tlsCert: file(bridge.tlsCert),
    tlsKey: file(bridge.tlsKey),
    tlsCa: file(bridge.tlsCa),
  };
}
