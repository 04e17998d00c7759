/**
 * Who may send a request to which route. Main thread.
 *
 *   request -> Host header -> budget of its address -> token -> schemas -> handler
 *
 * A page of another site must not reach a port that only this machine can: a name in the Host header that is not ours
 * means that somebody's DNS points at us, so only addresses, localhost and ops.hostNames are answered there.
 */

import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import type { Access } from './ops-route.ts';
import type { OpsToken } from './ops-token.ts';
import { RequestBudget } from './request-budget.ts';

export interface AccessOptions {
  readonly token: OpsToken;
  readonly bindAddress: string;
  /** Names by which the port is reached, a reverse proxy's for example. */
  readonly hostNames: readonly string[];
  readonly requestsPerSecond: number;
  readonly clock: Clock;
}

/** A request that is answered at once. */
export interface Denial {
  readonly status: 400 | 401 | 403 | 429;
  readonly code: string;
  readonly message: string;
  /** Seconds, for 429. */
  readonly retryAfter?: number;
}

export type Admission =
  | { readonly denial: Denial }
  | { readonly denial: undefined; readonly hasToken: boolean; readonly by: string };

export interface AccessRequest {
  readonly access: Access;
  readonly isUnlimited: boolean;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
}

/** Seconds of full rate that may come at once. */
const BURST_SECONDS = 5;
/** A guess a second, ten at once; the right token is taken all the same, so that nobody can lock its owner out. */
const WRONG_TOKENS = { perSecond: 1, burst: 10 } as const;
const BY_DEFAULT = 'operator';
const BY_PATTERN = /^[\x20-\x7e]{1,64}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** True for an address that only programs on this machine can reach. */
export function isLoopback(bindAddress: string): boolean {
  return LOOPBACK.test(bindAddress);
}

export class OpsAccess {
  readonly #options: AccessOptions;
  readonly #isPrivate: boolean;
  readonly #requests: RequestBudget;
  readonly #wrongTokens: RequestBudget;
  /** By code: for the metrics. */
  readonly denials: Record<string, number> = {};

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#isPrivate = isLoopback(options.bindAddress);
    const { requestsPerSecond, clock } = options;
    const burst = requestsPerSecond * BURST_SECONDS;
    this.#requests = new RequestBudget({ perSecond: requestsPerSecond, burst }, clock);
    this.#wrongTokens = new RequestBudget(WRONG_TOKENS, clock);
  }

  admit(request: AccessRequest): Admission {
    const admission = this.#admission(request);
    const code = admission.denial?.code;
    if (code !== undefined) this.denials[code] = (this.denials[code] ?? 0) + 1;
    return admission;
  }

  #admission({ access, isUnlimited, address, headers }: AccessRequest): Admission {
    const badHost = this.#isPrivate ? this.#foreignHost(headers) : undefined;
    if (badHost !== undefined) return deny(403, 'bad-host', badHost);
    if (!isUnlimited && !this.#requests.tryTake(address)) {
      return tooMany('Cannot answer: too many requests', this.#requests.retrySeconds);
    }
    const by = headers['x-longhouse-by'] ?? BY_DEFAULT;
    if (typeof by !== 'string' || !BY_PATTERN.test(by)) {
      const allowed = 'allowed are 1 to 64 printable ASCII characters';
      return deny(400, 'bad-request', `Cannot read the header "x-longhouse-by": ${allowed}`);
    }
    if (access === 'open') return { denial: undefined, hasToken: false, by };
    return this.#withToken(access, { address, headers, by });
  }

  #withToken(
    access: Access,
    { address, headers, by }: { address: string; headers: IncomingHttpHeaders; by: string },
  ): Admission {
    const given = headers.authorization;
    if (given === undefined) {
      const isFree = access === 'personal' && this.#isPrivate;
      if (isFree) return { denial: undefined, hasToken: false, by };
      const wanted = 'the header "authorization: Bearer TOKEN" is missing';
      return deny(401, 'unauthorized', `Cannot answer: ${wanted}`);
    }
    const token = /^bearer +(\S+) *$/i.exec(given)?.[1];
    if (token !== undefined && this.#options.token.isSame(token)) {
      return { denial: undefined, hasToken: true, by };
    }
    if (this.#wrongTokens.tryTake(address)) {
      return deny(401, 'unauthorized', 'Cannot answer: the token is not the one of this host');
    }
    return tooMany('Cannot answer: too many wrong tokens', this.#wrongTokens.retrySeconds);
  }

  /** Why the request is not meant for us; undefined when it is. */
  #foreignHost(headers: IncomingHttpHeaders): string | undefined {
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
      return 'Cannot answer: the request comes from a page of another site';
    }
    const name = hostName(headers.host ?? '');
    const isOurs =
      isIP(name) !== 0 || name === 'localhost' || this.#options.hostNames.includes(name);
    if (isOurs) return undefined;
    const found = `the Host header names ${JSON.stringify(name)}, which is not in ops.hostNames`;
    return `Cannot answer: ${found}`;
  }
}

/** The name in a Host header, without port and brackets. */
function hostName(header: string): string {
  const withoutPort = header.replace(/:\d*$/, '');
  return withoutPort.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

function deny(status: Denial['status'], code: string, message: string): Admission {
  return { denial: { status, code, message } };
}

function tooMany(message: string, retryAfter: number): Admission {
  return { denial: { status: 429, code: 'too-many-requests', message, retryAfter } };
}
