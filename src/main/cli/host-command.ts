/** What commands that talk to a host have in common: flags in, JSON or text out. Main thread. */

import type { Command } from 'commander';
import { ExitCode, type CommandContext } from './command-context.ts';
import { opsClient, withHostFlags, type HostFlags } from './host-flags.ts';
import type { OpsClient } from './ops-client.ts';

/** What a family of commands is given to add itself to the program. */
export interface CommandRegistry {
  readonly program: Command;
  readonly context: CommandContext;
  readonly setExitCode: (code: number) => void;
}

export interface HostCall<Flags extends HostFlags> {
  readonly client: OpsClient;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly context: CommandContext;
  /** Characters in a line. */
  readonly width: number;
}

/** What a command found: `json` for programs, `text` for people. */
export interface CommandAnswer {
  readonly json: unknown;
  readonly text: string;
  /** Left out: ok. */
  readonly exitCode?: ExitCode;
}

const WIDTH_WITHOUT_TERMINAL = 100;

/** Adds the flags that find a host, and the action. */
export function onHost<Flags extends HostFlags>(
  { context, setExitCode }: CommandRegistry,
  command: Command,
  run: (call: HostCall<Flags>) => Promise<CommandAnswer | undefined>,
): void {
  withHostFlags(command).action(async () => {
    const flags = command.opts<Flags>();
    const client = opsClient(flags, context);
    const width = context.terminal?.output.columns ?? WIDTH_WITHOUT_TERMINAL;
    // Commander gives an argument of several words as an array, and undefined for one that was left out.
    const given: readonly unknown[] = command.processedArgs.flat();
    const args = given.filter((arg) => arg !== undefined).map(String);
    const answer = await run({ client, flags, args, context, width });
    if (answer === undefined) return;
    context.write(flags.json === true ? jsonText(answer.json) : answer.text);
    setExitCode(answer.exitCode ?? ExitCode.ok);
  });
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** `3 of 512 players: --limit shows more`, where a list was cut. */
export function cutText(shown: number, total: number, noun: string): string {
  return shown >= total ? '' : `${shown} of ${total} ${noun}; --limit N shows more\n`;
}
