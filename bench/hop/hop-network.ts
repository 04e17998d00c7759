/**
 * Two linked hosts whose modes are made for the `hop` bench: one mode a match, so that who plays with whom is known before
 * anybody queues. The bench's parent process.
 *
 *   match0, match1, ...   relay matches of 16; 16 players of one host, or 8 of each, queue for the same one
 *   answer                one match of 16 that answers each input at once
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HostNetwork, type NetworkHost } from '../servers/host-network.ts';
import { freePortOffset, type Target } from '../servers/targets.ts';
import { MATCH_PLAYERS } from '../load/wire.ts';

export const HOP_HOSTS = 2;
export const MATCH_PREFIX = 'match';
export const ANSWER_MODE = 'answer';
const ANSWER = fileURLToPath(
  new URL('../../test/support/handlers/answer-at-once.ts', import.meta.url),
);
/** Nobody is matched by skill, nobody waits for players of his own host, and nothing of a match is kept. */
const RULES = `teams = 1
teamSize = ${MATCH_PLAYERS}
graceSeconds = 0
ratingWindow = 1000
unevenPercent = 100
smallerAfterSeconds = 0
partySeconds = 0
avoidOpponentsSeconds = 0
avoidAbandonersSeconds = 0
federateAfterSeconds = 0
backfill = false
practiceBots = false
rated = false`;

export interface HopNetwork {
  readonly targets: readonly Target[];
  stop(): Promise<void>;
}

export async function startHopNetwork(options: {
  readonly matches: number;
  readonly rateHz: number;
}): Promise<HopNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-hop-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const configPath = join(folder, 'longhouse.toml');
  writeFileSync(configPath, configOf(options));
  const network = new HostNetwork({
    hosts: HOP_HOSTS,
    portOffset: await freePortOffset(HOP_HOSTS),
    folder,
    flags: ['--config', configPath, '--bots', '0'],
  });
  const stop = async (): Promise<void> => {
    await network.stop();
    removeFolder();
    process.off('exit', removeFolder);
  };
  try {
    await network.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { targets: network.hosts.map(targetOf), stop };
}

function targetOf(host: NetworkHost): Target {
  const { pid, framePort, opsPort, logPath } = host;
  return {
    kind: 'host',
    pid,
    port: framePort,
    opsPort,
    logPath,
    alive: () => host.alive(),
    // The network stops all of its hosts.
    stop: async () => {},
  };
}

function configOf({ matches, rateHz }: { matches: number; rateHz: number }): string {
  const relays = Array.from(
    { length: matches },
    (_none, index) =>
      `[modes.${MATCH_PREFIX}${index}]\nhandler = "relay"\ntickHz = ${rateHz}\n${RULES}\n`,
  );
  const answer = `[modes.${ANSWER_MODE}]\nhandler = ${JSON.stringify(ANSWER)}\ntickHz = 0\n${RULES}\n`;
  return [...relays, answer].join('\n');
}
