/** Goal: every code is explained, in docs/errors.md too. Method: the page is written from the registry (`vitest run -u`). */

import { describe, expect, it } from 'vitest';
import { ERRORS, HostError } from '../../src/shared/errors.ts';

const INTRODUCTION = `# Errors

When a command or the host cannot start or go on, it says what it could not do and what it found, then what helps, then a
code. This page explains the codes. What happens to one player (a bad frame, a full host) is no error but a reason: see
[protocol.md](protocol.md). Written from \`src/shared/errors.ts\`.
`;

describe('HostError', () => {
  it('carries its code, its message and its cause', () => {
    const cause = new Error('address in use');
    const error = new HostError('listen', 'Cannot open port 1: address in use', { cause });
    expect(error).toMatchObject({ name: 'HostError', code: 'listen', cause });
    expect(String(error)).toBe('HostError: Cannot open port 1: address in use');
  });
});

describe('the registry of errors', () => {
  it.each(Object.entries(ERRORS))('explains %s in whole sentences', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(entry.summary).toMatch(/^[A-Z].+\.$/);
    expect(entry.remedy).toMatch(/^[A-Z].+\.$/);
  });

  it('is what docs/errors.md says', async () => {
    const parts = Object.entries(ERRORS).map(
      ([code, { summary, remedy }]) => `## \`${code}\`\n\n${summary}\n\n${remedy}\n`,
    );
    const page = [INTRODUCTION, ...parts].join('\n');
    await expect(page).toMatchFileSnapshot('../../docs/errors.md');
  });
});
