/**
 * Says in the log what gateways refuse before anybody has a name: one line a second for each reason, however many there
 * were. Main thread. Gateways only count: a line for each would be what an attacker wants.
 */

import { counterTable, sumReason, type CounterTable } from '../shared/counter-table.ts';
import type { HostMemory } from '../shared/host-memory.ts';
import { Reason, reasonWord } from '../shared/reason.ts';
import type { HostLog } from './log.ts';

const WINDOW_MS = 1_000;
/** Given at accept or while a client names itself; a login that main refuses has its own line. */
const REASONS: readonly Reason[] = [
  Reason.addressLimit,
  Reason.connectRate,
  Reason.crowdedOut,
  Reason.loginTimeout,
  Reason.frameTooLong,
  Reason.lineTooLong,
  Reason.badFrame,
  Reason.badProtocol,
  Reason.badText,
  Reason.badProxyHeader,
];

export class RefusalLog {
  readonly #counters: CounterTable;
  readonly #log: HostLog;
  readonly #counts = new Map<Reason, number>();
  #nextMs = 0;

  constructor(memory: Pick<HostMemory, 'counters' | 'sizes'>, log: HostLog) {
    this.#counters = counterTable.view(memory.counters, memory.sizes.gateways);
    this.#log = log;
  }

  /** To be called several times a second. */
  step(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + WINDOW_MS;
    for (const reason of REASONS) {
      const count = sumReason(this.#counters, reason);
      const refused = count - (this.#counts.get(reason) ?? 0);
      this.#counts.set(reason, count);
      if (refused === 0) continue;
      const code = reasonWord(reason);
      const text = `${refused} ${refused === 1 ? 'connection' : 'connections'} refused: ${code}`;
      this.#log.warn(text, { reason: code, refused });
    }
  }
}
