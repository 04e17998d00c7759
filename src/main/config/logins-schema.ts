/** The settings of logins: who may come in, and how a host knows that it is them. Main thread. */

import type { TSchema } from 'typebox';
import {
  choice,
  count,
  flag,
  secret,
  section,
  text,
  texts,
  type TextRule,
} from './schema-parts.ts';

export interface LoginsConfig {
  readonly mode: 'open' | 'password' | 'token' | 'check';
  readonly registration: boolean;
  readonly passwordCost: number;
  readonly reservedNames: readonly string[];
  /** Absolute path; empty: none. */
  readonly tokenKeyFile: string;
  /** Empty: none. */
  readonly tokenSecret: string;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  /** File URL; empty: none. What is no file URL was not found. */
  readonly checkModule: string;
  readonly checkMs: number;
}

const ANY: TextRule = { pattern: '', allowed: 'any text' };

const RESERVED_NAMES = [
  'admin',
  'administrator',
  'console',
  'host',
  'longhouse',
  'moderator',
  'operator',
  'owner',
  'root',
  'server',
  'staff',
  'support',
  'system',
];

export const LOGINS_SECTION: TSchema = section('Who may log in, and as whom: docs/logins.md.', {
  mode: choice(
    '`open`: any free name. `password`: accounts of this host. `token`: signed by a site of yours. `check`: a module of your own decides.',
    { of: ['open', 'password', 'token', 'check'], default: 'open' },
  ),
  registration: flag('`password`: the first login of a name makes its account.', true),
  passwordCost: count(
    '`password`: scrypt with N = 2 to this power. One more doubles time and memory of a login.',
    14,
    { min: 10, max: 20 },
  ),
  reservedNames: texts(
    'Names that nobody may log in with, in any case of letters.',
    RESERVED_NAMES,
    'a list of names',
  ),
  tokenKeyFile: text(
    '`token`: public key (PEM) or key set (JWKS), relative to this file.',
    '',
    ANY,
  ),
  tokenSecret: secret(
    text('`token`: secret shared with the site (HS256), instead of a key file.', '', {
      pattern: '^(.{32,})?$',
      allowed: 'a text of at least 32 characters',
    }),
  ),
  tokenIssuer: text('`token`: what `iss` of a token must be; empty: not looked at.', '', ANY),
  tokenAudience: text('`token`: what `aud` of a token must hold; empty: not looked at.', '', ANY),
  checkModule: text('`check`: module that exports checkLogin(), relative to this file.', '', ANY),
  checkMs: count('`check`: a login that is not answered in this time is refused.', 2_000, {
    min: 10,
    max: 60_000,
  }),
});
