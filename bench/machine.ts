/** Where and of what a figure was measured: no number leaves the bench without it. The bench's parent process. */

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  };
}

/** The short commit of the checkout, `+changes` where files differ from it, `none` outside git. */
export function commitName(): string {
  const head = git(['rev-parse', '--short', 'HEAD']);
  if (head === undefined) return 'none';
  return git(['status', '--porcelain']) === '' ? head : `${head}+changes`;
}

function git(args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: new URL('../', import.meta.url),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // No git, or no commit yet: the report says so.
    return undefined;
  }
}
