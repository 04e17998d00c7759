/**
 * The token of the ops port: made at the first start, kept in the data folder for its owner alone, or given by a setting.
 * Main thread, at start.
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HostError, messageOf } from '../../shared/errors.ts';

export const OPS_TOKEN_FILE = 'ops-token';
const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;
const RIGHTS_OF_OTHERS = 0o077;
/** One line of printable characters, as a header can carry it. */
const TOKEN_PATTERN = /^[\x21-\x7e]{16,256}$/;

export class OpsToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = digest(token);
  }

  /** Takes the same time for every wrong token, of whatever length. */
  isSame(token: string): boolean {
    return timingSafeEqual(digest(token), this.#digest);
  }
}

/** The token to accept: `setting`, or that of the file in `dataDir`, which is made when it is not there. Throws `ops-token`. */
export function opsToken(setting: string, dataDir: string): OpsToken {
  if (setting !== '') return new OpsToken(setting);
  const file = path.join(dataDir, OPS_TOKEN_FILE);
  try {
    if (!existsSync(file)) return new OpsToken(makeToken(file));
    // Whoever else can read it can stop the host.
    if ((statSync(file).mode & RIGHTS_OF_OTHERS) !== 0) chmodSync(file, OWNER_ONLY);
    const token = readFileSync(file, 'utf8').trim();
    if (TOKEN_PATTERN.test(token)) return new OpsToken(token);
  } catch (error) {
    const detail = `Cannot use the ops token in "${file}": ${messageOf(error)}`;
    throw new HostError('ops-token', detail, { cause: error });
  }
  const wanted =
    'one line of 16 to 256 printable characters is allowed; remove it to get a new one';
  throw new HostError('ops-token', `Cannot use the ops token in "${file}": ${wanted}`);
}

function makeToken(file: string): string {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  return token;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
