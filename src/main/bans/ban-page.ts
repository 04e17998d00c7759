/** Pages of the bans that stand, as the ops API lists them. Pure. Main thread. */

import type { BanRow } from '../../shared/store-messages.ts';
import { badCursor } from '../list-page.ts';
import type { Page, PageRequest, Refused } from '../ops/ops-host.ts';
import type { BanDesk } from './ban-desk.ts';

/** Where a page goes on: after the ban of that id, or, when it is gone, with what was made later. */
interface Cursor {
  readonly id: string;
  readonly createdMs: number;
}

/** Looks at the bans one by one and keeps those of the page only: the book may hold tens of thousands. */
export function banPage(
  bans: Pick<BanDesk, 'all' | 'has'>,
  { limit, after }: PageRequest,
): Page<BanRow> | Refused {
  const cursor = after === undefined ? undefined : parseCursor(after);
  if (cursor === null) return badCursor(after);
  const isThere = cursor !== undefined && bans.has(cursor.id);
  const rows: BanRow[] = [];
  let total = 0;
  let isOn = cursor === undefined;
  let hasMore = false;
  for (const ban of bans.all()) {
    total += 1;
    if (!isOn && cursor !== undefined && !isThere) isOn = ban.createdMs > cursor.createdMs;
    if (isOn && rows.length < limit) rows.push(ban);
    else if (isOn) hasMore = true;
    if (ban.id === cursor?.id) isOn = true;
  }
  const last = hasMore ? rows.at(-1) : undefined;
  return { rows, next: last && `${last.createdMs}-${last.id}`, total };
}

/** Null for what is no cursor. */
function parseCursor(text: string): Cursor | null {
  const [, createdMs, id] = /^(\d{1,15})-(.+)$/.exec(text) ?? [];
  return id === undefined ? null : { id, createdMs: Number(createdMs) };
}
