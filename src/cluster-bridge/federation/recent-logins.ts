/**
 * Where accounts have logged in lately, by what the hosts say: a seat that its home loses waits there, also when the login came
 * before the loss was noticed. Pure. Main thread.
 */

import { nameKey } from '../../shared/name-key.ts';
import type { HostIdentity } from '../transport.ts';
import { isNewerLogin, type AccountLogin } from './account-login.ts';

/** Longer than any loss goes unnoticed: the silence of a link, then a lease. */
const KEPT_MS = 10_000;
/** The oldest go first: whoever is forgotten finds no seat, nothing else is wrong. */
const LOGINS_MAX = 100_000;

interface Recent {
  readonly host: HostIdentity;
  readonly wallMs: number;
  readonly untilMs: number;
}

export class RecentLogins {
  /** By account; the one that was heard last comes last. */
  readonly #byKey = new Map<string, Recent>();

  /** False for one that is older than what is known. */
  note(host: HostIdentity, { name, wallMs }: AccountLogin, nowMs: number): boolean {
    const key = nameKey(name);
    const known = this.#byKey.get(key);
    const login = { wallMs, hostId: host.hostId };
    if (known !== undefined) {
      const other = { wallMs: known.wallMs, hostId: known.host.hostId };
      if (isNewerLogin(other, login)) return false;
    }
    this.#byKey.delete(key);
    this.#byKey.set(key, { host, wallMs, untilMs: nowMs + KEPT_MS });
    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= LOGINS_MAX) break;
      this.#byKey.delete(oldest);
    }
    return true;
  }

  /** The host of the newest login of that name; undefined when none was heard lately. */
  hostOf(name: string): HostIdentity | undefined {
    return this.#byKey.get(nameKey(name))?.host;
  }

  /** Forgets what is too old. */
  step(nowMs: number): void {
    for (const [key, { untilMs }] of this.#byKey) {
      if (untilMs > nowMs) return;
      this.#byKey.delete(key);
    }
  }
}
