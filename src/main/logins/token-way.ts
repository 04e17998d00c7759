/**
 * Logins by a signed token (JWT) that a site of the operator's gives its players: `sub` is the name, `exp` must be there.
 * Main thread; signatures are checked in libuv's threads.
 */

import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../../shared/clock.ts';
import { Reason } from '../../shared/reason.ts';
import { nameKey } from '../../shared/name-key.ts';
import { quoted } from '../directory/name-rule.ts';
import { refused, type LoginAttempt, type LoginVerdict, type LoginWay } from './login-way.ts';
import { readTokenKey, secretKey, type TokenKey } from './token-key.ts';

export interface TokenWayOptions {
  /** One of the two is empty. */
  readonly keyFile: string;
  readonly secret: string;
  /** Empty: not looked at. */
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  /** Told when the key file could not be read again; the old keys stay. */
  readonly onFault: (error: unknown) => void;
}

/** How far the clocks of site and host may be apart. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Tokens with an unknown key must not make us read a file each. */
const REREAD_MS = 10_000;

export class TokenWay implements LoginWay {
  readonly #options: TokenWayOptions;
  #key: TokenKey | undefined;
  #readMs = -Infinity;

  constructor(options: TokenWayOptions) {
    this.#options = options;
  }

  /** Throws `login-key`. */
  async start(): Promise<void> {
    const { keyFile, secret } = this.#options;
    this.#key = keyFile === '' ? secretKey(secret) : await readTokenKey(keyFile);
  }

  async close(): Promise<void> {}

  async check({ name, token }: LoginAttempt): Promise<LoginVerdict> {
    if (token === undefined || token === '') return refused(Reason.badLogin, ASK);
    try {
      const { sub = '' } = await this.#verify(token);
      // A client that does not know its name leaves it empty.
      if (name === '' || nameKey(name) === nameKey(sub)) return { isAllowed: true, name: sub };
      const found = `it is for ${quoted(sub)}, not for ${quoted(name)}`;
      return refused(Reason.badLogin, `Cannot take that token: ${found}`);
    } catch (error) {
      return refused(Reason.badLogin, `Cannot take that token: ${faultText(error)}`);
    }
  }

  async #verify(token: string): Promise<JWTPayload> {
    try {
      return await this.#verifyWith(token);
    } catch (error) {
      const mayBeNewKey =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWSSignatureVerificationFailed;
      if (!mayBeNewKey || !(await this.#readAgain())) throw error;
      return this.#verifyWith(token);
    }
  }

  async #verifyWith(token: string): Promise<JWTPayload> {
    const { issuer, audience, clock } = this.#options;
    if (this.#key === undefined) throw new Error('the keys are not read yet');
    const { key, algorithms } = this.#key;
    const options: JWTVerifyOptions = {
      algorithms: [...algorithms],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(clock.wallMs()),
      ...(issuer === '' ? {} : { issuer }),
      ...(audience === '' ? {} : { audience }),
    };
    const { payload } = await jwtVerify(token, key, options);
    return payload;
  }

  /** False when there is no file, or it was read a moment ago. */
  async #readAgain(): Promise<boolean> {
    const { keyFile, clock, onFault } = this.#options;
    const nowMs = clock.nowMs();
    if (keyFile === '' || nowMs - this.#readMs < REREAD_MS) return false;
    this.#readMs = nowMs;
    try {
      this.#key = await readTokenKey(keyFile);
      return true;
    } catch (error) {
      onFault(error);
      return false;
    }
  }
}

const ASK = 'This host asks for a token: log in through the site that gives them';

/** For the player; what exactly was wrong with a signature is nobody's business. */
function faultText(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired, get a new one';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `its claim "${error.claim}" is missing or not the one asked for`;
  }
  return 'it is not signed by a key that this host trusts';
}
