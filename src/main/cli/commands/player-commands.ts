/** `longhouse players | find | why | kick`: who is here. Main thread. */

import { Option } from 'commander';
import type {
  MatchView,
  HostRow,
  PlayerDetail,
  PlayerView,
  TicketView,
} from '../../ops/ops-views.ts';
import { KICK_REASON } from '../../ops/request-schemas.ts';
import { banLine } from './ban-commands.ts';
import { countFrom } from '../count-flag.ts';
import { cutText, onHost, type CommandRegistry } from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import { plain, tableText, type Column } from '../table-text.ts';
import { durationText } from '../time-text.ts';

interface ListFlags extends HostFlags {
  readonly limit: string;
  readonly find?: string;
  readonly mode?: string;
}

interface KickFlags extends HostFlags {
  readonly reason: string;
}

const LIMIT = '100';

export function addPlayerCommands(registry: CommandRegistry): void {
  addPlayers(registry);
  addMatches(registry);
  addHosts(registry);
  addFind(registry);
  addWhy(registry);
  addKick(registry);
}

function addPlayers(registry: CommandRegistry): void {
  const command = registry.program
    .command('players')
    .description('list who is connected')
    .option('--find <text>', 'only names that hold this text')
    .addOption(new Option('--limit <n>', 'rows at most').default(LIMIT));
  onHost<ListFlags>(registry, command, async ({ client, flags, width }) => {
    const find = flags.find === undefined ? '' : `?find=${encodeURIComponent(flags.find)}`;
    const limit = countFrom('--limit', flags.limit);
    const { rows, total } = await client.list<PlayerView>(`/v1/players${find}`, 'players', limit);
    const table = tableText(PLAYER_COLUMNS, rows, width) + cutText(rows.length, total, 'players');
    return {
      json: { players: rows, total },
      text: rows.length === 0 ? nobodyText(flags.find) : table,
    };
  });
}

function nobodyText(find: string | undefined): string {
  return find === undefined ? 'nobody is here\n' : `nobody here has "${find}" in the name\n`;
}

const PLAYER_COLUMNS: readonly Column<PlayerView>[] = [
  { title: 'NAME', text: ({ name, practice }) => (practice ? `${name} (practice)` : name) },
  { title: 'HOST', text: ({ hostId }) => hostId },
  { title: 'IS', text: isText },
  {
    title: 'CONNECTED',
    isNumber: true,
    text: ({ connectedMs }) => (connectedMs === null ? '-' : durationText(connectedMs)),
  },
  { title: 'PLAYS', text: playsText },
];

function isText({ state, held }: PlayerView): string {
  return held ? `${state}, held` : state;
}

function playsText({ match, mode, team }: PlayerView): string {
  if (match !== null) return team === null ? match : `${match}, team ${team}`;
  return mode ?? '-';
}

function addMatches(registry: CommandRegistry): void {
  const command = registry.program
    .command('matches')
    .description('list the matches that run')
    .option('--mode <mode>', 'only of this mode')
    .addOption(new Option('--limit <n>', 'rows at most').default(LIMIT));
  onHost<ListFlags>(registry, command, async ({ client, flags, width }) => {
    const mode = flags.mode === undefined ? '' : `?mode=${encodeURIComponent(flags.mode)}`;
    const limit = countFrom('--limit', flags.limit);
    const { rows, total } = await client.list<MatchView>(`/v1/matches${mode}`, 'matches', limit);
    const table = tableText(MATCH_COLUMNS, rows, width) + cutText(rows.length, total, 'matches');
    return {
      json: { matches: rows, total },
      text: rows.length === 0 ? 'no match runs\n' : table,
    };
  });
}

const MATCH_COLUMNS: readonly Column<MatchView>[] = [
  { title: 'MATCH', text: ({ id }) => id },
  { title: 'MODE', text: ({ mode }) => mode },
  { title: 'WORKER', isNumber: true, text: ({ worker }) => String(worker ?? '-') },
  { title: 'HOMES', text: homesText },
  { title: 'PLAYERS', text: ({ players }) => players.map(({ name }) => name).join(' ') },
];

/** `a 8, b 4`: where the players are connected; left empty for a match of its own host alone. */
function homesText({ hostId, homes }: MatchView): string {
  if (homes.every((home) => home.hostId === hostId)) return '-';
  return homes.map((home) => `${home.hostId} ${home.players}`).join(', ');
}

