/**
 * Goal: every bad setting stops the start with one message that names key, origin, what was found and what is allowed.
 * Method: the whole message for each kind of trouble, against a machine of the test's own.
 */

import { describe, expect, it } from 'vitest';
import { CONFIG_SCHEMA } from '../../../src/main/config/config-schema.ts';
import { settingSchema } from '../../../src/main/config/config-tree.ts';
import { refusal, type TestMachine } from './config-kit.ts';

const SECTIONS = Object.keys(settingSchema(CONFIG_SCHEMA).properties ?? {})
  .map((name) => `"${name}"`)
  .join(', ');

describe('loadConfig() refuses', () => {
  const row = '[[listeners]]\nname = "a"\nprotocol = "line"\nport = 1\n';
  const cases: readonly (readonly [string, TestMachine, string])[] = [
    [
      'an unknown key in the file',
      { file: '[practice]\nbotz = 1\n' },
      'Cannot use setting "practice.botz" from file "longhouse.toml": no setting has that name, allowed here are "bots", "patienceMs"; did you mean "bots"',
    ],
    [
      'an unknown section',
      { file: '[limitz]\nx = 1\n' },
      `Cannot use setting "limitz" from file "longhouse.toml": no setting has that name, allowed here are ${SECTIONS}; did you mean "limits"`,
    ],
    [
      'an unknown variable',
      { env: { LONGHOUSE_PRACTICE_BOTZ: '1' } },
      'Cannot use environment variable "LONGHOUSE_PRACTICE_BOTZ": no setting has that name, nearest is "LONGHOUSE_PRACTICE_BOTS"',
    ],
    [
      'a variable for a mode that is not there',
      { env: { LONGHOUSE_MODES_CHESS_TICK_HZ: '1' } },
      'Cannot use environment variable LONGHOUSE_MODES_CHESS_TICK_HZ: found no "chess" among modes',
    ],
    [
      'a word for a number, from the environment',
      { env: { LONGHOUSE_PLAYERS_CAPACITY: 'lots' } },
      'Cannot use setting "players.capacity" from environment variable LONGHOUSE_PLAYERS_CAPACITY: found "lots", allowed is a whole number from 1 to 1048576',
    ],
    [
      'a number out of bounds, from a flag',
      { flags: { 'players.capacity': '1048577' } },
      'Cannot use setting "players.capacity" from flag --players.capacity: found 1048577, allowed is a whole number from 1 to 1048576',
    ],
    [
      'half a number',
      { file: '[practice]\nbots = 1.5\n' },
      'Cannot use setting "practice.bots" from file "longhouse.toml": found 1.5, allowed is a whole number from 0 to 1000',
    ],
    [
      'a word out of a choice',
      { file: '[log]\nlevel = "loud"\n' },
      'Cannot use setting "log.level" from file "longhouse.toml": found "loud", allowed is one of "debug", "info", "warn", "error"',
    ],
    [
      'a text for a switch',
      { file: '[bench]\nenabled = "yes"\n' },
      'Cannot use setting "bench.enabled" from file "longhouse.toml": found "yes", allowed is true or false',
    ],
    [
      'a value where a section belongs',
      { file: 'ops = 7780\n' },
      'Cannot use setting "ops" from file "longhouse.toml": found 7780, allowed is a table',
    ],
    [
      'a listener without a port',
      { file: '[[listeners]]\nname = "a"\nprotocol = "line"\n' },
      'Cannot use setting "listeners.0.port" from file "longhouse.toml": found nothing, allowed is a whole number from 0 to 65535',
    ],
    [
      'an empty list of listeners',
      { file: 'listeners = []\n' },
      'Cannot use setting "listeners" from file "longhouse.toml": found 0 of them, allowed is from 1 to 16',
    ],
    [
      'a mode with a bad name',
      { file: '[modes."My Game"]\nhandler = "relay"\nteamSize = 1\n' },
      'Cannot use setting "modes.My Game" from file "longhouse.toml": found the name "My Game", allowed is names of 1 to 32 small letters, digits and "-", starting with a letter',
    ],
    [
      'two things at once, naming the first',
      { file: '[practice]\nbots = -1\npatienceMs = -1\n' },
      'Cannot use setting "practice.bots" from file "longhouse.toml": found -1, allowed is a whole number from 0 to 1000 (and 1 more)',
    ],
    [
      'two listeners of one name',
      { file: row + row.replace('port = 1', 'port = 2') },
      'Cannot use setting "listeners.1.name" from file "longhouse.toml": found "a", but another has that name',
    ],
    [
      'two listeners on one port',
      { file: row + row.replace('"a"', '"b"') },
      'Cannot use setting "listeners.1.port" from file "longhouse.toml": found 1, but listener "a" has that port',
    ],
    [
      'the ops port on a listener',
      { env: { LONGHOUSE_OPS_PORT: '7777' } },
      'Cannot use setting "ops.port" from environment variable LONGHOUSE_OPS_PORT: found 7777, but listener "line" has that port',
    ],
    [
      'a port beyond the last after the offset',
      { flags: { 'host.portOffset': '58000' } },
      'Cannot use setting "listeners.0.port" from the defaults: found 65777, allowed is at most 65535 after host.portOffset',
    ],
    [
      'a greeter that is no mode',
      { file: `${row}greeter = "chess"\n` },
      'Cannot use setting "listeners.0.greeter" from file "longhouse.toml": found "chess", allowed is "lobby" or a mode: "ctf", "duel"',
    ],
    [
      'nameFrom without raw',
      { file: `${row}nameFrom = "firstLine"\n` },
      'Cannot use setting "listeners.0.nameFrom" from file "longhouse.toml": found "firstLine", allowed only where protocol is "raw", here it is "line"',
    ],
    [
      'a PROXY header from nobody',
      { file: `${row}proxyProtocol = true\n` },
      'Cannot use setting "listeners.0.proxyProtocol" from file "longhouse.toml": found true, but limits.trustedProxies names no proxy to believe',
    ],
    [
      'a ring that is no power of two',
      { file: '[rings]\nupBytes = 1000000\n' },
      'Cannot use setting "rings.upBytes" from file "longhouse.toml": found 1000000, allowed is a power of two, such as 1048576',
    ],
    [
      'a ring too small for the input that is held',
      { file: '[rings]\nupBytes = 524288\n[limits]\nheldBytesMax = 1048576\n' },
      'Cannot use setting "rings.upBytes" from file "longhouse.toml": found 524288, allowed is at least 4 times limits.heldBytesMax (4194304)',
    ],
    [
      'an address range that is none',
      { env: { LONGHOUSE_LIMITS_TRUSTED_PROXIES: '10.0.0.0/33' } },
      'Cannot use setting "limits.trustedProxies" from environment variable LONGHOUSE_LIMITS_TRUSTED_PROXIES: found "10.0.0.0/33", allowed is an address or a range such as "10.0.0.0/8"',
    ],
    [
      'an input rate below one frame',
      { file: '[limits]\ninputBytesPerSecond = 1024\n' },
      'Cannot use setting "limits.inputBytesPerSecond" from file "longhouse.toml": found 1024, allowed is at least limits.frameBytesMax (4096)',
    ],
    [
      'a hang shorter than two turns',
      { file: '[threads]\nhangMs = 100\nturnMs = 60\n' },
      'Cannot use setting "threads.hangMs" from file "longhouse.toml": found 100, allowed is at least twice threads.turnMs (60)',
    ],
    [
      'a smallest team above the team',
      { env: { LONGHOUSE_MODES_DUEL_MIN_TEAM_SIZE: '2' } },
      'Cannot use setting "modes.duel.minTeamSize" from environment variable LONGHOUSE_MODES_DUEL_MIN_TEAM_SIZE: found 2, allowed is at most teamSize (1)',
    ],
    [
      'a match for more players than there can be',
      { env: { LONGHOUSE_PLAYERS_CAPACITY: '7' } },
      'Cannot use setting "modes.ctf.teamSize" from the defaults: found 4, but 2 teams of that size are more than players.capacity (7)',
    ],
    [
      'a mode with the name of the lobby',
      { file: '[modes.lobby]\nhandler = "relay"\nteamSize = 1\n' },
      'Cannot use setting "modes.lobby" from file "longhouse.toml": the name "lobby" is the host\'s own',
    ],
    [
      'a handler file that is not there',
      { file: '[modes.chess]\nhandler = "./chess.ts"\nteamSize = 1\n' },
      'Cannot use setting "modes.chess.handler" from file "longhouse.toml": found "./chess.ts", allowed is "capture-the-flag", "relay" or a file that is there',
    ],
    [
      'more practice players than room',
      { flags: { 'players.capacity': '8', 'practice.bots': '9' } },
      'Cannot use setting "practice.bots" from flag --practice.bots: found 9, allowed is at most players.capacity (8)',
    ],
    [
      'a configuration file that is not there',
      { configFile: 'other.toml' },
      'Cannot read configuration file "other.toml": there is none',
    ],
  ];

  it.each(cases)('%s', (_what, machine, message) => {
    expect(refusal(machine).message).toBe(message);
  });

  it('a file that is not TOML, naming the line', () => {
    const { message, code } = refusal({ file: '[ops]\nport 7780\n' });
    expect(code).toBe('config-file');
    expect(message).toContain('Cannot read configuration file "longhouse.toml": Invalid TOML');
    expect(message).toContain('2:');
  });

  it('every bad setting in the house grammar', () => {
    const messages = cases.map(([, machine]) => refusal(machine).message);
    for (const message of messages) expect(message).toMatch(/^Cannot [a-z]+ .+: .+[^.]$/);
  });
});
