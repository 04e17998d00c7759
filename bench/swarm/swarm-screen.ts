/**
 * Says on stderr how the swarm fares while it runs. The bench's parent process.
 * On a terminal: a bar and the key figures, drawn over themselves each second. Elsewhere: a plain line every few seconds.
 */

import { barLine, type ProgressOutput } from '../progress.ts';
import { rounded } from '../text-table.ts';
import type { SecondRow } from './second-sum.ts';
import { LATENCIES, type LatencyKind } from './swarm-messages.ts';

const LINE_SECONDS = 5;
const CLEAR_LINE = '\r\u001B[2K';
const SHOWN: Readonly<Partial<Record<LatencyKind, string>>> = {
  login: 'login',
  queue: 'queue',
  input: 'input',
  stateDelay: 'state',
  chat: 'chat',
  ping: 'ping',
};

export class SwarmScreen {
  readonly #output: ProgressOutput;
  readonly #seconds: number;

  constructor(seconds: number, output: ProgressOutput = process.stderr) {
    this.#seconds = seconds;
    this.#output = output;
  }

  show(row: SecondRow): void {
    const share = (row.second + 1) / this.#seconds;
    const text = figures(row);
    if (this.#output.isTTY === true) {
      const columns = process.stderr.columns ?? 160;
      const line = barLine(`${row.second + 1} of ${Math.ceil(this.#seconds)} s`, { share, text });
      this.#output.write(`${CLEAR_LINE}${line.slice(0, columns - 1)}`);
    } else if (row.second % LINE_SECONDS === LINE_SECONDS - 1) {
      this.#output.write(`${String(row.second + 1).padStart(5)} s  ${text}\n`);
    }
  }

  /** A line of its own, above the bar. */
  say(text: string): void {
    this.#output.write(`${this.#output.isTTY === true ? CLEAR_LINE : ''}${text}\n`);
  }

  end(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR_LINE);
  }
}

/** `812 of 1,000 on line, 640 play | p99 ms login 12 ping 3 | 9.8k states/s | host 64 % | 0 errors` */
export function figures(row: SecondRow): string {
  const { online, wanted, playing, queued, counts } = row;
  const latencies = LATENCIES.flatMap((kind) => {
    const label = SHOWN[kind];
    const found = row.latencyMs[kind];
    return label === undefined || found === null ? [] : [`${label} ${rounded(found.p99, 0)}`];
  });
  return [
    `${grouped(online)} of ${grouped(wanted)} on line`,
    `${grouped(playing)} play, ${grouped(queued)} queue`,
    ...(latencies.length === 0 ? [] : [`p99 ms: ${latencies.join(' ')}`]),
    `${grouped(counts.states)} states/s`,
    ...(row.host.cpuPercent === null ? [] : [`host ${row.host.cpuPercent} %`]),
    `${grouped(counts.errors)} errors`,
    ...(row.missed.length === 0 ? [] : [`missed: ${row.missed.join(', ')}`]),
  ].join(' | ');
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
