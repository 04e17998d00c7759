/** `longhouse config get | set`: the network configuration of a running host. Main thread. */

import { createInterface } from 'node:readline/promises';
import { HostError } from '../../../shared/errors.ts';
import type { SettingChange, SettingRow } from '../../config/setting-list.ts';
import type { ConfigView } from '../../ops/ops-views.ts';
import type { CommandContext } from '../command-context.ts';
import {
  onHost,
  type CommandAnswer,
  type CommandRegistry,
  type HostCall,
} from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import { plain, tableText, type Column } from '../table-text.ts';
import { dateText } from '../time-text.ts';

interface SetFlags extends HostFlags {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly unset?: true;
}

interface PatchAnswer {
  readonly version: number;
  readonly dryRun: boolean;
  readonly changes: readonly SettingChange[];
}

export function addConfigCommands(registry: CommandRegistry): void {
  const config = registry.program
    .command('config')
    .description('read and change the configuration');
  const group = { ...registry, program: config };
  addGet(group);
  addSet(group);
}

function addGet(registry: CommandRegistry): void {
  const command = registry.program
    .command('get')
    .description('show the settings in force')
    .argument('[key]', 'a setting such as limits.idleSeconds, or the start of several');
  onHost(registry, command, async ({ client, args, width }) => {
    const view = await client.get<ConfigView>('/v1/config');
    const [key] = args;
    const settings = view.settings.filter((setting) => isAsked(setting.key, key));
    if (settings.length === 0) {
      throw new HostError(
        'ops-refused',
        `Cannot show "${plain(key ?? '')}": no setting has that key`,
      );
    }
    const json = key === undefined ? view : { version: view.version, settings };
    return { json, text: versionText(view) + tableText(SETTING_COLUMNS, settings, width) };
  });
}

function isAsked(key: string, asked: string | undefined): boolean {
  return asked === undefined || key === asked || key.startsWith(`${asked}.`);
}

function versionText({ version, atMs, by }: ConfigView): string {
  if (version === 0) return 'version 0: as the file says\n';
  return `version ${version}, by ${plain(by)} at ${dateText(atMs)}\n`;
}

const SETTING_COLUMNS: readonly Column<SettingRow>[] = [
  { title: 'KEY', text: ({ key }) => key },
  { title: 'APPLIES', text: ({ applies }) => applies },
  { title: 'VALUE', text: ({ value }) => valueText(value) },
];

function addSet(registry: CommandRegistry): void {
  const command = registry.program
    .command('set')
    .description('change a setting: shows the difference, then asks')
    .argument('<key>', 'a setting such as limits.idleSeconds')
    .argument('[value]', 'a number, true or false, text, or JSON')
    .option('--unset', 'back to what the file says, instead of a value')
    .option('--dry-run', 'show the difference and change nothing')
    .option('--yes', 'do not ask');
  onHost<SetFlags>(registry, command, setSetting);
}

async function setSetting(call: HostCall<SetFlags>): Promise<CommandAnswer> {
  const { client, flags, args, context } = call;
  const [key = '', value] = args;
  if ((value === undefined) !== (flags.unset === true)) {
    throw new HostError('usage', `Cannot set "${plain(key)}": give either a value or --unset`);
  }
  const document = nested(key.split('.'), value === undefined ? null : valueFrom(value));
  const planned = await client.send<PatchAnswer>('PATCH', '/v1/config?dryRun=true', document);
  const difference = planned.changes.map(changeText).join('');
  if (planned.changes.length === 0) return { json: planned, text: 'nothing changes\n' };
  if (flags.dryRun === true) return { json: planned, text: difference };
  if (flags.json !== true) context.write(difference);
  if (flags.yes !== true && !(await confirm(context))) {
    return { json: planned, text: 'nothing was changed\n', exitCode: 1 };
  }
  const done = await client.send<PatchAnswer>('PATCH', '/v1/config', document);
  const needsRestart = done.changes.some(({ applies }) => applies === 'restart');
  const when = needsRestart ? '; some of it after the next start' : '';
  return { json: done, text: `configuration version ${done.version} is in force${when}\n` };
}

/** Throws `usage` where nobody can be asked. */
async function confirm({ terminal }: CommandContext): Promise<boolean> {
  if (terminal === undefined) {
    throw new HostError(
      'usage',
      'Cannot ask whether to change it: this is no terminal, give --yes',
    );
  }
  const lines = createInterface({ input: terminal.input, output: terminal.output });
  const answer = await lines.question('Change it? [y/N] ');
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

function changeText({ key, from, to, applies }: SettingChange): string {
  const when = applies === 'restart' ? '   (after the next start)' : '';
  return `${plain(key)}\n  - ${valueText(from)}\n  + ${valueText(to)}${when}\n`;
}

function valueText(value: unknown): string {
  return value === undefined ? '(unset)' : plain(JSON.stringify(value));
}

/** JSON where it is JSON, else text as it stands. */
function valueFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // `open`, `./my-game.ts`: a text without its quotes.
    return text;
  }
}

function nested(path: readonly string[], value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path;
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}
