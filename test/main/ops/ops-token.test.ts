/** Goal: the token is made once, for its owner alone, and nothing else is taken for it. Method: real files. */

import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPS_TOKEN_FILE, opsToken } from '../../../src/main/ops/ops-token.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'longhouse-token-'));

describe('opsToken()', () => {
  it('makes a token at the first start and takes the same one at the next', () => {
    const dataDir = folder();
    const made = opsToken('', dataDir);
    const file = path.join(dataDir, OPS_TOKEN_FILE);
    const text = readFileSync(file, 'utf8').trim();
    expect(text).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const token of [made, opsToken('', dataDir)]) {
      expect([token.isSame(text), token.isSame(`${text}x`), token.isSame('')]).toEqual([
        true,
        false,
        false,
      ]);
    }
    const other = folder();
    opsToken('', other);
    expect(readFileSync(path.join(other, OPS_TOKEN_FILE), 'utf8').trim()).not.toBe(text);
  });

  it('makes no file where a setting gives the token', () => {
    const dataDir = folder();
    expect(opsToken('given-by-the-settings', dataDir).isSame('given-by-the-settings')).toBe(true);
    expect(() => statSync(path.join(dataDir, OPS_TOKEN_FILE))).toThrow('ENOENT');
  });

  it('takes the rights of others away from a file that has them', () => {
    const dataDir = folder();
    const file = path.join(dataDir, OPS_TOKEN_FILE);
    writeFileSync(file, 'a-token-of-some-length\n');
    chmodSync(file, 0o644);
    expect(opsToken('', dataDir).isSame('a-token-of-some-length')).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'short', 'two lines\nof a token', 'x'.repeat(257)])(
    'refuses the file %j',
    (text) => {
      const dataDir = folder();
      writeFileSync(path.join(dataDir, OPS_TOKEN_FILE), text);
      expect(() => opsToken('', dataDir)).toThrow(
        expect.objectContaining({ code: 'ops-token' }) as Error,
      );
    },
  );
});
