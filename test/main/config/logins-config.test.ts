/** Goal: a way of logging in that cannot work stops the start and says why. Method: one bad file each. */

import { describe, expect, it } from 'vitest';
import { load, refusal } from './config-kit.ts';

const SECRET = 'a secret of at least thirty-two characters';

describe('[logins]', () => {
  it('finds key files and modules from the configuration file', () => {
    const files = { '/srv/check.ts': '', '/srv/longhouse.toml': '' };
    const { logins } = load({
      file: '[logins]\nmode = "check"\ncheckModule = "./check.ts"\ntokenKeyFile = "keys/site.pem"',
      files,
    });
    expect(logins.checkModule).toBe('file:///srv/check.ts');
    expect(logins.tokenKeyFile).toBe('/srv/keys/site.pem');
  });

  it.each([
    ['a token mode without a key', 'mode = "token"', 'logins.mode', 'config-conflict'],
    [
      'a token mode with two keys',
      `mode = "token"\ntokenKeyFile = "a.pem"\ntokenSecret = "${SECRET}"`,
      'logins.mode',
      'config-conflict',
    ],
    ['a short secret', 'tokenSecret = "short"', 'logins.tokenSecret', 'config-value'],
    ['a check without a module', 'mode = "check"', 'logins.checkModule', 'login-check'],
    [
      'a check whose module is not there',
      'mode = "check"\ncheckModule = "./none.ts"',
      'logins.checkModule',
      'login-check',
    ],
    ['an unknown mode', 'mode = "ldap"', 'logins.mode', 'config-value'],
    ['a cost that takes minutes', 'passwordCost = 30', 'logins.passwordCost', 'config-value'],
  ])('refuses %s', (_what, text, key, code) => {
    const error = refusal({ file: `[logins]\n${text}` });
    expect(error.message).toContain(key);
    expect(error.code).toBe(code);
  });

  it('does not repeat a secret that it refuses', () => {
    expect(refusal({ file: '[logins]\ntokenSecret = "my-short-one"' }).message).not.toContain(
      'my-short-one',
    );
  });

  it.each(['password', 'token'])('refuses a raw listener where logins.mode is "%s"', (mode) => {
    const listener = 'name = "old"\nprotocol = "raw"\nport = 9000';
    const key = mode === 'token' ? `tokenSecret = "${SECRET}"\n` : '';
    const error = refusal({ file: `[logins]\nmode = "${mode}"\n${key}[[listeners]]\n${listener}` });
    expect(error.message).toContain('listeners');
  });
});
