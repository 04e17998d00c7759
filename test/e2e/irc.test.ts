/**
 * Goal: a client that nobody here wrote, unmodified, goes through lobby, match and back on one `raw` connection. Method: Debian's
 * IRC client `ii`, whose channels are files, twice, against a host with examples/irc.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closedByReason, eventually } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/irc/', import.meta.url));
const LETTERS = 'eatshornglufmdkbcwpyijqvxz';

let folder: string;
let host: SpawnedHost;
const clients: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhouse-irc-'));
  const config = await readFile(join(EXAMPLE, 'longhouse.toml'), 'utf8');
  host = await spawnHost({
    config: config.replaceAll('"./', `"${EXAMPLE}`).replace('port = 6667', 'port = 7778'),
    flags: ['--bots', '0'],
  });
});

afterAll(async () => {
  for (const client of clients) client.kill();
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

it('two IRC clients meet in the hall, play hangman and are back, each on its one connection', async () => {
  const ada = new IrcClient('ada');
  const bob = new IrcClient('bob');
  await ada.sees('#hall', /ada\(.*has joined/);
  await bob.sees('#hall', /bob\(.*has joined/);
  await ada.say('#hall', 'hello there');
  await bob.sees('#hall', /<ada> hello there/);

  await ada.say('#hall', '!play');
  await bob.say('#hall', '!play');
  // Whoever comes in second is heard by both.
  await eventually(
    async () => [await ada.channel('#hangman'), await bob.channel('#hangman')],
    ([ofAda = '', ofBob = '']) => ofAda.includes('bob is here') || ofBob.includes('ada is here'),
  );
  for (const letter of LETTERS) {
    await ada.say('#hangman', letter);
    const answer = new RegExp(`<ada> ${letter}\n.*<longhouse> (.*)`);
    await bob.sees('#hangman', answer);
    if ((await bob.channel('#hangman')).includes('It was "')) break;
  }
  await bob.sees('#hangman', /It was "[a-z]+": (?:ada|nobody) wins/);
  await ada.sees('#hall', /(?:ada\(.*has joined.*\n[^]*){2}/);
  await ada.say('#hall', 'that was fun');
  await bob.sees('#hall', /<ada> that was fun/);
  expect([ada.isRunning, bob.isRunning]).toEqual([true, true]);
  expect(await closedByReason(host)).toEqual({});

  await bob.say('#hall', '/QUIT :good night');
  await bob.ends();
  // `ii` notes who has quit in the server's own file.
  await ada.sees('', /bob.*has quit.*good night/);
  expect(await closedByReason(host)).toEqual({ closed: 1 });
  expect(ada.isRunning).toBe(true);
});

/** `ii` keeps each channel as a folder: `out` is what was said there, `in` a pipe that says something. */
class IrcClient {
  readonly #folder: string;
  readonly #process: ChildProcess;

  constructor(nick: string) {
    const files = join(folder, nick);
    const port = String(host.ports.frame);
    this.#process = spawn('ii', ['-s', '127.0.0.1', '-p', port, '-n', nick, '-i', files], {
      stdio: 'ignore',
    });
    clients.push(this.#process);
    this.#folder = join(files, '127.0.0.1');
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null;
  }

  /** The process ends when the server closes the connection. */
  async ends(): Promise<void> {
    await eventually(
      () => this.isRunning,
      (isRunning) => !isRunning,
    );
  }

  async channel(name: string): Promise<string> {
    // The folder is there once the client has joined.
    return readFile(join(this.#folder, name, 'out'), 'utf8').catch(() => '');
  }

  async sees(name: string, pattern: RegExp): Promise<void> {
    await eventually(
      () => this.channel(name),
      (text) => pattern.test(text),
    );
  }

  async say(name: string, text: string): Promise<void> {
    // Without O_NONBLOCK this would wait for a reader, for ever if the client has left the channel.
    const pipe = await open(
      join(this.#folder, name, 'in'),
      constants.O_WRONLY | constants.O_NONBLOCK,
    );
    await pipe.write(`${text}\n`);
    await pipe.close();
  }
}
