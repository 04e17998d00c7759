/**
 * Takes a host out of service: nothing new begins, who plays may finish, everybody is told how long. Main thread.
 *
 *   open --start()--> draining --nobody plays--------------------------> over: host.ts stops the host
 *     ^                  |     \--deadline: matches are ended, 2 s-->----/
 *     +----cancel()------+
 *
 * It waits for people with a seat in a match, not for connections; a match of practice bots alone is ended at once.
 * `longhouse drain` and SIGTERM go the same way; the signal's cannot be taken back.
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import type { HostTables } from '../../shared/host-memory.ts';
import { HostState } from '../../shared/host-table.ts';
import { Reason } from '../../shared/reason.ts';
import type { DirectoryShell } from '../directory-shell.ts';
import type { HostView } from '../host-view.ts';
import type { HostLog } from '../log.ts';
import { countdownNotice, DrainCountdown, startNotice, UNDRAIN_NOTICE } from './drain-countdown.ts';

const POLL_MS = 20;
/** How long matches that were told to end may take for it. */
const ENDING_MS_MAX = 2_000;

export interface DrainState {
  /** How long running matches may still go on; 0: they are being ended. */
  readonly deadlineMs: number;
  /** People with a seat in a match. */
  readonly playing: number;
}

export interface HostDrainOptions {
  readonly shell: DirectoryShell;
  readonly view: HostView;
  readonly hosts: HostTables['hosts'];
  readonly clock: Clock;
  readonly log: HostLog;
}

interface Drain {
  readonly deadlineMs: number;
  readonly countdown: DrainCountdown;
  timer: Timer | undefined;
  /** When the matches were told to end. */
  endedMs: number | undefined;
}

export class HostDrain {
  /** Told when a drain begins, gets another deadline, or is taken back (null). */
  onChange: (state: DrainState | null) => void = () => {};
  /** Resolves when a drain is over: nobody plays any more. */
  readonly drained: Promise<void>;
  readonly #over = Promise.withResolvers<void>();
  readonly #options: HostDrainOptions;
  #drain: Drain | undefined;
  #isFinal = false;

  constructor(options: HostDrainOptions) {
    this.#options = options;
    this.drained = this.#over.promise;
  }

  /** Null while the host takes players. */
  get state(): DrainState | null {
    const drain = this.#drain;
    if (drain === undefined) return null;
    const { clock, shell } = this.#options;
    return {
      deadlineMs: Math.max(0, Math.round(drain.deadlineMs - clock.nowMs())),
      playing: shell.directory.playing(),
    };
  }

  /** Begins to drain, or gives the drain another deadline; `deadlineMs` counts from now. */
  start(deadlineMs: number): DrainState {
    const { clock, log, shell, view, hosts } = this.#options;
    this.#drain?.timer?.cancel();
    const nowMs = clock.nowMs();
    const untilMs = nowMs + deadlineMs;
    this.#drain = {
      deadlineMs: untilMs,
      countdown: new DrainCountdown(nowMs, untilMs),
      timer: undefined,
      endedMs: undefined,
    };
    view.notReady = 'draining';
    hosts.state[0] = HostState.draining;
    shell.enter((directory, enteredMs) => directory.startDraining(enteredMs));
    this.#tell(startNotice(deadlineMs));
    this.#poll();
    const state = this.state ?? { deadlineMs, playing: 0 };
    log.info('draining', { deadlineSeconds: deadlineMs / 1_000, playing: state.playing });
    this.onChange(state);
    return state;
  }

  /** Takes a drain back; false where there is none, or it is the end of the process. */
  cancel(): boolean {
    const { log, shell, view, hosts } = this.#options;
    if (this.#drain === undefined || this.#isFinal) return false;
    this.#drain.timer?.cancel();
    this.#drain = undefined;
    view.notReady = undefined;
    hosts.state[0] = HostState.up;
    shell.enter((directory) => directory.stopDraining());
    this.#tell(UNDRAIN_NOTICE);
    log.info('draining was taken back');
    this.onChange(null);
    return true;
  }

  /** Drains for good, by the sooner of this deadline and one that is set; resolves when it is over. */
  async finish(deadlineMs: number): Promise<void> {
    this.#isFinal = true;
    const leftMs = (this.#drain?.deadlineMs ?? Infinity) - this.#options.clock.nowMs();
    if (deadlineMs < leftMs) this.start(deadlineMs);
    await this.drained;
  }

  #poll(): void {
    const drain = this.#drain;
    if (drain === undefined) return;
    const { clock, shell } = this.#options;
    const nowMs = clock.nowMs();
    shell.enter((directory) => directory.endUnplayedMatches(Reason.shutdown));
    const isLate = drain.endedMs !== undefined && nowMs > drain.endedMs + ENDING_MS_MAX;
    if (isLate || shell.directory.isIdle()) {
      this.#isFinal = true;
      this.#over.resolve();
      return;
    }
    const mark = drain.countdown.tryTake(nowMs);
    if (mark !== undefined) this.#tell(countdownNotice(mark));
    if (drain.endedMs === undefined && nowMs >= drain.deadlineMs) {
      drain.endedMs = nowMs;
      shell.enter((directory) => directory.endMatches(Reason.shutdown));
    }
    drain.timer = clock.setTimer(() => this.#poll(), POLL_MS);
  }

  #tell(text: string): void {
    const { shell } = this.#options;
    shell.enter(() => {
      shell.order({ kind: 'event', players: undefined, event: { event: 'notice', text } });
    });
  }
}
