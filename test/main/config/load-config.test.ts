/**
 * Goal: every way to set a setting works, in the promised order. Method: examples against a machine of the test's own.
 */

import { describe, expect, it } from 'vitest';
import { load } from './config-kit.ts';

describe('loadConfig() with nothing set', () => {
  it('gives the documented ports, modes and practice players', () => {
    const config = load();
    expect(config.listeners.map(({ name, protocol, port }) => [name, protocol, port])).toEqual([
      ['line', 'line', 7777],
      ['frame', 'frame', 7778],
    ]);
    expect(config.ops).toMatchObject({ port: 7780, bindAddress: '127.0.0.1' });
    expect(Object.keys(config.modes)).toEqual(['ctf', 'duel']);
    expect(config.modes['ctf']).toMatchObject({
      handler: 'capture-the-flag',
      teams: 2,
      teamSize: 4,
      minTeamSize: 4,
      tickHz: 10,
      graceSeconds: 60,
      settings: {},
    });
    expect(config.practice.bots).toBe(7);
    expect(config.host).toEqual({ id: 'testhost', dataDir: '/srv/data', portOffset: 0 });
  });

  it('takes threads from the cores, with two match workers at least', () => {
    expect(load({ cores: 1 }).threads).toMatchObject({ gateways: 1, matchWorkers: 2 });
    expect(load({ cores: 2 }).threads).toMatchObject({ gateways: 1, matchWorkers: 2 });
    expect(load({ cores: 8 }).threads).toMatchObject({ gateways: 4, matchWorkers: 4 });
    expect(load({ cores: 256 }).threads).toMatchObject({ gateways: 16, matchWorkers: 16 });
  });

  it.each([
    ['Web 01.Example_COM', 'web-01.example-com'],
    ['---', 'host'],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('makes a host id of the machine name %j', (hostname, id) => {
    expect(load({ hostname }).host.id).toBe(id);
  });
});

describe('loadConfig() layers', () => {
  it('lets the environment go before the file and flags before both', () => {
    const file = '[practice]\nbots = 1\npatienceMs = 11\n[players]\ncapacity = 100\n';
    const env = { LONGHOUSE_PRACTICE_BOTS: '2', LONGHOUSE_PLAYERS_CAPACITY: '200' };
    const config = load({ file, env, flags: { 'practice.bots': '3' } });
    expect(config.practice).toEqual({ bots: 3, patienceMs: 11 });
    expect(config.players.capacity).toBe(200);
  });

  it('takes every kind of setting from the environment', () => {
    const config = load({
      env: {
        LONGHOUSE_BENCH_ENABLED: 'true',
        LONGHOUSE_LOG_LEVEL: 'warn',
        LONGHOUSE_LIMITS_UNLIMITED_ADDRESSES: '10.0.0.0/8, ::1',
        LONGHOUSE_LIMITS_TRUSTED_PROXIES: '["192.0.2.1"]',
        LONGHOUSE_LISTENERS_LINE_PORT: '9000',
        LONGHOUSE_MODES_CTF_TEAM_SIZE: '3',
        LONGHOUSE_MODES_CTF_MIN_TEAM_SIZE: '2',
        LONGHOUSE_MODES_CTF_SETTINGS: '{ scoreLimit = 5 }',
      },
    });
    expect(config.bench.enabled).toBe(true);
    expect(config.log.level).toBe('warn');
    expect(config.limits.unlimitedAddresses).toEqual(['10.0.0.0/8', '::1']);
    expect(config.limits.trustedProxies).toEqual(['192.0.2.1']);
    expect(config.listeners[0]?.port).toBe(9000);
    expect(config.modes['ctf']).toMatchObject({
      teamSize: 3,
      minTeamSize: 2,
      settings: { scoreLimit: 5 },
    });
    expect(Object.keys(config.modes)).toEqual(['ctf', 'duel', 'relay']);
  });

  it('lets one variable change a row of a whole table from another', () => {
    const env = {
      LONGHOUSE_MODES: '{ big-game = { handler = "capture-the-flag", teamSize = 8 } }',
      LONGHOUSE_MODES_BIG_GAME_TICK_HZ: '20',
    };
    expect(load({ env }).modes).toMatchObject({ 'big-game': { teamSize: 8, tickHz: 20 } });
  });

  it('replaces the default listeners and modes with those of the file', () => {
    const file = `
      [[listeners]]
      name = "old"
      protocol = "raw"
      port = 4000
      greeter = "chess"
      nameFrom = "firstLine"
      [modes.chess]
      handler = "./chess.ts"
      teamSize = 1
      tickHz = 0
    `;
    const config = load({ file, files: { '/srv/chess.ts': 'export default class {}' } });
    expect(config.listeners).toHaveLength(1);
    expect(config.modes).toMatchObject({ chess: { handler: 'file:///srv/chess.ts', teams: 2 } });
    expect(Object.keys(config.modes)).toEqual(['chess']);
  });

  it('finds handlers beside the configuration file, wherever the host was started', () => {
    const config = load({
      configFile: 'etc/my.toml',
      files: {
        '/srv/etc/my.toml': '[modes.go]\nhandler = "go.ts"\nteamSize = 1\n',
        '/srv/etc/go.ts': '',
      },
    });
    expect(config.modes['go']?.handler).toBe('file:///srv/etc/go.ts');
  });

  it('adds the port offset to every port but leaves 0 to the system', () => {
    const env = { LONGHOUSE_OPS_PORT: '0', LONGHOUSE_HOST_PORT_OFFSET: '100' };
    const config = load({ env });
    expect(config.listeners.map(({ port }) => port)).toEqual([7877, 7878]);
    expect(config.ops.port).toBe(0);
  });

  it('adds the relay mode with --bench, at the rate and length that were given', () => {
    const flags = { 'bench.enabled': 'true', 'bench.relayHz': '2', 'bench.relaySeconds': '60' };
    expect(load({ flags }).modes['relay']).toMatchObject({
      handler: 'relay',
      teams: 1,
      teamSize: 16,
      minTeamSize: 16,
      tickHz: 2,
      graceSeconds: 60,
      settings: { matchSeconds: 60 },
    });
  });
});
