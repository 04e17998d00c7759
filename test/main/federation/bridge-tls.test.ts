/** Goal: files for TLS that cannot be used stop the start and say which and why. Method: real files, good and bad. */

import { afterAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BridgeConfig } from '../../../src/main/config/bridge-schema.ts';
import { readBridgeTls } from '../../../src/main/federation/bridge-tls.ts';
import { HostError } from '../../../src/shared/errors.ts';
import {
  TestAuthority,
  type CertificateFiles,
} from '../../cluster-bridge/link/test-certificates.ts';
import { load } from '../config/config-kit.ts';

const authority = new TestAuthority();
const files = authority.issue('a');
const other = authority.issue('b');
const rubbish = path.join(authority.dir, 'rubbish.pem');
writeFileSync(rubbish, 'no certificate');

afterAll(() => authority.remove());

describe('readBridgeTls()', () => {
  it('gives nothing where none is set, and the texts of all three where they fit', () => {
    expect(readBridgeTls(bridge({}))).toBeUndefined();
    const tls = readBridgeTls(bridge(files));
    expect(tls?.cert).toContain('BEGIN CERTIFICATE');
    expect(tls?.key).toContain('BEGIN PRIVATE KEY');
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
  });

  it.each([
    ['a file that is not there', { tlsKey: '/nowhere/a.key' }, 'bridge.tlsKey is "/nowhere/a.key"'],
    ['a certificate that is none', { tlsCert: rubbish }, 'do not fit'],
    ['a key that is none', { tlsKey: rubbish }, 'do not fit'],
    ['an authority that is none', { tlsCa: rubbish }, 'do not fit'],
    ['the key of another certificate', { tlsKey: other.tlsKey }, 'do not fit'],
  ])('refuses %s', (_what, part, message) => {
    const error = thrown(() => readBridgeTls(bridge({ ...files, ...part })));
    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ code: 'bridge-tls' });
    expect(String(error)).toContain(message);
  });
});

function bridge(part: Partial<CertificateFiles>): BridgeConfig {
  return { ...load().bridge, ...part };
}

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
