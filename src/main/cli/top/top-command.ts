/**
 * `longhouse top`: a running host, once a second, in place; without a terminal one line a second. Main thread.
 *
 *   every second: status (+ the lists that the pane shows) --> model --> view --> screen
 *   all the time: events, keys, resizes ---------------------> model
 */

import { Option } from 'commander';
import { sleep, systemClock } from '../../../shared/clock.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { HostStatus } from '../../ops/host-status.ts';
import type { MatchView, PlayerView } from '../../ops/ops-views.ts';
import type { CommandTerminal } from '../command-context.ts';
import { eventText } from '../commands/follow-commands.ts';
import { countFrom } from '../count-flag.ts';
import { onHost, type CommandRegistry, type HostCall } from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import type { OpsClient } from '../ops-client.ts';
import { clockText } from '../time-text.ts';
import { TerminalScreen } from './terminal-screen.ts';
import { busiest, TopModel, waiting } from './top-model.ts';
import { topLines } from './top-view.ts';

interface TopFlags extends HostFlags {
  readonly count?: string;
}

const REFRESH_MS = 1_000;
const LIST_ROWS_MAX = 200;

export function addTopCommand(registry: CommandRegistry): void {
  const command = registry.program
    .command('top')
    .description('watch a running host; without a terminal one line a second')
    .addOption(new Option('--count <n>', 'how many times, then end').default(undefined));
  onHost<TopFlags>(registry, command, async (call) => {
    const { flags, context } = call;
    const count = flags.count === undefined ? Infinity : countFrom('--count', flags.count);
    const { terminal } = context;
    if (terminal === undefined || flags.json === true) await printLines(call, count);
    else await new TopScreen(call.client, terminal).run(count);
    return undefined;
  });
}

/** For files and programs. */
async function printLines(
  { client, flags, context }: HostCall<TopFlags>,
  count: number,
): Promise<void> {
  for (let line = 1; ; line += 1) {
    const status = await client.get<HostStatus>('/v1/status');
    context.write(flags.json === true ? `${JSON.stringify(status)}\n` : statusLine(status));
    if (line >= count) return;
    await sleep(REFRESH_MS);
  }
}

function statusLine(status: HostStatus): string {
  const { players, matches } = status;
  const load = `${Math.round(busiest(status) * 100)} %`;
  const counts = `players ${players.host} network ${players.network} matches ${matches.host}`;
  const time = clockText(systemClock.wallMs());
  return `${time} ${counts} waiting ${waiting(status)} busiest ${load} ${status.notReady ?? 'ready'}\n`;
}

class TopScreen {
  readonly #client: OpsClient;
  readonly #model = new TopModel();
  readonly #screen: TerminalScreen;
  readonly #over = Promise.withResolvers<void>();
  readonly #aborter = new AbortController();

  constructor(client: OpsClient, terminal: CommandTerminal) {
    this.#client = client;
    this.#screen = new TerminalScreen(terminal, {
      onKey: (key) => this.#onKey(key),
      onResize: () => this.#draw(),
    });
  }

  /** Throws what the first answer throws; later failures are shown and tried again. */
  async run(count: number): Promise<void> {
    this.#model.onStatus(await this.#client.get<HostStatus>('/v1/status'), systemClock.wallMs());
    await this.#readLists();
    this.#screen.open();
    try {
      this.#draw();
      void this.#listen();
      for (let drawn = 1; drawn < count && !this.#isOver; drawn += 1) {
        await Promise.race([sleep(REFRESH_MS), this.#over.promise]);
        if (!this.#isOver && !this.#model.isPaused) await this.#refresh();
      }
    } finally {
      this.#aborter.abort();
      this.#screen.close();
    }
  }

  get #isOver(): boolean {
    return this.#aborter.signal.aborted;
  }

  #onKey(key: string): void {
    if (this.#model.onKey(key)) {
      this.#aborter.abort();
      this.#over.resolve();
      return;
    }
    this.#draw();
    if (!this.#model.isPaused) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    try {
      const status = await this.#client.get<HostStatus>('/v1/status');
      this.#model.onStatus(status, systemClock.wallMs());
      await this.#readLists();
    } catch (error) {
      this.#model.problem = messageOf(error);
    }
    if (!this.#isOver) this.#draw();
  }

  async #readLists(): Promise<void> {
    const rows = Math.min(LIST_ROWS_MAX, Math.max(1, this.#screen.size.rows));
    const { pane } = this.#model;
    if (pane === 'overview' || pane === 'matches') {
      this.#model.matches = await this.#client.list<MatchView>('/v1/matches', 'matches', rows);
    } else if (pane === 'players') {
      this.#model.players = await this.#client.list<PlayerView>('/v1/players', 'players', rows);
    }
  }

  /** The host's events, for as long as this runs. */
  async #listen(): Promise<void> {
    const { signal } = this.#aborter;
    let isWithPast = true;
    while (!this.#isOver) {
      try {
        for await (const event of this.#client.events('/v1/events', { signal, isWithPast })) {
          isWithPast = false;
          this.#model.onEvent(eventText(event));
        }
      } catch {
        // #refresh() says that the host does not answer.
      }
      if (!this.#isOver) await sleep(REFRESH_MS);
    }
  }

  #draw(): void {
    this.#screen.draw(topLines(this.#model, this.#screen.size));
  }
}
