/** Certificates of a test's own authorities, made with the openssl program. Test files only. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TlsFiles } from '../../../src/cluster-bridge/link/link-options.ts';

export interface CertificateFiles {
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsCa: string;
}

/** A folder with one authority; docs/federation.md has the same commands. */
export class TestAuthority {
  readonly dir: string = mkdtempSync(path.join(os.tmpdir(), 'longhouse-tls-'));

  constructor() {
    this.#openssl(
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=network -keyout ca.key -out ca.pem',
    );
  }

  /** A certificate for one host. */
  issue(hostId: string): CertificateFiles {
    this.#openssl(
      `req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=${hostId} -keyout ${hostId}.key -out ${hostId}.csr`,
    );
    this.#openssl(
      `x509 -req -in ${hostId}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out ${hostId}.pem`,
    );
    return {
      tlsCert: path.join(this.dir, `${hostId}.pem`),
      tlsKey: path.join(this.dir, `${hostId}.key`),
      tlsCa: path.join(this.dir, 'ca.pem'),
    };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  #openssl(command: string): void {
    execFileSync('openssl', command.split(' '), { cwd: this.dir, stdio: 'pipe' });
  }
}

export function readCertificates({ tlsCert, tlsKey, tlsCa }: CertificateFiles): TlsFiles {
  const read = (file: string): string => readFileSync(file, 'utf8');
  return { cert: read(tlsCert), key: read(tlsKey), ca: read(tlsCa) };
}
