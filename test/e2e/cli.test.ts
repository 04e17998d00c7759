/**
 * Goal: every command does what docs/cli.md says on a real host: text for people, JSON for programs, exit codes, and an
 * honest word where it cannot. Method: the program as a process, one host for all.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { hostFlags, runCli, startCli, type CliRun } from '../support/run-cli.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
settings = { joinSeconds = 1, countdownSeconds = 0, matchSeconds = 600 }
`;

let host: SpawnedHost;
let ada: FrameClient;

beforeAll(async () => {
  host = await spawnHost({ config: CONFIG });
  ada = await login('ada');
});

afterAll(async () => {
  await host.stop();
});

async function login(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  await client.event('lobby');
  return client;
}

function cli(...words: string[]): Promise<CliRun> {
  return runCli(words, host);
}

/** What the command prints with --json. */
async function json(...words: string[]): Promise<unknown> {
  const { code, output, errors } = await cli(...words, '--json');
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(output);
}

describe('commands that look', () => {
  it('status, players, matches, hosts in words, none wider than 100 columns', async () => {
    const runs = await Promise.all(
      ['status', 'players', 'matches', 'hosts'].map((word) => cli(word)),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(runs[0]?.output).toMatch(/^players {3}1 of \d+ here/m);
    expect(runs[1]?.output).toMatch(
      /^NAME +HOST +IS +CONNECTED +PLAYS\nada +\S+ +lobby +\d+ s +-\n$/,
    );
    expect(runs[2]?.output).toBe('no match runs\n');
    expect(runs[3]?.output).toMatch(/^\S+ \* +up +1\/\d+/m);
    const lines = runs.flatMap(({ output }) => output.split('\n'));
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('the same as JSON', async () => {
    expect(await json('status')).toMatchObject({ players: { host: 1 }, notReady: null });
    expect(await json('players', '--find', 'AD')).toMatchObject({
      players: [{ name: 'ada' }],
      total: 1,
    });
    expect(await json('players', '--find', 'zz')).toEqual({ players: [], total: 0 });
    expect((await cli('players', '--find', 'zz')).output).toBe(
      'nobody here has "zz" in the name\n',
    );
    expect(await json('find', 'ADA')).toMatchObject({ name: 'ada', state: 'lobby', bans: [] });
  });

  it('find and why in sentences', async () => {
    ada.command('queue duel');
    await ada.event('queued');
    const found = await cli('find', 'ada');
    expect(found.output).toMatch(/^is {8}queued on \S+, connected for \d+ s$/m);
    const why = await cli('why', 'ada');
    expect(why.output).toMatch(
      /^You (wait|have waited) for duel.*: place 1 in the queue.*needs 1 more\.\n$/,
    );
    ada.command('leave');
    await ada.event('unqueued');
  });

  it('top without a terminal prints a line each time', async () => {
    const { code, output } = await cli('top', '--count', '2');
    expect(code).toBe(0);
    expect(output).toMatch(/^(\d\d:\d\d:\d\d players 1 .* ready\n){2}$/);
  });
});

describe('commands that act', () => {
  it('announce reaches everybody, kick one, and audit and events have both', async () => {
    const bob = await login('bob');
    const told = await cli('announce', 'tea', 'is', 'ready', '--by', 'fay');
    expect([told.code, told.output]).toEqual([0, 'told 2 players\n']);
    const isTea = ({ text }: { text: string }): boolean => text.includes('tea is ready');
    await Promise.all([ada.event('notice', isTea), bob.event('notice', isTea)]);
    const kicked = await cli('kick', 'BOB', '--reason', 'too loud', '--by', 'fay');
    expect([kicked.code, kicked.errors]).toEqual([0, '']);
    expect(await bob.bye()).toMatchObject({
      code: 'kicked',
      message: expect.stringContaining('too loud'),
    });
    const audit = await cli('audit');
    expect(audit.output).toMatch(/fay +kick/);
    expect(audit.output).toMatch(/fay +announce/);
    const events = startCli(['events', '--past'], hostFlags(host));
    await eventually(
      events.output,
      (text) => /kick .*bob/i.test(text) && text.includes('announce'),
    );
    events.kill('SIGINT');
    await events.ended;
  });

  it('ban closes and refuses, bans lists it, unban takes it back', async () => {
    const cleo = await login('cleo');
    const banned = await cli('ban', 'cleo', '--for', '2h', '--reason', 'cheats');
    expect(banned.output).toMatch(/^banned cleo, ban \S+: in force on \S+ in \d+ ms\n$/);
    expect((await cleo.bye()).code).toBe('banned');
    const again = await FrameClient.connect(host.ports.frame);
    await expect(again.login('cleo')).rejects.toThrow(/banned/);
    const list = await cli('bans');
    const id =
      /^(\S+) +cleo +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*cheats$/m.exec(list.output)?.[1] ?? '';
    expect(id).not.toBe('');
    expect((await cli('unban', id)).code).toBe(0);
    await login('cleo');
    expect((await cli('unban', id)).code).toBe(1);
    const range = (await json('ban', '10.9.0.0/16', '--reason', 'flood')) as { id: string };
    expect(await json('bans')).toMatchObject({ total: 1, bans: [{ id: range.id }] });
    expect((await cli('unban', range.id)).code).toBe(0);
  });

  it('config set shows the difference, changes nothing without a yes, then does', async () => {
    const set = ['config', 'set', 'limits.idleSeconds', '900'];
    const dry = await cli(...set, '--dry-run');
    expect([dry.code, dry.output]).toEqual([0, 'limits.idleSeconds\n  - 1800\n  + 900\n']);
    const unasked = await cli(...set);
    expect([unasked.code, unasked.errors]).toEqual([2, expect.stringContaining('give --yes')]);
    expect((await cli('config', 'get', 'limits.idleSeconds')).output).toMatch(/now +1800\n$/);
    expect((await cli(...set, '--yes')).output).toMatch(/configuration version 1 is in force\n$/);
    expect((await cli('config', 'get', 'limits')).output).toMatch(
      /^limits\.idleSeconds +now +900$/m,
    );
    expect((await cli(...set, '--yes')).output).toBe('nothing changes\n');
    const unset = await cli('config', 'set', 'limits.idleSeconds', '--unset', '--yes');
    expect([unset.code, unset.output]).toEqual([0, expect.stringContaining('+ 1800')]);
  });

  it('backup writes a file once', async () => {
    const file = join(host.dataDir, 'copy.sqlite');
    const first = await cli('backup', file);
    expect([first.code, first.errors, existsSync(file)]).toEqual([0, '', true]);
    expect((await cli('backup', file)).errors).toContain('that file is there already');
  });
});

describe('follow', () => {
  it('tells a life as it happens, with the gateways own times, and the past afterwards', async () => {
    const follow = startCli(['follow', 'dora'], hostFlags(host));
    await eventually(follow.output, (text) => text.includes('waits for a login'));
    const dora = await login('Dora');
    const eve = await login('eve');
    dora.command('queue duel');
    await eventually(follow.output, (text) => /waiting .*needs 1 more/.test(text));
    eve.command('queue duel');
    const { match } = await dora.event('match');
    expect((await cli('kick', 'dora')).code).toBe(0);
    await eventually(follow.output, (text) => text.includes('kicked'));
    const steps = follow.output().matchAll(/^\d\d:\d\d:\d\d\.\d{3} .{10} {2}(\S+) +(.*)$/gm);
    const story = Array.from(steps, ([, what, detail]) => `${what}: ${detail}`);
    const lobby = /JOIN written to (lobby \S+)/.exec(follow.output())?.[1] ?? '';
    expect(story).toEqual([
      expect.stringMatching(/^login: as Dora from 127\.0\.0\.1 through frame$/),
      `lobby: in ${lobby}, login`,
      `handed-off: JOIN written to ${lobby}`,
      'queued: for duel: 1 in the queue',
      expect.stringMatching(/^waiting: .*needs 1 more/),
      expect.stringMatching(`^match: found: ${match} with 2 players`),
      `moved: to match ${match}, matched`,
      `handed-off: LEAVE written to ${lobby}`,
      `handed-off: LEFT received from ${lobby}`,
      `handed-off: JOIN written to match ${match}`,
      expect.stringMatching(/^kicked: kicked: /),
    ]);
    follow.kill('SIGINT');
    await follow.ended;
    const past = await cli('follow', 'dora', '--past', '--json');
    expect(
      past.output
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { what: string }).what),
    ).toContain('kicked');
    await eve.close();
  });
});

describe('a command that cannot', () => {
  it.each([
    [['find', 'nobody'], 1, 'nobody'],
    [['why', 'nobody'], 1, 'nobody'],
    [['kick', 'nobody'], 1, 'Cannot kick "nobody"'],
    [['unban', 'none'], 1, 'none'],
    [['ban', 'no such name', '--reason', 'x'], 1, 'Cannot ban'],
    [['ban', '10.0.0.0/33', '--reason', 'x'], 1, 'Cannot ban'],
    [['ban', 'ada', '--for', '2 weeks', '--reason', 'x'], 2, 'flag --for: found "2 weeks"'],
    [['ban', 'ada'], 2, '--reason'],
    [['config', 'set', 'limits.idleSeconds', 'soon', '--yes'], 1, 'limits.idleSeconds'],
    [['config', 'set', 'limits.nothing', '1', '--yes'], 1, 'limits.nothing'],
    [['config', 'set', 'limits.idleSeconds'], 2, 'either a value or --unset'],
    [['config', 'get', 'nothing'], 1, 'no setting has that key'],
    [['players', '--limit', '0'], 2, 'flag --limit: found "0"'],
    [['drain', '--deadline', 'soon'], 2, 'flag --deadline: found "soon"'],
    [['follow', 'nobody', '--past'], 1, 'nobody'],
    [['status', '--url', 'ftp://x'], 2, 'flag --url: found "ftp://x"'],
    [['frobnicate'], 2, "unknown command 'frobnicate'"],
  ] as const)('%j ends with %d and says why', async (words, code, why) => {
    const run = await cli(...words);
    expect([run.code, run.errors, run.output]).toEqual([code, expect.stringContaining(why), '']);
    expect(run.errors).not.toContain('    at ');
  });

  it('says that it needs the token of the host', async () => {
    const url = `http://127.0.0.1:${host.ports.ops}`;
    const words = ['announce', 'x', '--url', url];
    const wrong = await startCli([...words, '--token', 'w'.repeat(32)], []).ended;
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('ops-denied')]);
    const none = await startCli(words, ['--data', join(host.dataDir, 'nowhere')]).ended;
    expect([none.code, none.errors]).toEqual([1, expect.stringContaining('no token was found')]);
  });

  it('says where it looked when there is no host', async () => {
    const run = await startCli(['status', '--url', 'http://127.0.0.1:29999'], []).ended;
    expect([run.code, run.output]).toEqual([1, '']);
    expect(run.errors).toContain(
      'Cannot reach a host at "http://127.0.0.1:29999": connect ECONNREFUSED',
    );
  });
});
