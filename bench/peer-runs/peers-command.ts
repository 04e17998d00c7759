/** The command of the `peers` bench. The bench's parent process. */

import { Command, InvalidArgumentError, Option } from 'commander';

import {
  checkDescriptors,
  numberOption,
  RATE_HZ_MAX,
  report,
  RUNS_MAX,
  SECONDS_MAX,
  withLoadFlags,
  type LoadFlags,
} from '../cli-flags.ts';
import { PEER_NAMES, type PeerName } from './peer-targets.ts';
import { MATCH_PLAYERS } from '../load/wire.ts';

const KNEE_STEPS_MAX = 20;

interface PeersFlags extends LoadFlags {
  readonly only: readonly PeerName[];
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly runs: number;
  readonly kneeSteps: number;
}

export function peersCommand(): Command {
  const command = new Command('peers')
    .description('the relay workload on this host, Colyseus, socket.io, ws, and behind proxies')
    .addOption(
      new Option('--only <peers>', `comma between them: ${PEER_NAMES.join(', ')}`)
        .default(PEER_NAMES, 'all')
        .argParser(peerList),
    )
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 4 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 2 }))
    .addOption(numberOption('--runs <n>', { min: 1, max: RUNS_MAX, initial: 3 }))
    .addOption(numberOption('--knee-steps <n>', { min: 0, max: KNEE_STEPS_MAX, initial: 4 }))
    .action(async (flags: PeersFlags) => {
      if (flags.players % MATCH_PLAYERS !== 0) {
        const found = `"${flags.players}" players do not fill matches of ${MATCH_PLAYERS}`;
        command.error(`Cannot run peers: ${found}`);
      }
      checkDescriptors(command, flags);
      const { peersBench } = await import('./peers.ts');
      const { only: peers, rate: rateHz, warmup: warmupSeconds } = flags;
      const options = { ...flags, peers, rateHz, warmupSeconds, rateHzMax: RATE_HZ_MAX };
      report('peers', await peersBench(options), flags.json);
    });
  return withLoadFlags(command, 1600);
}

function peerList(text: string): readonly PeerName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !PEER_NAMES.some((peer) => peer === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Allowed: ${PEER_NAMES.join(', ')}`);
  }
  return PEER_NAMES.filter((peer) => wanted.includes(peer));
}
