/** The login desk and the ban desk of a host, put together from its parts. Main thread. */

import { systemClock } from '../../shared/clock.ts';
import { Reason } from '../../shared/reason.ts';
import type { AccountRow } from '../../shared/store-messages.ts';
import { BanDesk, type BanStore } from '../bans/ban-desk.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { DirectoryShell } from '../directory-shell.ts';
import type { HostLog } from '../log.ts';
import { AccountLoader, type AccountStore } from './account-loader.ts';
import { createLoginWay } from './create-login-way.ts';
import { LoginDesk } from './login-desk.ts';

export interface HostLoginsParts {
  readonly config: HostConfig;
  readonly log: HostLog;
  readonly store: AccountStore & BanStore;
  readonly practiceToken: string;
  /** The shell is made after the desks: it asks them for each login. */
  readonly shell: () => DirectoryShell;
  /** An account that logs in was read, or one that is in already turned out to have this row. */
  readonly onAccount: (account: AccountRow) => void;
}

export interface HostLogins {
  readonly bans: BanDesk;
  readonly logins: LoginDesk;
}

export function createHostLogins(parts: HostLoginsParts): HostLogins {
  const { config, log, store, practiceToken, shell, onAccount } = parts;
  const clock = systemClock;
  const expel = (name: string, reason: Reason, message: string): string | undefined =>
    shell().expel(name, reason, message);
  const bans = new BanDesk({
    hostId: config.host.id,
    store,
    trustedProxies: config.limits.trustedProxies,
    clock,
    log,
    effects: {
      expelAccount: async (key, message) => {
        expel(key, Reason.banned, message);
        await shell().gateways.fence();
      },
      closeAddresses: (range, message) => shell().gateways.closeAddresses(range, message),
    },
  });
  const accounts = new AccountLoader(store, clock, (late) => {
    for (const account of late) onAccount(account);
  });
  const logins = new LoginDesk({
    way: createLoginWay({ config, store, accounts, clock, log }),
    store,
    accounts,
    bans,
    clock,
    practiceToken,
    reservedNames: config.logins.reservedNames,
    pendingMax: config.players.capacity,
    host: {
      admit: (report) => shell().admit(report),
      refuse: (player, refusal) => shell().refuse(player, refusal),
      expel,
      onAccount,
    },
  });
  return { bans, logins };
}
