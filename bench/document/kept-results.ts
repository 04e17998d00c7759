/**
 * What a document that was written before says of runs that were not made again. Pure; the bench's parent process.
 *
 *   ## `relay`              a section: one bench
 *   Question. How: ...
 *   `COMMAND` on DATE: ...  a result: up to the next one, or the section's end
 */

export interface WrittenResult {
  /** What was run: the same command is the same measurement. */
  readonly command: string;
  readonly text: string;
}

/** The results in the section of one bench, in their order. */
export function writtenResults(document: string, bench: string): readonly WrittenResult[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`\`${bench}\`\n`)) ?? '';
  return section
    .split(/^(?=`[^`]+` on \S+: )/m)
    .slice(1)
    .map((text) => ({ command: text.slice(1, text.indexOf('`', 1)), text: text.trimEnd() }));
}

/** New results stand where the same command stood; those of other commands stay, new ones follow. */
export function mergedResults(
  written: readonly WrittenResult[],
  fresh: readonly WrittenResult[],
): readonly string[] {
  const commands = new Set(written.map(({ command }) => command));
  const isFresh = new Set(fresh.map(({ command }) => command));
  return [
    ...written.flatMap((old) =>
      isFresh.has(old.command) ? fresh.filter(({ command }) => command === old.command) : [old],
    ),
    ...fresh.filter(({ command }) => !commands.has(command)),
  ].map(({ text }) => text);
}
