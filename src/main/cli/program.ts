/**
 * The commands of the `longhouse` program. Main thread.
 *
 * Exit codes are the same for all: 0 done, 1 refused or cannot go on, 2 the command line or the configuration is wrong.
 */

import { Command, CommanderError } from 'commander';
import { readVersion } from '../version.ts';
import { ExitCode } from './command-context.ts';
import { addBackupCommand } from './commands/backup-command.ts';
import { addBanCommands } from './commands/ban-commands.ts';
import { addConfigCommands } from './commands/config-commands.ts';
import { addDrainCommands } from './commands/drain-commands.ts';
import { addFollowCommands } from './commands/follow-commands.ts';
import { addPlayerCommands } from './commands/player-commands.ts';
import { addOwnCommands, addStartCommands } from './commands/start-commands.ts';
import { addStatusCommand } from './commands/status-command.ts';
import type { ProgramWorld } from './program-world.ts';
import { addReplayCommand } from './replay-command.ts';
import { reportError } from './report-error.ts';
import { addTopCommand } from './top/top-command.ts';

/** Runs one command line (without `node` and the file) and resolves with its exit code. */
export async function runProgram(argv: readonly string[], world: ProgramWorld): Promise<number> {
  let exitCode: number = ExitCode.ok;
  const program = buildProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return reportError(error, world.writeError);
  }
}

/** All commands, in the order of the help. */
export function buildProgram(world: ProgramWorld, setExitCode: (code: number) => void): Command {
  const program = new Command('longhouse')
    .description('A game server for tens of thousands of players on one machine.')
    .exitOverride()
    .configureOutput({ writeOut: world.write, writeErr: world.writeError })
    .showHelpAfterError('(longhouse --help lists commands and flags)')
    .version(readVersion(), '--version', 'print the version');
  const registry = { program, context: world, setExitCode };
  addStartCommands(registry, world);
  addStatusCommand(registry);
  addTopCommand(registry);
  addPlayerCommands(registry);
  addBanCommands(registry);
  addConfigCommands(registry);
  addDrainCommands(registry);
  addFollowCommands(registry);
  addBackupCommand(registry);
  addReplayCommand(program, world);
  addOwnCommands(registry);
  return program;
}
