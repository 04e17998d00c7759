/** The rules between settings of logins, each of which is allowed by itself. Pure; main thread. */

import type { ConfigConflict } from './config-checks.ts';
import type { HostConfig } from './host-config.ts';

export function* checkLogins({ logins, listeners }: HostConfig): Iterable<ConfigConflict> {
  const { mode } = logins;
  if (mode === 'token' && (logins.tokenKeyFile === '') === (logins.tokenSecret === '')) {
    const allowed = 'which needs one of logins.tokenKeyFile and logins.tokenSecret';
    yield { path: 'logins.mode', value: mode, allowed };
  }
  if (mode === 'check' && !logins.checkModule.startsWith('file:')) {
    const allowed = 'but logins.mode is "check", which needs a file that is there';
    yield { path: 'logins.checkModule', value: logins.checkModule, allowed, code: 'login-check' };
  }
  if (mode !== 'password' && mode !== 'token') return;
  for (const [index, { protocol }] of listeners.entries()) {
    if (protocol !== 'raw') continue;
    const allowed = `but its clients cannot give what logins.mode "${mode}" asks for`;
    yield { path: `listeners.${index}.protocol`, value: protocol, allowed };
  }
}
