/**
 * Goal: docs/cli.md names every command and flag, and every message keeps the house grammar. Method: the page is written
 * from the program's own commands (`vitest run -u`).
 */

import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../src/main/cli/program.ts';
import type { ProgramWorld } from '../../../src/main/cli/program-world.ts';
import { CLI_INTRODUCTION } from './cli-introduction.ts';

/** Commands that scripts of operators rely on: none may go. */
const PROMISED = [
  'start',
  'check-config',
  'status',
  'top',
  'players',
  'find',
  'kick',
  'ban',
  'unban',
  'bans',
  'config get',
  'config set',
  'announce',
  'drain',
  'undrain',
  'why',
  'follow',
  'backup',
  'replay',
  'events',
  'audit',
  'version',
];

/** Nothing is run here: help needs no world. */
const NO_WORLD = { write: () => {}, writeError: () => {} } as unknown as ProgramWorld;

interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

function allCommands(parent: Command, prefix = ''): readonly NamedCommand[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    return command.commands.length > 0 ? allCommands(command, `${name} `) : [{ name, command }];
  });
}

function sectionOf({ name, command }: NamedCommand): string {
  const help = command.createHelp();
  const args = command.registeredArguments.map((argument) => help.argumentTerm(argument));
  const usage = command.usage().replace('[options] ', '').replace('[options]', '').trim();
  const rows = [
    ...command.registeredArguments.map(
      (argument, index) => `| \`${args[index] ?? ''}\` | ${help.argumentDescription(argument)} |`,
    ),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help' && !(isTalking(command) && isCommon(long)))
      .map((option) => `| \`${help.optionTerm(option)}\` | ${help.optionDescription(option)} |`),
  ];
  const table = rows.length === 0 ? '' : `\n| | |\n| --- | --- |\n${rows.join('\n')}\n`;
  const common = isTalking(command) ? '\nAnd the flags of all commands that talk to a host.\n' : '';
  const title = usage === '' ? name : `${name} ${usage}`;
  return `### \`longhouse ${title}\`\n\n${sentence(command.description())}\n${table}${common}`;
}

const COMMON = ['--url', '--token', '--by', '--config', '--data', '--port-offset', '--json'];

function isTalking(command: Command): boolean {
  return command.options.some(({ long }) => long === '--url');
}

function isCommon(long: string | undefined): boolean {
  return long !== undefined && COMMON.includes(long);
}

/** The flags that all commands that talk to a host have. */
function commonSection(command: Command): string {
  const options = command.options.filter(({ long }) => isCommon(long));
  const rows = options.map(({ flags, description }) => `| \`${flags}\` | ${description} |`);
  return `### Flags of all commands that talk to a host\n\n| | |\n| --- | --- |\n${rows.join('\n')}\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const PROGRAM = buildProgram(NO_WORLD, () => {});
const COMMANDS = allCommands(PROGRAM);

describe('the longhouse program', () => {
  it('has every promised command, each with --json where it prints a result', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(PROMISED));
    const withoutJson = COMMANDS.filter(
      ({ command }) => !command.options.some(({ long }) => long === '--json'),
    );
    expect(withoutJson.map(({ name }) => name)).toEqual(['start', 'example-config']);
  });

  it('finds a host by the same flags in every command that talks to one', () => {
    const talking = COMMANDS.filter(({ command }) => isTalking(command));
    expect(talking.length).toBeGreaterThan(15);
    for (const { command } of talking) {
      const flags = command.options.map(({ long }) => long);
      expect(flags).toEqual(expect.arrayContaining(COMMON));
    }
  });

  it('is what docs/cli.md says', async () => {
    const talking = COMMANDS.find(({ command }) => isTalking(command));
    const common = talking === undefined ? '' : commonSection(talking.command);
    const page = [CLI_INTRODUCTION, common, ...COMMANDS.map(sectionOf)].join('\n');
    await expect(page).toMatchFileSnapshot('../../../docs/cli.md');
  });
});
