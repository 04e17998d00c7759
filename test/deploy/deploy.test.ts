/**
 * Goal: what people copy from deploy/ and docs/operations.md fits the program: settings, times, commands, flags. Method: the
 * files are read, and what they name is looked up in the schema and in the program's own help.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/main/cli/program.ts';
import type { ProgramWorld } from '../../src/main/cli/program-world.ts';
import { exampleConfig } from '../../src/main/config/config-reference.ts';
import { loadConfig } from '../../src/main/config/load-config.ts';
import type { HostConfig } from '../../src/main/config/host-config.ts';

const UNIT = text('deploy/systemd/longhouse.service');
const DOCKERFILE = text('deploy/docker/Dockerfile');
const OPERATIONS = text('docs/operations.md');
/** Where alerts, events and other pages send people. */
const ANCHORS = [
  'Overload',
  'Drain',
  'Backup',
  'Restore',
  'Upgrade',
  'Worker lost',
  'Gateway lost',
  'Queue stuck',
  'Store',
  'Disk full',
  'Hosts lost',
];
/** What a stop takes beyond the matches' time: goodbye, threads, the store. */
const STOP_SECONDS_MAX = 10;

describe('deploy/longhouse.toml', () => {
  it('is what `longhouse example-config` prints', async () => {
    await expect(exampleConfig()).toMatchFileSnapshot('../../deploy/longhouse.toml');
  });
});

describe('the systemd unit', () => {
  it('sets variables that are settings, and a stop longer than the host needs', () => {
    const config = configOf(Object.fromEntries(assignments(UNIT, /^Environment=(.*)$/gm)));
    expect(config.host.dataDir).toBe(`/var/lib/${setting('StateDirectory')}`);
    expect(config.log.format).toBe('json');
    const { deadlineSeconds } = config.shutdown;
    expect(Number(setting('TimeoutStopSec'))).toBeGreaterThanOrEqual(
      deadlineSeconds + STOP_SECONDS_MAX,
    );
  });

  it('lets in as many players as are configured', () => {
    expect(Number(setting('LimitNOFILE'))).toBeGreaterThan(configOf({}).players.capacity);
  });

  it('starts with flags that there are, and not again where the configuration is wrong', async () => {
    await expectCommand(setting('ExecStart').replace('/usr/local/bin/', ''));
    expect(setting('RestartPreventExitStatus')).toBe('2');
  });

  function setting(name: string): string {
    const [, value] = new RegExp(`^${name}=(.*)$`, 'm').exec(UNIT) ?? [];
    if (value === undefined) throw new Error(`The unit does not set ${name}`);
    return value;
  }
});

describe('the Dockerfile', () => {
  it('sets variables that are settings, and opens the ports of the default listeners', () => {
    const joined = DOCKERFILE.replaceAll(/\\\n\s*/g, ' ');
    const variables = assignments(joined, /^ENV (.*)$/gm);
    expect(variables.map(([name]) => name)).toContain('RUNTIME_DIRECTORY');
    const settings = variables.filter(
      ([name]) => name.startsWith('LONGHOUSE_') && name !== 'LONGHOUSE_CONFIG',
    );
    const config = configOf(Object.fromEntries(settings));
    expect(DOCKERFILE).toContain(`VOLUME ${config.host.dataDir}\n`);
    expect(/^EXPOSE (.*)$/m.exec(DOCKERFILE)?.[1]).toBe(
      config.listeners.map(({ port }) => port).join(' '),
    );
  });

  it('runs as somebody else than root, and asks for health with a command that there is', async () => {
    expect(DOCKERFILE.indexOf('\nUSER longhouse\n')).toBeGreaterThan(0);
    const [, json = ''] = /HEALTHCHECK .*CMD (\[.*\])$/m.exec(DOCKERFILE) ?? [];
    await expectCommand((JSON.parse(json) as string[]).join(' '));
  });
});

describe('docs/operations.md', () => {
  it('has the headings that alerts link to', () => {
    const headings = [...OPERATIONS.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(expect.arrayContaining(ANCHORS));
  });

  it('tells people to type commands and flags that there are', async () => {
    const blocks = [...OPERATIONS.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    const blockLines = blocks.flatMap((block) => block.split('\n').map((line) => line.trim()));
    const inline = [...OPERATIONS.matchAll(/`(longhouse [a-z][^`]*)`/g)].map(
      ([, code = '']) => code,
    );
    const commands = [...blockLines, ...inline]
      .map((line) => line.replace(/^\.\/longhouse-new /, 'longhouse '))
      .filter((line) => line.startsWith('longhouse '));
    expect(new Set(commands).size).toBeGreaterThan(20);
    for (const command of commands) await expectCommand(command);
  });

  it('names settings that there are', () => {
    const reference = exampleConfig();
    const named = [...OPERATIONS.matchAll(/longhouse config set (\S+)/g)].map(([, key]) => key);
    expect(named.length).toBeGreaterThan(1);
    for (const key of named) {
      const [section = '', name = ''] = (key ?? '').split('.');
      const [, body = ''] = reference.split(`[${section}]\n`);
      expect(body.split(/^# \[/m)[0], key).toContain(`# ${name} = `);
    }
  });
});

/** The program has this command, with these flags. */
async function expectCommand(line: string): Promise<void> {
  const words = line.split(/\s+/);
  expect(words[0]).toBe('longhouse');
  const flags = words.filter((word) => word.startsWith('--')).map((flag) => flag.split('=')[0]);
  const [, command = '', subcommand = ''] = words;
  const path = command === 'config' ? [command, subcommand] : [command];
  const help = await helpOf(path);
  for (const flag of flags) expect(help, line).toMatch(new RegExp(`^ +${flag}\\b`, 'm'));
}

async function helpOf(path: readonly string[]): Promise<string> {
  let help = '';
  const write = (part: string): void => {
    help += part;
  };
  // Help needs nothing of the world but a place to write to.
  const world = { env: {}, workingDir: '/', write, writeError: write } as unknown as ProgramWorld;
  expect(await runProgram([...path, '--help'], world), `longhouse ${path.join(' ')}`).toBe(0);
  expect(help).toContain(`Usage: longhouse ${path.join(' ')}`);
  return help;
}

function assignments(source: string, line: RegExp): (readonly [string, string])[] {
  return [...source.matchAll(line)].flatMap(([, list = '']) =>
    list
      .trim()
      .split(/\s+/)
      .map((assignment) => {
        const [name = '', value = ''] = assignment.split('=');
        return [name, value] as const;
      }),
  );
}

function configOf(env: Readonly<Record<string, string>>): HostConfig {
  return loadConfig({
    configFile: undefined,
    flags: [],
    env,
    readFile: () => undefined,
    workingDir: '/',
    machine: { hostname: 'machine', cores: 8 },
  });
}

function text(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}
