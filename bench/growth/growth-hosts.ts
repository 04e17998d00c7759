/** What linked hosts cost while nobody is there: CPU, memory and bytes of each. The bench's parent process. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { HostNetwork, type NetworkHost } from '../servers/host-network.ts';
import { readProcess } from '../servers/process-meter.ts';
import type { Progress } from '../progress.ts';
import { freePortOffset } from '../servers/targets.ts';
import type { Figures } from './growth-sections.ts';

interface Look {
  readonly atMs: number;
  readonly cpuMicros: number;
  readonly bridgeBytes: number;
  readonly rssKib: number;
}

const SETTLE_MS = 4_000;
/** CPU time has a resolution of 10 ms, and an idle host uses little of it. */
const WINDOW_MS = 12_000;
const SENT_SAMPLE = /^longhouse_bridge_bytes_total\{direction="sent",channel="[^"]+"\} (\d+)$/gm;
const KIB = 1_024;

export async function idleHosts(count: number, progress: Progress): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-growth-'));
  const network = new HostNetwork({
    hosts: count,
    portOffset: await freePortOffset(count),
    folder,
    flags: ['--bots', '0'],
  });
  try {
    await network.ready();
    await progress.timed(`${count} hosts: settle`, sleep(SETTLE_MS), SETTLE_MS);
    const before = await look(network.hosts);
    await progress.timed(`${count} hosts: idle`, sleep(WINDOW_MS), WINDOW_MS);
    const after = await look(network.hosts);
    const seconds = (after.atMs - before.atMs) / 1_000;
    const cpuMicros = after.cpuMicros - before.cpuMicros;
    const sent = after.bridgeBytes - before.bridgeBytes;
    return {
      'CPU % of a core, a host': cpuMicros / seconds / 10_000 / count,
      // A host has a link to each other one.
      'bytes a second sent, a link': sent / seconds / Math.max(1, count * (count - 1)),
      'MiB, a host': after.rssKib / KIB / count,
    };
  } finally {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function look(hosts: readonly NetworkHost[]): Promise<Look> {
  const bytes = await Promise.all(hosts.map((host) => bytesSent(host)));
  const readings = hosts.map(({ pid }) => readProcess(pid));
  return {
    atMs: systemClock.nowMs(),
    bridgeBytes: bytes.reduce((sum, one) => sum + one, 0),
    cpuMicros: readings.reduce((sum, one) => sum + one.userMicros + one.systemMicros, 0),
    rssKib: readings.reduce((sum, one) => sum + one.rssKib, 0),
  };
}

async function bytesSent({ opsPort }: NetworkHost): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const page = await response.text();
  return Array.from(page.matchAll(SENT_SAMPLE)).reduce((sum, [, sent]) => sum + Number(sent), 0);
}
