/** Makes the way of logging in that the configuration asks for. Main thread. */

import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { parseRanges } from '../bans/address-range.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { HostLog } from '../log.ts';
import type { AccountLoader, AccountStore } from './account-loader.ts';
import { CheckWay } from './check-way.ts';
import type { LoginWay } from './login-way.ts';
import { PasswordWay } from './password-way.ts';
import { TokenWay } from './token-way.ts';

export interface LoginWayParts {
  readonly config: HostConfig;
  readonly store: AccountStore;
  readonly accounts: AccountLoader;
  readonly clock: Clock;
  readonly log: HostLog;
}

/** Undefined where every free name is welcome. */
export function createLoginWay(parts: LoginWayParts): LoginWay | undefined {
  const { store, accounts, clock, log } = parts;
  const { logins, limits } = parts.config;
  switch (logins.mode) {
    case 'open':
      return undefined;
    case 'password':
      return new PasswordWay({
        store,
        accounts,
        clock,
        registration: logins.registration,
        cost: logins.passwordCost,
        unlimited: parseRanges(limits.unlimitedAddresses),
      });
    case 'token':
      return new TokenWay({
        keyFile: logins.tokenKeyFile,
        secret: logins.tokenSecret,
        issuer: logins.tokenIssuer,
        audience: logins.tokenAudience,
        clock,
        onFault: (error) => log.error(messageOf(error), { reason: 'login-key' }),
      });
    case 'check':
      return new CheckWay({ module: logins.checkModule, checkMs: logins.checkMs, log });
  }
}
