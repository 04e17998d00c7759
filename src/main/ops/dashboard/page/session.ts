/**
 * The token and the name of who acts, for this tab only: kept in sessionStorage, never in an address. Browser, not a
 * thread of the host.
 */

const TOKEN_KEY = 'longhouse.token';
const BY_KEY = 'longhouse.by';

type Listener = () => void;

const listeners: Listener[] = [];

export function token(): string | undefined {
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

export function actingName(): string {
  return sessionStorage.getItem(BY_KEY) ?? 'operator';
}

export function unlock(newToken: string, by: string): void {
  sessionStorage.setItem(TOKEN_KEY, newToken);
  if (by !== '') sessionStorage.setItem(BY_KEY, by);
  for (const listener of listeners) listener();
}

export function lock(): void {
  sessionStorage.removeItem(TOKEN_KEY);
  for (const listener of listeners) listener();
}

/** Calls `listener` now and whenever the token comes or goes. */
export function onLockChange(listener: Listener): void {
  listeners.push(listener);
  listener();
}
