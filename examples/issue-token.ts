/**
 * What a site does to hand a player in: a token that says who it is, signed with a key that only the site has. Its process.
 *
 *   node examples/issue-token.ts keys site-key.pem site.pub.pem   once; give the host logins.tokenKeyFile = "site.pub.pem"
 *   node examples/issue-token.ts token site-key.pem ada           prints a token of a minute for ada
 */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { SignJWT } from 'jose';

const ISSUER = 'https://site.example';
/** Long enough to connect with: a stolen token is of no use after it. */
const LIFETIME = '60s';

const [act, keyFile = 'site-key.pem', last = ''] = process.argv.slice(2);

if (act === 'keys') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(last, publicKey.export({ type: 'spki', format: 'pem' }));
} else if (act === 'token') {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(last)
    .setIssuer(ISSUER)
    .setAudience('longhouse')
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(createPrivateKey(readFileSync(keyFile)));
  process.stdout.write(`${token}\n`);
} else {
  process.stderr.write('usage: issue-token.ts keys PRIVATE PUBLIC | token PRIVATE NAME\n');
  process.exitCode = 2;
}
