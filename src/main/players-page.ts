/**
 * One list of the players of all hosts, page by page: this host's first, then those of the others by their ids. Main thread.
 *
 * A cursor is the number of a row of this host, or `hostId~number`: a page neither repeats nor skips a row, whatever came and
 * went. Hosts that do not answer are named, and their players are in no page.
 */

import type { NetworkDesk } from './federation/network-desk.ts';
import type { PlayersAnswer, PlayersQuestion } from './federation/network-questions.ts';
import { badCursor } from './list-page.ts';
import type { PlayersPage, Refused } from './ops/ops-host.ts';
import type { PlayerView } from './ops/ops-views.ts';

/** Where a page goes on. */
export interface PlayersCursor {
  readonly hostId: string;
  /** Of the host's row before. */
  readonly number: number;
}

export interface PlayersSource {
  readonly hostId: string;
  readonly here: (question: PlayersQuestion) => PlayersAnswer;
  readonly network: NetworkDesk | undefined;
}

export function playersCursor(after: string | undefined, hostId: string): PlayersCursor | Refused {
  if (after === undefined) return { hostId, number: 0 };
  const parts = /^(?:(.+)~)?(\d{1,15})$/.exec(after);
  if (parts === null) return badCursor(after);
  return { hostId: parts[1] ?? hostId, number: Number(parts[2]) };
}

export async function playersPage(
  question: PlayersQuestion,
  from: PlayersCursor,
  source: PlayersSource,
): Promise<PlayersPage> {
  const { hostId, here, network } = source;
  const counted = await network?.askAll('players', { ...question, limit: 0 });
  const own = here({ ...question, limit: 0 });
  const elsewhere = (counted?.answers ?? []).toSorted((one, other) =>
    one.hostId < other.hostId ? -1 : 1,
  );
  const hosts = [{ hostId, answer: own }, ...elsewhere];
  const silent = [...(counted?.silent ?? [])];
  const rows: PlayerView[] = [];
  let next: string | undefined;
  for (const host of hosts.filter(
    (one) => one.answer.total > 0 && isDue(one.hostId, from, hostId),
  )) {
    const limit = question.limit - rows.length;
    if (limit === 0) {
      next = cursorText({ hostId: host.hostId, number: 0 }, hostId);
      break;
    }
    const after = host.hostId === from.hostId ? from.number : 0;
    const wanted = { ...question, after, limit };
    const isHere = host.hostId === hostId;
    const page = isHere ? here(wanted) : await network?.askHost(host.hostId, 'players', wanted);
    if (page === undefined) {
      silent.push(host.hostId);
      continue;
    }
    rows.push(...page.rows);
    if (page.next === null) continue;
    next = cursorText({ hostId: host.hostId, number: page.next }, hostId);
    break;
  }
  const total = hosts.reduce((sum, { answer }) => sum + answer.total, 0);
  return { rows, next, total, silent: silent.toSorted() };
}

/** Whether that host's rows come after the cursor: this host is the first, the others follow by their ids. */
function isDue(hostId: string, from: PlayersCursor, ownId: string): boolean {
  if (from.hostId === ownId) return true;
  return hostId !== ownId && hostId >= from.hostId;
}

function cursorText({ hostId, number }: PlayersCursor, ownId: string): string {
  return hostId === ownId ? String(number) : `${hostId}~${number}`;
}
