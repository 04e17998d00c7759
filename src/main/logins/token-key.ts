/**
 * What signatures of tokens are checked with: a shared secret, a public key or a key set, read from a file. Main thread.
 * A file is read again when a token names a key that is not in it, so that a site can change its keys while people play.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, type CryptoKey, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { HostError, messageOf } from '../../shared/errors.ts';

export interface TokenKey {
  readonly key: JWTVerifyGetKey;
  /** Only these: what a token says of its own algorithm is not believed. */
  readonly algorithms: readonly string[];
}

const PUBLIC_KEY_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

/** The key of a secret that a site and this host share. */
export function secretKey(secret: string): TokenKey {
  const bytes = new TextEncoder().encode(secret);
  return { key: () => bytes, algorithms: ['HS256'] };
}

/** Reads a PEM public key or a JWKS. Throws `login-key`. */
export async function readTokenKey(file: string): Promise<TokenKey> {
  try {
    const text = await readFile(file, 'utf8');
    return text.trimStart().startsWith('{') ? keySet(text) : publicKey(text);
  } catch (error) {
    const detail = `Cannot use token keys "${file}": ${messageOf(error)}`;
    throw new HostError('login-key', detail, { cause: error });
  }
}

function keySet(text: string): TokenKey {
  // createLocalJWKSet() checks the shape.
  const document = JSON.parse(text) as JSONWebKeySet;
  const isPrivate = document.keys.some((key) => 'd' in key || key.kty === 'oct');
  if (isPrivate) throw new Error('found a private or shared key, only public ones belong here');
  return { key: createLocalJWKSet(document), algorithms: PUBLIC_KEY_ALGORITHMS };
}

function publicKey(text: string): TokenKey {
  if (text.includes('PRIVATE KEY')) throw new Error('found a private key, allowed is a public one');
  const found = createPublicKey(text);
  const { algorithm, key } = webKey(found);
  return { key: () => key, algorithms: algorithm };
}

function webKey(key: KeyObject): { algorithm: readonly string[]; key: CryptoKey } {
  const kind = key.asymmetricKeyType;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (kind === 'ed25519') {
    return {
      algorithm: ['EdDSA', 'Ed25519'],
      key: key.toCryptoKey('Ed25519', true, ['verify']),
    };
  }
  if (kind === 'ec' && curve === 'prime256v1') {
    const parameters = { name: 'ECDSA', namedCurve: 'P-256' };
    return { algorithm: ['ES256'], key: key.toCryptoKey(parameters, true, ['verify']) };
  }
  if (kind === 'rsa') {
    const parameters = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    return { algorithm: ['RS256'], key: key.toCryptoKey(parameters, true, ['verify']) };
  }
  throw new Error(`found a key of kind "${kind}", allowed is Ed25519, P-256 or RSA`);
}