function addHosts(registry: CommandRegistry): void {
  const command = registry.program.command('hosts').description('list the hosts of the network');
  onHost(registry, command, async ({ client, width }) => {
    const answer = await client.get<{ hosts: readonly HostRow[] }>('/v1/hosts');
    return { json: answer, text: tableText(HOST_COLUMNS, answer.hosts, width) };
  });
}

const HOST_COLUMNS: readonly Column<HostRow>[] = [
  { title: 'HOST', text: ({ hostId, isSelf }) => (isSelf ? `${hostId} *` : hostId) },
  { title: 'IS', text: ({ state }) => state },
  {
    title: 'PLAYERS',
    isNumber: true,
    text: ({ players, playersMax }) => `${players}/${playersMax}`,
  },
  { title: 'MATCHES', isNumber: true, text: ({ matches }) => String(matches) },
  { title: 'LOBBIES', isNumber: true, text: ({ lobbies }) => String(lobbies) },
  { title: 'BUSY', isNumber: true, text: ({ load }) => `${Math.round(load * 100)} %` },
  { title: 'CONFIG', isNumber: true, text: ({ configVersion }) => String(configVersion) },
  { title: 'HEARD', isNumber: true, text: ({ ageMs }) => `${Math.round(ageMs)} ms ago` },
  // Of the link between this host and that one.
  { title: 'OUT B/s', isNumber: true, text: ({ link }) => String(link?.sentBytesPerSecond ?? '-') },
  {
    title: 'IN B/s',
    isNumber: true,
    text: ({ link }) => String(link?.receivedBytesPerSecond ?? '-'),
  },
];

function addFind(registry: CommandRegistry): void {
  const command = registry.program
    .command('find')
    .description('show all that the host knows of one player')
    .argument('<name>', 'name of the account, in any case of letters');
  onHost(registry, command, async ({ client, args }) => {
    const player = await client.get<PlayerDetail>(
      `/v1/players/${encodeURIComponent(args[0] ?? '')}`,
    );
    return { json: player, text: playerText(player) };
  });
}

function playerText(player: PlayerDetail): string {
  const { name, hostId, state, connectedMs, address, wait, ratings, bans, party } = player;
  const since = connectedMs === null ? '' : `, connected for ${durationText(connectedMs)}`;
  const lines = [
    `name      ${name}${player.practice ? ' (a practice player)' : ''}`,
    `is        ${state} on ${hostId}${since}`,
    `plays     ${playsText(player)}`,
  ];
  if (address !== undefined) lines.push(`address   ${address}`);
  if (wait !== null) lines.push(`waits     ${wait.text}`);
  if (player.held) lines.push(`held      ${HELD}`);
  if (party.length > 0) lines.push(`party     ${party.join(', ')}`);
  for (const [mode, { mu, sigma }] of Object.entries(ratings)) {
    lines.push(`rating    ${mode}: ${mu.toFixed(1)} ± ${(2 * sigma).toFixed(1)}`);
  }
  for (const ban of bans) lines.push(`ban       ${banLine(ban)}`);
  return `${lines.map(plain).join('\n')}\n`;
}

const HELD =
  'in no match for some seconds: the host of the last one is lost, and may still act for the player';

function addWhy(registry: CommandRegistry): void {
  const command = registry.program
    .command('why')
    .description('say why a player waits')
    .argument('<name>', 'name of the account');
  onHost(registry, command, async ({ client, args }) => {
    const ticket = await client.get<TicketView>(`/v1/tickets/${encodeURIComponent(args[0] ?? '')}`);
    return { json: ticket, text: `${plain(ticket.text)}\n` };
  });
}

function addKick(registry: CommandRegistry): void {
  const command = registry.program
    .command('kick')
    .description('close the connection of a player, who may come back')
    .argument('<name>', 'name of the account')
    .addOption(new Option('--reason <text>', 'what the player is told').default(KICK_REASON));
  onHost<KickFlags>(registry, command, async ({ client, args, flags }) => {
    const route = `/v1/players/${encodeURIComponent(args[0] ?? '')}/kick`;
    const { reason } = flags;
    const kicked = await client.send<{ name: string; hostId: string }>('POST', route, { reason });
    return { json: kicked, text: `kicked ${kicked.name} from ${kicked.hostId}\n` };
  });
}
