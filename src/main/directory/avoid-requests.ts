/** The `avoid` commands: whom a player does not want in one match. Main thread. */

import { AVOIDS_MAX } from './avoid-book.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { nameKey } from '../../shared/name-key.ts';
import { nameRefusal, quoted } from './name-rule.ts';
import { tell, tellError } from './placement.ts';

export interface AvoidRequest {
  readonly action: 'add' | 'remove' | 'list';
  readonly name: string | undefined;
}

export function requestAvoid(parts: DirectoryParts, session: Session, request: AvoidRequest): void {
  const { action, name = '' } = request;
  switch (action) {
    case 'add':
      add(parts, session, name);
      return;
    case 'remove':
      remove(parts, session, name);
      return;
    case 'list':
      tellList(parts, session, 'You avoid');
  }
}

function add(parts: DirectoryParts, session: Session, name: string): void {
  const key = nameKey(name);
  if (key === session.key) {
    tellError(parts, session, { code: 'self', message: `Cannot avoid ${quoted(name)}: it is you` });
  } else if (nameRefusal(name, true) !== undefined) {
    const message = `Cannot avoid ${quoted(name)}: nobody can have that name`;
    tellError(parts, session, { code: 'bad-name', message });
  } else if (parts.avoids.tryAdd(session.key, key)) {
    tellList(parts, session, 'From your next ticket on you avoid');
  } else {
    const message = `Cannot avoid ${quoted(name)}: you avoid ${AVOIDS_MAX} already; /unavoid one of them`;
    tellError(parts, session, { code: 'avoid-full', message });
  }
}

function remove(parts: DirectoryParts, session: Session, name: string): void {
  if (parts.avoids.tryRemove(session.key, nameKey(name))) {
    tellList(parts, session, 'From your next ticket on you avoid');
    return;
  }
  const message = `Cannot stop avoiding ${quoted(name)}: you do not avoid that player`;
  tellError(parts, session, { code: 'not-avoided', message });
}

function tellList(parts: DirectoryParts, session: Session, head: string): void {
  const names = parts.avoids.of(session.key).join(', ');
  const text = `${head} ${names === '' ? 'nobody' : names} (at most ${AVOIDS_MAX}).`;
  tell(parts, [session], { event: 'notice', text });
}
