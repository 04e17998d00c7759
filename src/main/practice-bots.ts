/** The practice bots of a running host: their thread while the configuration wants any, its settings as they change. Main thread. */

import type { HostMemory } from '../shared/host-memory.ts';
import type { BotSettings } from '../workers/bots/bot-crew.ts';
import { BotThread, PLAYABLE_HANDLER } from './bot-thread.ts';
import type { HostConfig } from './config/host-config.ts';
import type { HostLog } from './log.ts';
import type { ModeRows } from './mode-rows.ts';

export interface PracticeBotsOptions {
  readonly memory: HostMemory;
  readonly modeRows: ModeRows;
  readonly log: HostLog;
  /** What they log in with. */
  readonly token: string;
  /** Of a `frame` listener; undefined: they have no way in, and there are none. */
  readonly port: number | undefined;
}

export class PracticeBots {
  readonly #options: PracticeBotsOptions;
  #thread: BotThread | undefined;
  #isStopped = false;

  constructor(options: PracticeBotsOptions) {
    this.#options = options;
  }

  /** Follows the configuration: bots who play finish their matches, whatever becomes of them after. */
  use(config: HostConfig): void {
    if (this.#isStopped) return;
    const settings = botSettings(config, this.#options.modeRows);
    if (this.#thread !== undefined) this.#thread.use(settings);
    else if (settings.count > 0) this.#start(settings);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#thread?.stop();
  }

  #start(settings: BotSettings): void {
    const { memory, log, token, port } = this.#options;
    if (port === undefined) return;
    const thread = new BotThread({
      settings,
      port,
      token,
      memory,
      onLost: (error) => {
        this.#thread = undefined;
        log.error('practice bots stopped', { error: error.message });
      },
    });
    this.#thread = thread;
  }
}

/** None where they would have nothing to play. */
function botSettings({ practice, modes }: HostConfig, modeRows: ModeRows): BotSettings {
  const { bots, patienceMs } = practice;
  const playable = modeRows.listings(modes).flatMap(({ row, name, teams, teamSize }) => {
    const mode = modes[name];
    const isOpen = mode?.practiceBots === true && mode.handler === PLAYABLE_HANDLER;
    return isOpen ? [{ mode: name, row, needed: teams * teamSize }] : [];
  });
  return { count: playable.length === 0 ? 0 : bots, patienceMs, modes: playable };
}
