/** Counts the lines of a host's log by second and reason. The bench's parent process. */

/** The most lines that one reason had in one second of the log; a line without a reason counts under its message. */
export function linesBySecondMax(log: string): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const line of log.split('\n')) {
    if (line.trim() === '') continue;
    const key = keyOf(line);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    most = Math.max(most, count);
  }
  return most;
}

function keyOf(line: string): string {
  try {
    const parsed: unknown = JSON.parse(line);
    // Our own log's lines; what is missing of them makes a coarser key, which counts no less.
    const { time, reason, msg } = parsed as { time?: string; reason?: string; msg?: string };
    return `${String(time).slice(0, 19)} ${reason ?? msg ?? ''}`;
  } catch {
    return line;
  }
}
