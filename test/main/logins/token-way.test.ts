/** Goal: only a fresh token, signed by a key that is trusted and made for this host, lets in. Method: real keys, real tokens. */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { TokenWay, type TokenWayOptions } from '../../../src/main/logins/token-way.ts';
import type { LoginVerdict } from '../../../src/main/logins/login-way.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';

const SECRET = 'a secret of at least thirty-two characters';
const SECRET_BYTES = new TextEncoder().encode(SECRET);
const NOW_SECONDS = 1_800_000_000;
const folder = mkdtempSync(path.join(tmpdir(), 'longhouse-keys-'));

const PAIRS = {
  EdDSA: generateKeyPairSync('ed25519'),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const;

describe.each(['EdDSA', 'ES256', 'RS256'] as const)('a PEM key for %s', (algorithm) => {
  it('lets in whom it signed, and nobody else', async () => {
    const way = await wayOf({ keyFile: pemOf(PAIRS[algorithm].publicKey) });
    const token = await sign(PAIRS[algorithm].privateKey, { algorithm });
    expect(await enter(way, 'ada', token)).toEqual({ isAllowed: true, name: 'ada' });
    for (const other of ['EdDSA', 'ES256', 'RS256'] as const) {
      if (other === algorithm) continue;
      const foreign = await sign(PAIRS[other].privateKey, { algorithm: other });
      expect(await enter(way, 'ada', foreign)).toMatchObject(REFUSED);
    }
  });

  it('is not taken for the secret of HS256', async () => {
    const pem = PAIRS[algorithm].publicKey.export({ type: 'spki', format: 'pem' });
    const way = await wayOf({ keyFile: pemOf(PAIRS[algorithm].publicKey) });
    const forged = await sign(new TextEncoder().encode(pem), { algorithm: 'HS256' });
    expect(await enter(way, 'ada', forged)).toMatchObject(REFUSED);
  });
});

describe('a token', () => {
  it.each([
    ['expired', { expires: NOW_SECONDS - 31 }, 'it has expired'],
    ['without exp', { expires: undefined }, '"exp"'],
    ['not valid yet', { notBefore: NOW_SECONDS + 31 }, '"nbf"'],
    ['of another issuer', { issuer: 'elsewhere' }, '"iss"'],
    ['for another host', { audience: 'elsewhere' }, '"aud"'],
    ['for nobody', { name: undefined }, '"sub"'],
    ['for somebody else', { name: 'eve' }, 'it is for "eve", not for "ada"'],
  ])('%s is refused', async (_what, claims, why) => {
    const way = await wayOf({ issuer: 'site', audience: 'longhouse' });
    const good = { issuer: 'site', audience: 'longhouse' };
    expect(await enter(way, 'ada', await sign(SECRET_BYTES, good))).toMatchObject({
      isAllowed: true,
    });
    const verdict = await enter(way, 'ada', await sign(SECRET_BYTES, { ...good, ...claims }));
    expect(verdict).toMatchObject({ ...REFUSED, message: expect.stringContaining(why) });
  });

  it.each([
    ['expired', { expires: NOW_SECONDS - 29 }],
    ['not valid yet', { notBefore: NOW_SECONDS + 29 }],
  ])('%s by less than the clocks may differ lets in', async (_what, claims) => {
    const way = await wayOf({});
    expect(await enter(way, 'ada', await sign(SECRET_BYTES, claims))).toMatchObject({
      isAllowed: true,
    });
  });

  it('names a player whose client does not know the name, or writes it in other letters', async () => {
    const way = await wayOf({});
    const token = await sign(SECRET_BYTES, { name: 'Ada' });
    expect(await enter(way, '', token)).toEqual({ isAllowed: true, name: 'Ada' });
    expect(await enter(way, 'ADA', token)).toEqual({ isAllowed: true, name: 'Ada' });
  });

  it('that is cut, changed, unsigned, empty or missing is refused', async () => {
    const way = await wayOf({});
    const token = await sign(SECRET_BYTES, {});
    const [head = '', body = '', signature = ''] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const eve = Buffer.from(`{"sub":"eve","exp":${NOW_SECONDS + 60}}`).toString('base64url');
    const bad = ['', 'x', token.slice(0, -1), `${head}.${eve}.${signature}`, `${none}.${body}.`];
    for (const text of [...bad, undefined]) {
      expect(await enter(way, '', text), text).toMatchObject(REFUSED);
    }
  });
});

describe('a key set', () => {
  it('is read again when a token names a key that is new in it', async () => {
    const file = path.join(folder, 'keys.json');
    const next = generateKeyPairSync('ed25519');
    await writeKeySet(file, { old: PAIRS.EdDSA.publicKey });
    const clock = new VirtualClock();
    const way = await wayOf({ keyFile: file, clock });
    const old = await sign(PAIRS.EdDSA.privateKey, { algorithm: 'EdDSA', keyId: 'old' });
    const fresh = await sign(next.privateKey, { algorithm: 'EdDSA', keyId: 'new' });
    expect(await enter(way, 'ada', old)).toMatchObject({ isAllowed: true });
    expect(await enter(way, 'ada', fresh)).toMatchObject(REFUSED);
    await writeKeySet(file, { new: next.publicKey });
    // Read a moment ago: tokens with invented keys do not make the host read all day.
    expect(await enter(way, 'ada', fresh)).toMatchObject(REFUSED);
    clock.advance(10_000);
    expect(await enter(way, 'ada', fresh)).toMatchObject({ isAllowed: true });
    expect(await enter(way, 'ada', old)).toMatchObject(REFUSED);
  });

  it('that is broken later leaves the old keys, and is reported', async () => {
    const file = path.join(folder, 'broken.json');
    await writeKeySet(file, { old: PAIRS.EdDSA.publicKey });
    const faults: unknown[] = [];
    const way = await wayOf({ keyFile: file, onFault: (error) => void faults.push(error) });
    writeFileSync(file, '{');
    const fresh = await sign(PAIRS.EdDSA.privateKey, { algorithm: 'EdDSA', keyId: 'new' });
    expect(await enter(way, 'ada', fresh)).toMatchObject(REFUSED);
    expect(faults).toHaveLength(1);
    const old = await sign(PAIRS.EdDSA.privateKey, { algorithm: 'EdDSA', keyId: 'old' });
    expect(await enter(way, 'ada', old)).toMatchObject({ isAllowed: true });
  });
});

it.each([
  ['that is not there', undefined, 'no such file'],
  ['of nonsense', 'hello', 'Cannot use token keys'],
  ['with a private key', pemText(PAIRS.EdDSA.privateKey), 'found a private key'],
  ['with a private key set', '{"keys":[{"kty":"OKP","d":"x"}]}', 'private or shared key'],
  ['of a curve that is not used', pemText(generateKeyPairSync('x25519').publicKey), 'x25519'],
])('a key file %s stops the start', async (_what, text, why) => {
  const file = path.join(folder, 'bad-key');
  if (text !== undefined) writeFileSync(file, text);
  const start = wayOf({ keyFile: text === undefined ? path.join(folder, 'none') : file });
  await expect(start).rejects.toMatchObject({
    code: 'login-key',
    message: expect.stringContaining(why),
  });
});

const REFUSED = { isAllowed: false, reason: Reason.badLogin };

interface Claims {
  readonly algorithm?: string;
  readonly keyId?: string;
  readonly name?: string | undefined;
  readonly expires?: number | undefined;
  readonly notBefore?: number;
  readonly issuer?: string;
  readonly audience?: string;
}

function sign(key: KeyObject | Uint8Array, claims: Claims): Promise<string> {
  const { name, expires } = { name: 'ada', expires: NOW_SECONDS + 60, ...claims };
  const token = new SignJWT({
    ...(name === undefined ? {} : { sub: name }),
    ...(expires === undefined ? {} : { exp: expires }),
    ...(claims.notBefore === undefined ? {} : { nbf: claims.notBefore }),
    ...(claims.issuer === undefined ? {} : { iss: claims.issuer }),
    ...(claims.audience === undefined ? {} : { aud: claims.audience }),
  });
  const { algorithm = 'HS256', keyId } = claims;
  token.setProtectedHeader({ alg: algorithm, ...(keyId === undefined ? {} : { kid: keyId }) });
  return token.sign(key);
}

async function wayOf(options: Partial<TokenWayOptions>): Promise<TokenWay> {
  const way = new TokenWay({
    keyFile: '',
    secret: options.keyFile === undefined ? SECRET : '',
    issuer: '',
    audience: '',
    clock: new VirtualClock(),
    onFault: () => {},
    ...options,
  });
  await way.start();
  return way;
}

function enter(way: TokenWay, name: string, token: string | undefined): Promise<LoginVerdict> {
  return way.check({ name, token, address: '10.0.0.1', listener: 'frame' });
}

function pemText(key: KeyObject): string {
  return key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' });
}

function pemOf(key: KeyObject): string {
  const file = path.join(folder, `${key.asymmetricKeyType}.pem`);
  writeFileSync(file, pemText(key));
  return file;
}

async function writeKeySet(file: string, keys: Readonly<Record<string, KeyObject>>): Promise<void> {
  const entries = Object.entries(keys);
  const list = await Promise.all(
    entries.map(async ([kid, key]) => Object.assign(await exportJWK(key), { kid, alg: 'EdDSA' })),
  );
  writeFileSync(file, JSON.stringify({ keys: list }));
}
