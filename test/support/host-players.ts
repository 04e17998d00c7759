/** Players of several hosts at once, for tests of networks: log in, queue, meet, play, go home. Runs in test processes. */

import { systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from './frame-client.ts';

const INPUT_BYTES = 32;
const STAMP_BYTES = 8;
const INPUT_MS = 5_000;

export interface HostPlayer {
  readonly name: string;
  /** Id of the host that holds the connection. */
  readonly home: string;
  readonly client: FrameClient;
}

/** Logs `count` players in on a host, one after the other. */
export async function logIn(
  host: { readonly id: string; readonly framePort: number },
  prefix: string,
  count: number,
): Promise<HostPlayer[]> {
  const players: HostPlayer[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `${prefix}${index}`;
    const client = await FrameClient.connect(host.framePort);
    await client.login(name);
    await client.event('lobby');
    players.push({ name, home: host.id, client });
  }
  return players;
}

export interface PlayedMatch {
  readonly match: string;
  /** Where it ran. */
  readonly hostId: string;
  /** From the last `queue` to the first state that the last of them got. */
  readonly toFirstStateMs: number;
  /** How many inputs came back in a state. */
  readonly answered: number;
}

/** All queue for `relay`, meet in one match, and each sees each input of its own, or a later one, in a state. */
export async function playRelay(players: readonly HostPlayer[]): Promise<PlayedMatch> {
  for (const { client } of players) client.command('queue relay');
  const queuedMs = systemClock.nowMs();
  const seats = await Promise.all(players.map(({ client }) => client.event('match')));
  await Promise.all(players.map(({ client }) => client.state()));
  const toFirstStateMs = systemClock.nowMs() - queuedMs;
  const [first] = seats;
  if (first === undefined || seats.some(({ match }) => match !== first.match)) {
    throw new Error(`Cannot play: seats in ${seats.map(({ match }) => match).join(', ')}`);
  }
  let answered = 0;
  for (const player of players) {
    await seeOwnInput(player).catch((cause: unknown) => {
      const who = `the input of ${player.name} of ${player.home}`;
      const when = `${Math.round(systemClock.nowMs() - queuedMs)} ms after queueing`;
      throw new Error(`Cannot see ${who}, in ${first.match} on ${first.hostId}, ${when}`, {
        cause,
      });
    });
    answered += 1;
  }
  return { match: first.match, hostId: first.hostId, toFirstStateMs, answered };
}

/** No two inputs are alike: the inbox may still hold states of an earlier match. */
let inputs = 0;

async function seeOwnInput({ client }: HostPlayer): Promise<void> {
  inputs += 1;
  const input = Buffer.alloc(INPUT_BYTES);
  input.writeUInt32LE(inputs);
  client.input(input);
  const stamp = input.subarray(0, STAMP_BYTES);
  await client.states.take((state) => state.subarray(0, STAMP_BYTES).equals(stamp), INPUT_MS);
}

/** The hosts whose lobbies they are in once the match has ended, in their order. */
export async function homesAfter(players: readonly HostPlayer[]): Promise<string[]> {
  const lobbies = await Promise.all(
    players.map(({ client }) => client.event('lobby', ({ reason }) => reason === 'ended', 20_000)),
  );
  return lobbies.map(({ lobby }) => lobby.split('/')[0] ?? '');
}
