/** `longhouse follow | events | audit`: what happened, and what happens now. Main thread. */

import { Option } from 'commander';
import { HostError } from '../../../shared/errors.ts';
import type { AuditRow } from '../../../shared/store-messages.ts';
import type { LifeEvent } from '../../life/life-book.ts';
import type { CommandContext } from '../command-context.ts';
import { countFrom } from '../count-flag.ts';
import { cutText, onHost, type CommandRegistry, type HostCall } from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import type { ServerEvent } from '../server-events.ts';
import { plain, tableText, type Column } from '../table-text.ts';
import { clockText, dateText, exactClockText } from '../time-text.ts';

interface FollowFlags extends HostFlags {
  readonly past?: true;
}

interface AuditFlags extends HostFlags {
  readonly limit: string;
}

const WHAT_COLUMNS = 11;
const DELTA_COLUMNS = 10;
const LIMIT = '50';

export function addFollowCommands(registry: CommandRegistry): void {
  const follow = registry.program
    .command('follow')
    .description("show one player's life: what was, then what comes, until Ctrl-C")
    .argument('<name>', 'name of the account; need not be connected')
    .option('--past', 'only what was');
  onHost<FollowFlags>(registry, follow, followPlayer);
  const events = registry.program
    .command('events')
    .description('show what happens on the host, until Ctrl-C')
    .option('--past', 'begin with what the host still remembers');
  onHost<FollowFlags>(registry, events, showEvents);
  addAudit(registry);
}

async function followPlayer(call: HostCall<FollowFlags>): Promise<undefined> {
  const { client, args, flags, context } = call;
  const name = args[0] ?? '';
  const route = `/v1/players/${encodeURIComponent(name)}`;
  const printer = new LifePrinter(context, flags.json === true);
  const past = await readPast(call, route);
  if (flags.past === true) {
    past.forEach((event) => printer.print(event));
    return;
  }
  const onOpen = (): void => {
    if (past.length > 0) return;
    context.writeError(`nothing is remembered of "${name}": waits for a login\n`);
  };
  // The stream begins with the past, so that nothing falls between.
  for await (const event of client.events(`${route}/follow`, { onOpen })) {
    printer.print(lifeEvent(event));
  }
  throw streamEnded(client.url);
}

/** Nothing where the host remembers nothing of the account; with `--past` that is a refusal. */
async function readPast(
  { client, flags }: HostCall<FollowFlags>,
  route: string,
): Promise<readonly LifeEvent[]> {
  try {
    const life = await client.get<{ events: readonly LifeEvent[] }>(`${route}/life`);
    return life.events;
  } catch (error) {
    const isUnknown = error instanceof HostError && error.code === 'ops-refused';
    if (!isUnknown || flags.past === true) throw error;
    return [];
  }
}

function lifeEvent({ data }: ServerEvent): LifeEvent {
  // The host's schemas have shaped it.
  return JSON.parse(data) as LifeEvent;
}

/** Prints events, each with the time since the one before. */
class LifePrinter {
  readonly #context: CommandContext;
  readonly #isJson: boolean;
  #lastMs: number | undefined;

  constructor(context: CommandContext, isJson: boolean) {
    this.#context = context;
    this.#isJson = isJson;
  }

  print(event: LifeEvent): void {
    this.#context.write(this.#isJson ? `${JSON.stringify(event)}\n` : this.#line(event));
    this.#lastMs = event.atMs;
  }

  #line({ atMs, what, detail }: LifeEvent): string {
    const delta = this.#lastMs === undefined ? '' : deltaText(atMs - this.#lastMs);
    const head = `${exactClockText(atMs)} ${delta.padStart(DELTA_COLUMNS)}  `;
    return `${head}${what.padEnd(WHAT_COLUMNS)} ${plain(detail)}\n`;
  }
}

/** `+0.3 ms`, `+12 s`: how long after the one before. */
function deltaText(ms: number): string {
  if (Math.abs(ms) < 10) return `${ms < 0 ? '-' : '+'}${Math.abs(ms).toFixed(1)} ms`;
  if (Math.abs(ms) < 10_000) return `${ms < 0 ? '-' : '+'}${Math.round(Math.abs(ms))} ms`;
  return `+${Math.round(ms / 1_000)} s`;
}

async function showEvents(call: HostCall<FollowFlags>): Promise<undefined> {
  const { client, flags, context } = call;
  const options = { isWithPast: flags.past === true };
  for await (const event of client.events('/v1/events', options)) {
    context.write(flags.json === true ? jsonLine(event) : `${eventText(event)}\n`);
  }
  throw streamEnded(client.url);
}

function streamEnded(url: string): HostError {
  return new HostError(
    'ops-unreachable',
    `Cannot go on listening to "${url}": the host has ended it`,
  );
}

function jsonLine({ event, data }: ServerEvent): string {
  return `${JSON.stringify({ event, data: JSON.parse(data) as unknown })}\n`;
}

/** `19:04:05 match-started  match=a/ctf/3 players=8`. */
export function eventText({ event, data }: ServerEvent): string {
  // An object, by the host's schemas.
  const { atMs, hostId, ...fields } = JSON.parse(data) as Record<string, unknown>;
  const time = typeof atMs === 'number' ? clockText(atMs) : '--:--:--';
  const shown = Object.entries(fields).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  const words = shown.map(([key, value]) => `${key}=${valueText(value)}`).join(' ');
  return plain(`${time} ${event.padEnd(16)} ${words} (${String(hostId)})`);
}

function valueText(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : String(value);
}

function addAudit(registry: CommandRegistry): void {
  const command = registry.program
    .command('audit')
    .description('list what operators did, newest first')
    .addOption(new Option('--limit <n>', 'rows at most').default(LIMIT));
  onHost<AuditFlags>(registry, command, async ({ client, flags, width }) => {
    const limit = countFrom('--limit', flags.limit);
    const { rows, total } = await client.list<AuditRow>('/v1/audit', 'entries', limit);
    const table = tableText(AUDIT_COLUMNS, rows, width) + cutText(rows.length, total, 'acts');
    return { json: { entries: rows, total }, text: rows.length === 0 ? 'nothing yet\n' : table };
  });
}

const AUDIT_COLUMNS: readonly Column<AuditRow>[] = [
  { title: 'AT', text: ({ atMs }) => dateText(atMs) },
  { title: 'BY', text: ({ by }) => by },
  { title: 'ACT', text: ({ act }) => act },
  { title: 'DETAIL', text: ({ detail }) => JSON.stringify(detail) },
];
