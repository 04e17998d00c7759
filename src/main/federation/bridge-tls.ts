/** Reads the files that encrypt links to other hosts, and tries them before a thread starts. Main thread. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../../cluster-bridge/link/link-options.ts';
import { HostError, messageOf } from '../../shared/errors.ts';
import type { BridgeConfig, TLS_KEYS } from '../config/bridge-schema.ts';

/** Undefined where links are not encrypted. Throws `bridge-tls`. */
export function readBridgeTls(bridge: BridgeConfig): TlsFiles | undefined {
  if (bridge.tlsCert === '') return undefined;
  const files: TlsFiles = {
    cert: read(bridge, 'tlsCert'),
    key: read(bridge, 'tlsKey'),
    ca: read(bridge, 'tlsCa'),
  };
  try {
    createSecureContext(files);
    // What is no certificate would be taken as an authority that has signed nothing.
    for (const text of [files.cert, files.ca]) void new X509Certificate(text);
  } catch (cause) {
    const found = `bridge.tlsCert, bridge.tlsKey and bridge.tlsCa do not fit: ${messageOf(cause)}`;
    throw new HostError('bridge-tls', `Cannot encrypt links: ${found}`, { cause });
  }
  return files;
}

function read(bridge: BridgeConfig, key: (typeof TLS_KEYS)[number]): string {
  try {
    return readFileSync(bridge[key], 'utf8');
  } catch (cause) {
    const found = `bridge.${key} is "${bridge[key]}": ${messageOf(cause)}`;
    throw new HostError('bridge-tls', `Cannot encrypt links: ${found}`, { cause });
  }
}
