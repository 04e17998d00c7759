/**
 * The `growth` bench: how cost grows with players, matches, threads, hosts and tickets; a table, a plot and an exponent each.
 * The bench's parent process. Each size is a fresh server.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { sleep } from '../../src/shared/clock.ts';
import { messageOf } from '../../src/shared/errors.ts';
import { commitName, describeMachine } from '../machine.ts';
import { passMs } from '../matchmaker/matchmaker-cases.ts';
import { beyondTickMs } from '../peer-runs/peers-knee.ts';
import { runTarget } from '../peer-runs/peers-run.ts';
import type { PeerRun } from '../peer-runs/peers-run.ts';
import { Progress } from '../progress.ts';
import { startTarget } from '../servers/targets.ts';
import { median } from '../text-table.ts';
import { idleHosts } from './growth-hosts.ts';
import { growthSvg } from './growth-plot.ts';
import { growthOf, growthText, type SectionGrowth } from './growth-report.ts';
import {
  AGE_FIGURE,
  DELIVERED_FIGURE,
  hostLoads,
  HOSTS_SIZES,
  isCost,
  OTHER_FIGURE,
  SIZE_LABELS,
  TICKETS_SIZES,
  type Figures,
  type HostLoad,
  type SectionName,
  type SectionRow,
  type SectionRows,
  type SkippedSize,
} from './growth-sections.ts';

export interface GrowthOptions {
  readonly only: readonly SectionName[];
  readonly seconds: number;
  readonly connectsPerSecond: number;
  /** Sizes above are left out. */
  readonly sizeMax: number;
  /** Where the plots go. */
  readonly out: string;
}

const WARMUP_SECONDS = 2;
const SETTLE_MS = 1_000;
const KIB = 1_024;
const PASSES = 5;
/** Passes of a process are compiled while they run; a host's are not its first. */
const WARM_UP_TICKETS = 18_000;
const WARM_UP_PASSES = 3;
const SEED = 1;
/** More are noise. */
const FIGURE_DIGITS = 4;

export async function growthBench(options: GrowthOptions): Promise<Record<string, unknown>> {
  const progress = new Progress();
  const sections: Record<string, SectionGrowth> = {};
  mkdirSync(options.out, { recursive: true });
  for (const name of options.only) {
    const growth = growthOf(name, await measure(name, options, progress));
    sections[name] = growth;
    const path = join(options.out, `growth-${name}.svg`);
    writeFileSync(path, growthSvg(plotOf(name, growth)));
    console.log(`\n${growthText(name, growth)}\nplot: ${path}`);
  }
  return { sections };
}

function measure(
  name: SectionName,
  options: GrowthOptions,
  progress: Progress,
): Promise<SectionRows> {
  const upTo = (sizes: readonly number[]): readonly number[] =>
    sizes.filter((size) => size <= options.sizeMax);
  switch (name) {
    case 'players':
    case 'matches':
    case 'workers':
    case 'gateways': {
      const loads = hostLoads(name, cpus().length).filter(({ size }) => size <= options.sizeMax);
      return eachOf(
        loads,
        ({ size }) => size,
        (load) => oneHost(name, load, { options, progress }),
      );
    }
    case 'hosts':
      return eachOf(
        upTo(HOSTS_SIZES),
        (size) => size,
        (size) => idleHosts(size, progress),
      );
    case 'tickets':
      for (let pass = 0; pass < WARM_UP_PASSES; pass += 1) passMs(WARM_UP_TICKETS, SEED);
      return eachOf(
        upTo(TICKETS_SIZES),
        (size) => size,
        (size) => onePass(size, progress),
      );
  }
}

/** A size that cannot be measured does not cost what was measured before it. */
async function eachOf<T>(
  all: readonly T[],
  sizeOf: (one: T) => number,
  figuresOf: (one: T) => Promise<Figures>,
): Promise<SectionRows> {
  const rows: SectionRow[] = [];
  const skipped: SkippedSize[] = [];
  for (const one of all) {
    const size = sizeOf(one);
    try {
      const figures = Object.entries(await figuresOf(one)).map(([name, value]) => {
        return [name, Number(value.toPrecision(FIGURE_DIGITS))] as const;
      });
      rows.push({ size, figures: Object.fromEntries(figures) });
    } catch (error) {
      skipped.push({ size, why: messageOf(error) });
    }
  }
  return { rows, skipped };
}

async function oneHost(
  name: SectionName,
  { size, players, rateHz, config }: HostLoad,
  { options, progress }: { readonly options: GrowthOptions; readonly progress: Progress },
): Promise<Figures> {
  const target = await startTarget('host', rateHz, config);
  const run = await runTarget(
    {
      kind: 'longhouse',
      port: target.port,
      pids: [target.pid],
      proxyPid: undefined,
      alive: () => target.alive(),
      stop: () => target.stop(),
    },
    {
      players,
      rateHz,
      seconds: options.seconds,
      warmupSeconds: WARMUP_SECONDS,
      connectsPerSecond: options.connectsPerSecond,
      processes: 0,
      settleMs: SETTLE_MS,
    },
    { progress, label: `${name} ${size}` },
  );
  const play = playFigures(run, players, rateHz);
  // An empty host's memory depends on its threads, not on who will come.
  const hasThreads = name === 'workers' || name === 'gateways';
  return hasThreads ? { 'MiB empty': run.emptyMib, ...play } : play;
}

function playFigures(run: PeerRun, players: number, rateHz: number): Figures {
  return {
    'CPU us a message': run.cpuMicrosPerMessage,
    'CPU % of a core': run.serverCpuPercent,
    'KiB a player': ((run.rssMib - run.emptyMib) * KIB) / players,
    [AGE_FIGURE]: beyondTickMs(run.report.stateAge.percentileMs(99), rateHz),
    [DELIVERED_FIGURE]: (run.report.delivered / run.report.expected) * 100,
    [OTHER_FIGURE]: run.otherCpuPercent,
  };
}

async function onePass(tickets: number, progress: Progress): Promise<Figures> {
  const times: number[] = [];
  const passes = async (): Promise<void> => {
    while (times.length < PASSES) {
      times.push(passMs(tickets, SEED + times.length));
      // Lets the bar move: a pass keeps the thread.
      await sleep(0);
    }
  };
  await progress.step(`tickets ${tickets}`, passes(), () => {
    return { share: times.length / PASSES, text: `${times.length} of ${PASSES} passes` };
  });
  const ms = median(times);
  return { 'ms a pass': ms, 'us a ticket': (ms * 1_000) / tickets };
}

/** A plot travels without the text around it. */
function originText(): string {
  const { cpu, cores } = describeMachine();
  return `${cpu}, ${cores} cores, Node ${process.version}, commit ${commitName()}`;
}

function plotOf(name: SectionName, { rows, fits }: SectionGrowth): Parameters<typeof growthSvg>[0] {
  return {
    title: `Growth with ${name}`,
    origin: originText(),
    sizeLabel: SIZE_LABELS[name],
    panels: Object.keys(fits)
      .filter(isCost)
      .map((title) => ({
        title,
        points: rows.map(({ size, figures }) => ({ size, value: figures[title] ?? Number.NaN })),
        fit: fits[title] ?? undefined,
      })),
  };
}
