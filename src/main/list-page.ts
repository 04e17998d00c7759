/** Pages of lists: from the cursor of a request to a query of the directory, and back. Pure. Main thread. */

import type { ListPage, ListQuery } from './directory/directory-lists.ts';
import type { Page, PageRequest, Refused } from './ops/ops-host.ts';

/** Cursors are the numbers of rows. */
export function listQuery({ limit, after }: PageRequest): ListQuery | Refused {
  if (after === undefined) return { limit, after: 0 };
  return /^\d{1,15}$/.test(after) ? { limit, after: Number(after) } : badCursor(after);
}

export function badCursor(after: string | undefined): Refused {
  const message = `Cannot go on after ${JSON.stringify(after)}: it is not the "next" of a page`;
  return { refused: 'bad-cursor', message };
}

export function pageOf<Row, View>(list: ListPage<Row>, view: (row: Row) => View): Page<View> {
  return { rows: list.rows.map(view), next: list.next?.toString(), total: list.total };
}
