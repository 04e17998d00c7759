/** Whether this machine lets the server and the load clients open the connections asked for. The bench's parent process. */

import { readFileSync } from 'node:fs';

/** What a process opens besides players' sockets: its own libraries, pipes, threads, logs. */
const SPARE_DESCRIPTORS = 200;

/** How many files a child of this process may open; Node raises its soft limit to the hard one at start. */
export function descriptorLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(?<hard>\S+)/m.exec(limits)?.groups?.['hard'];
  return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/** What is wrong with `players` in `processes` load clients (0: as many as needed); undefined when nothing is. */
export function descriptorShortage(
  { players, processes }: { readonly players: number; readonly processes: number },
  limit: number = descriptorLimit(),
): string | undefined {
  const room = limit - SPARE_DESCRIPTORS;
  if (players > room) {
    return `Cannot connect "${players}" players: a server may open ${limit} files here, enough for ${room}; see "ulimit -n"`;
  }
  if (processes > 0 && Math.ceil(players / processes) > room) {
    return `Cannot connect "${players}" players from ${processes} load clients: each may open ${limit} files, so ${Math.ceil(players / room)} are needed`;
  }
  return undefined;
}
