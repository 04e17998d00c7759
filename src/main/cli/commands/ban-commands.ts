/** `longhouse ban | unban | bans`: who may not come in. Main thread. */

import { Option } from 'commander';
import type { BanRow } from '../../../shared/store-messages.ts';
import type { Acks } from '../../ops/ops-host.ts';
import { countFrom } from '../count-flag.ts';
import { cutText, onHost, type CommandRegistry } from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import { plain, tableText, type Column } from '../table-text.ts';
import { dateText, secondsFrom } from '../time-text.ts';

interface BanFlags extends HostFlags {
  readonly for?: string;
  readonly reason: string;
}

interface ListFlags extends HostFlags {
  readonly limit: string;
}

type BanAnswer = Acks & { readonly id: string };

/** Names hold none of these, every address and range does. */
const ADDRESS_CHARACTERS = /[.:/]/;
const LIMIT = '100';

export function addBanCommands(registry: CommandRegistry): void {
  addBan(registry);
  addUnban(registry);
  addBans(registry);
}

/** A ban in one line. */
export function banLine({ id, target, untilMs, reason, by }: BanRow): string {
  const who = target.kind === 'account' ? target.key : target.address;
  return `${id}: ${who}, ${untilText(untilMs)}, by ${by}: ${reason}`;
}

function addBan(registry: CommandRegistry): void {
  const command = registry.program
    .command('ban')
    .description('close the connections of an account or address and refuse the next ones')
    .argument('<who>', 'NAME of an account, ADDRESS, or a range such as 10.1.0.0/16')
    .option('--for <time>', '90s, 10m, 2h or 7d (default: for ever)')
    .requiredOption('--reason <text>', 'what the player is told');
  onHost<BanFlags>(registry, command, async ({ client, args, flags }) => {
    const who = args[0] ?? '';
    const target = ADDRESS_CHARACTERS.test(who) ? { address: who } : { account: who };
    const time = flags.for === undefined ? {} : { seconds: secondsFrom('--for', flags.for) };
    const body = { ...target, ...time, reason: flags.reason };
    const answer = await client.send<BanAnswer>('POST', '/v1/bans', body);
    return { json: answer, text: `banned ${plain(who)}, ban ${answer.id}: ${ackText(answer)}\n` };
  });
}

function addUnban(registry: CommandRegistry): void {
  const command = registry.program
    .command('unban')
    .description('take a ban back')
    .argument('<id>', 'id of the ban, as `longhouse bans` shows it');
  onHost(registry, command, async ({ client, args }) => {
    const id = args[0] ?? '';
    const answer = await client.send<BanAnswer>('DELETE', `/v1/bans/${encodeURIComponent(id)}`);
    return { json: answer, text: `took ban ${answer.id} back: ${ackText(answer)}\n` };
  });
}

function addBans(registry: CommandRegistry): void {
  const command = registry.program
    .command('bans')
    .description('list the bans that hold')
    .addOption(new Option('--limit <n>', 'rows at most').default(LIMIT));
  onHost<ListFlags>(registry, command, async ({ client, flags, width }) => {
    const limit = countFrom('--limit', flags.limit);
    const { rows, total } = await client.list<BanRow>('/v1/bans', 'bans', limit);
    const table = tableText(BAN_COLUMNS, rows, width) + cutText(rows.length, total, 'bans');
    return { json: { bans: rows, total }, text: rows.length === 0 ? 'no ban holds\n' : table };
  });
}

const BAN_COLUMNS: readonly Column<BanRow>[] = [
  { title: 'ID', text: ({ id }) => id },
  {
    title: 'WHO',
    text: ({ target }) => (target.kind === 'account' ? target.key : target.address),
  },
  { title: 'UNTIL', text: ({ untilMs }) => untilText(untilMs) },
  { title: 'BY', text: ({ by }) => by },
  { title: 'REASON', text: ({ reason }) => reason },
];

function untilText(untilMs: number | null | undefined): string {
  return untilMs === undefined || untilMs === null ? 'for ever' : dateText(untilMs);
}

function ackText({ acks, pending }: Acks): string {
  const done = acks.map(({ hostId, ms }) => `${hostId} in ${Math.round(ms)} ms`);
  const open = pending.length === 0 ? '' : `; not yet on ${pending.join(', ')}`;
  return `in force on ${done.join(', ')}${open}`;
}
