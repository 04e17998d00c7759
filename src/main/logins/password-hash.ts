/**
 * Passwords as they are kept: `scrypt$N$r$p$salt$hash`, salt and hash in base64url, so that the cost can grow with the years.
 * Main thread; the work itself is done by libuv's threads, about 50 ms and 16 MiB at a cost of 14.
 * Algorithm: scrypt (Percival, RFC 7914); N = 2^cost, r = 8, p = 1.
 */

import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A stored row cannot make us spend more than this. */
const COST_MAX = 20;

interface StoredHash {
  readonly cost: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly r: number;
  readonly p: number;
}

/** A fresh credential for a password. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const parameters = { cost, r: BLOCK_SIZE, p: PARALLELIZATION };
  const hash = await derive(password, salt, parameters);
  const numbers = `${2 ** cost}$${BLOCK_SIZE}$${PARALLELIZATION}`;
  return `scrypt$${numbers}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/**
 * True when `password` is the one of `credential`. Without one, or with one that cannot be read, it takes as long as a hash of
 * `cost` and says false: who asks cannot tell from the time whether there is such an account.
 */
export async function isPassword(
  password: string,
  credential: string | undefined,
  cost: number,
): Promise<boolean> {
  const stored = parseCredential(credential);
  if (stored === undefined) {
    await derive(password, Buffer.alloc(SALT_BYTES), { cost, r: BLOCK_SIZE, p: PARALLELIZATION });
    return false;
  }
  return timingSafeEqual(await derive(password, stored.salt, stored), stored.hash);
}

/** True when a password that fits `credential` should be hashed anew: the cost is another one now. */
export function isOutdated(credential: string, cost: number): boolean {
  return parseCredential(credential)?.cost !== cost;
}

function parseCredential(credential: string | undefined): StoredHash | undefined {
  const match = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(credential ?? '');
  if (match === null) return undefined;
  const [, n = '', r = '', p = '', saltText = '', hashText = ''] = match;
  const cost = Math.log2(Number(n));
  const hash = Buffer.from(hashText, 'base64url');
  if (!Number.isInteger(cost) || cost < 1 || cost > COST_MAX) return undefined;
  if (Number(r) < 1 || Number(r) > 32 || Number(p) < 1 || Number(p) > 16) return undefined;
  if (hash.byteLength !== HASH_BYTES) return undefined;
  return { cost, r: Number(r), p: Number(p), salt: Buffer.from(saltText, 'base64url'), hash };
}

/** Keyboards write one character in different ways: NFKC makes them one. */
function derive(
  password: string,
  salt: Buffer,
  { cost, r, p }: { readonly cost: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const N = 2 ** cost;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
