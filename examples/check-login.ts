/**
 * A login check of a game's own: the module that `logins.checkModule` names. It runs in a thread of the host that does nothing
 * else, so it may take its time: a query to the game's account service, for example. Late answers count as "try again".
 */

import type { LoginAnswer, LoginQuestion } from 'longhouse';

/** Asks the account service who the token belongs to. */
export async function checkLogin({ name, token }: LoginQuestion): Promise<LoginAnswer> {
  if (token === undefined) return { ok: false, message: 'Log in through the launcher' };
  const response = await fetch('http://127.0.0.1:8099/session', {
    headers: { authorization: `Bearer ${token}` },
    // Below logins.checkMs, so that the player reads why.
    signal: AbortSignal.timeout(1_500),
  });
  if (!response.ok) return { ok: false, message: 'Your session is over: start the launcher again' };
  const { account } = (await response.json()) as { readonly account?: string };
  return account?.toLowerCase() === name.toLowerCase()
    ? { ok: true, name: account }
    : { ok: false, message: `Your session is not the one of ${name}` };
}
