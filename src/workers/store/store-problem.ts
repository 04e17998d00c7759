/** What is wrong with the store, in words for an operator. The store's thread. */

import type { StoreHealth } from '../../shared/store-messages.ts';
import type { HighWater } from './high-water-file.ts';
import type { Salvage } from './salvage.ts';

/** Of a file that opened; undefined when nothing is wrong with it. */
export function openedProblem(commits: number, known: HighWater | undefined): string | undefined {
  if (known === undefined || known.commits <= commits) return undefined;
  const missing = known.commits - commits;
  return `the file is older than it was: its last ${counted(missing, 'transaction')} are missing (a damaged log, a power cut, or a backup that was restored)`;
}

/** Of a damaged file that a fresh one has replaced. */
export function replacedProblem(
  damage: string,
  { kept, damagedRows, tornTables, setAside }: Salvage & { readonly setAside: string },
): string {
  const lost: string[] = [];
  if (tornTables.length > 0) lost.push(`a part of ${tornTables.join(', ')}`);
  if (damagedRows > 0) lost.push(counted(damagedRows, 'damaged row'));
  const what = lost.length === 0 ? 'nothing that could be found' : lost.join(' and ');
  return `the file was damaged (${damage.replaceAll(/\s+/g, ' ')}): ${counted(kept, 'row')} kept, lost ${what}; it is now "${setAside}"`;
}

/** What opening the file found, after what had led to it. */
export function joinedProblem(before: StoreHealth, problem: string | undefined): StoreHealth {
  if (problem === undefined) return before;
  const text = before.problem === undefined ? problem : `${before.problem}; ${problem}`;
  return { state: 'replaced', problem: text, setAside: before.setAside };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
