/**
 * Goal: commands, flags, exit codes and messages are as docs/configuration.md says. Method: the program in this process,
 * with a host that only counts what is asked of it (signals, exit codes), and the real file in processes of their own.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/main/cli/program.ts';
import type { ProgramWorld } from '../../../src/main/cli/program-world.ts';
import type { StopSignal } from '../../../src/main/cli/run-host.ts';
import type { HostConfig } from '../../../src/main/config/host-config.ts';
import { HostError } from '../../../src/shared/errors.ts';

const CLI = new URL('../../../src/main/cli.ts', import.meta.url).pathname;

class TestWorld implements ProgramWorld {
  readonly env: Record<string, string> = {};
  readonly workingDir: string = mkdtempSync(path.join(os.tmpdir(), 'longhouse-cli-'));
  readonly exitCodes: number[] = [];
  readonly stops: number[] = [];
  output = '';
  errors = '';
  killed = 0;
  clockMs = 1_000;
  stopsAtHangup = false;
  reloads = 0;
  config: HostConfig | undefined;
  readonly started: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly drained: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #listeners = new Map<StopSignal, () => void>();

  write = (text: string): void => {
    this.output += text;
  };
  writeError = (text: string): void => {
    this.errors += text;
  };
  onSignal = (signal: StopSignal, listener: () => void): void => {
    this.#listeners.set(signal, listener);
  };
  nowMs = (): number => this.clockMs;
  exit = (code: number): void => {
    this.exitCodes.push(code);
  };
  signal(name: StopSignal): void {
    this.#listeners.get(name)?.();
  }
  startHost = async (config: HostConfig): ReturnType<ProgramWorld['startHost']> => {
    this.config = config;
    await Promise.resolve();
    setImmediate(() => this.started.resolve());
    return {
      ports: [
        ...config.listeners.map(({ name, port }) => ({ name, port })),
        { name: 'ops', port: config.ops.port },
      ],
      stop: (_reason, deadlineMs) => {
        this.stops.push(deadlineMs);
        return this.stopped.promise;
      },
      drained: this.drained.promise,
      reloadConfig: () => {
        this.reloads += 1;
        return Promise.resolve();
      },
      config: { config },
      kill: () => {
        this.killed += 1;
      },
    };
  };
}

describe('longhouse start', () => {
  it('hands its flags on, prints how to join, and ends with 0 after a graceful stop', async () => {
    const world = new TestWorld();
    const flags = ['--port-offset', '100', '--host-id', 'b', '--data', 'kept', '--bots', '3'];
    const bench = ['--bench', '--bench-rate', '2', '--bench-match-seconds', '60'];
    const running = runProgram(['start', ...flags, ...bench], world);
    await world.started.promise;
    expect(world.config).toMatchObject({
      host: { id: 'b', portOffset: 100, dataDir: path.join(world.workingDir, 'kept') },
      practice: { bots: 3 },
      bench: { enabled: true, relayHz: 2, relaySeconds: 60 },
    });
    expect(world.output).toContain('telnet localhost 7877');
    world.signal('SIGTERM');
    world.stopped.resolve();
    expect(await running).toBe(0);
    expect([world.stops, world.killed, world.exitCodes]).toEqual([[30_000], 0, []]);
  });

  it('stops by itself when an operator has drained the host', async () => {
    const world = new TestWorld();
    const running = runProgram(['start'], world);
    await world.started.promise;
    world.drained.resolve();
    world.stopped.resolve();
    expect(await running).toBe(0);
    expect([world.stops, world.errors]).toEqual([[30_000], '']);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('exits at once on a second signal, %s with %d', async (signal, code) => {
    const world = new TestWorld();
    world.stopsAtHangup = true;
    void runProgram(['start'], world);
    await world.started.promise;
    world.signal('SIGTERM');
    world.clockMs += 501;
    world.signal(signal);
    expect([world.killed, world.exitCodes]).toEqual([1, [code]]);
  });

  it('takes a signal that npm passes on a moment after the terminal did for the same one', async () => {
    const world = new TestWorld();
    void runProgram(['start'], world);
    await world.started.promise;
    world.signal('SIGINT');
    world.clockMs += 4;
    world.signal('SIGINT');
    expect([world.killed, world.exitCodes]).toEqual([0, []]);
  });

  it('exits at once on a signal while it is still starting', () => {
    const world = new TestWorld();
    world.startHost = () => Promise.withResolvers<never>().promise;
    void runProgram(['start'], world);
    world.signal('SIGINT');
    expect(world.exitCodes).toEqual([130]);
  });

  it('reads its file again at SIGHUP without a terminal, and stops at SIGHUP in one', async () => {
    const service = new TestWorld();
    void runProgram(['start'], service);
    await service.started.promise;
    service.signal('SIGHUP');
    expect([service.reloads, service.errors]).toEqual([1, '']);

    const shell = new TestWorld();
    shell.stopsAtHangup = true;
    const running = runProgram(['start'], shell);
    await shell.started.promise;
    shell.signal('SIGHUP');
    shell.stopped.resolve();
    expect(await running).toBe(0);
    expect([shell.reloads, shell.stops, shell.exitCodes]).toEqual([0, [30_000], []]);
  });

  it('leaves the greeting out where JSON was asked for', async () => {
    const world = new TestWorld();
    world.env['LONGHOUSE_LOG_FORMAT'] = 'json';
    void runProgram(['start'], world);
    await world.started.promise;
    expect(world.output).toBe('');
  });

  it('joins the peers that it is given', async () => {
    const world = new TestWorld();
    void runProgram(['start', '--peer', 'localhost:1', '--peer', '127.0.0.2:2'], world);
    await world.started.promise;
    expect(world.config?.bridge).toMatchObject({
      enabled: true,
      peers: ['localhost:1', '127.0.0.2:2'],
    });
  });

  it('refuses peers beyond this machine without a secret, before anything starts', async () => {
    const world = new TestWorld();
    expect(await runProgram(['start', '--peer', 'one:7779'], world)).toBe(2);
    expect(world.errors).toContain('bridge.secret');
    expect(world.errors).toContain('bridge.peers names "one:7779"');
    expect(world.config).toBeUndefined();
  });

  it('ends with 1, the message and no stack where the host cannot start', async () => {
    const world = new TestWorld();
    world.startHost = () =>
      Promise.reject(new HostError('listen', 'Cannot open port 7777: it is taken'));
    expect(await runProgram(['start'], world)).toBe(1);
    expect(world.errors).toMatch(/^longhouse: Cannot open port 7777: it is taken\n {2}Stop the/);
    expect(world.errors).not.toContain('    at ');
  });

  it('ends with 1 and the stack where the program is at fault', async () => {
    const world = new TestWorld();
    world.startHost = () => Promise.reject(new TypeError('x is not a function'));
    expect(await runProgram(['start'], world)).toBe(1);
    expect(world.errors).toContain('TypeError: x is not a function\n    at ');
  });
});

describe('longhouse', () => {
  it.each([
    [['start', '--nope'], "unknown option '--nope'"],
    [['start', 'now'], 'too many arguments'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['start', '--bots', 'x'], 'flag --bots: found "x", allowed is a whole number'],
    [['check-config', '--config', 'nowhere.toml'], '"nowhere.toml": there is none'],
  ])('ends %j with 2 and says why', async (argv, message) => {
    const world = new TestWorld();
    expect(await runProgram(argv, world)).toBe(2);
    expect(world.errors).toContain(message);
    expect(world.config).toBeUndefined();
  });

  it('checks a configuration and shows what it comes to', async () => {
    const world = new TestWorld();
    writeFileSync(path.join(world.workingDir, 'longhouse.toml'), '[host]\nid = "north"\n');
    expect(await runProgram(['check-config'], world)).toBe(0);
    expect(world.output).toContain('the configuration is good\n  host       north\n');
    world.output = '';
    await runProgram(['check-config', '--json'], world);
    expect(JSON.parse(world.output)).toMatchObject({ host: { id: 'north' } });
  });

  it('ends with 1 and says where it looked when there is no host', async () => {
    const world = new TestWorld();
    world.env['LONGHOUSE_OPS_PORT'] = '9';
    expect(await runProgram(['status'], world)).toBe(1);
    expect(world.errors).toContain('Cannot reach a host at "http://127.0.0.1:9"');
    expect(world.output).toBe('');
  });

  it('runs as a file: version, an example configuration that it accepts itself, a bad flag', async () => {
    const run = promisify(execFile);
    const version = await run(process.execPath, [CLI, 'version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const example = await run(process.execPath, [CLI, 'example-config']);
    const { workingDir } = new TestWorld();
    writeFileSync(path.join(workingDir, 'mine.toml'), example.stdout);
    const args = [CLI, 'check-config', '--config', 'mine.toml'];
    const checked = await run(process.execPath, args, { cwd: workingDir });
    expect(checked.stdout).toContain('the configuration is good');
    await expect(run(process.execPath, [CLI, 'start', '--nope'])).rejects.toMatchObject({
      code: 2,
    });
  });
});
