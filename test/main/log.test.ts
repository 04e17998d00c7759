/**
 * Goal: a reason that comes in a flood costs ten lines a second and one that says how many were left out.
 * Method: the real log into an array, on a virtual clock; standard output in a process of its own.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLog, LINES_PER_SECOND_MAX, type HostLog } from '../../src/main/log.ts';
import { VirtualClock } from '../../src/shared/virtual-clock.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly host: string;
  readonly reason?: string;
  readonly leftOut?: number;
}

function logToArray(): { log: HostLog; lines: Line[]; clock: VirtualClock } {
  const lines: Line[] = [];
  const clock = new VirtualClock();
  const destination = { write: (text: string) => lines.push(JSON.parse(text) as Line) };
  const log = createLog({
    level: 'info',
    format: 'json',
    hostId: 'a',
    isTerminal: false,
    clock,
    destination,
  });
  return { log, lines, clock };
}

describe('createLog()', () => {
  it('writes one JSON line for each call at its level or above', () => {
    const { log, lines } = logToArray();
    log.debug('quiet');
    log.info('listening', { port: 7777 });
    log.fromThread({ level: 'warn', message: 'slow', fields: { worker: 1 } });
    expect(lines).toMatchObject([
      { level: 30, msg: 'listening', host: 'a', port: 7777 },
      { level: 40, msg: 'slow', worker: 1 },
    ]);
  });

  it('leaves out what a reason floods, and says how much at the end of the second', () => {
    const { log, lines, clock } = logToArray();
    for (let count = 0; count < 500; count += 1) log.warn('closed', { reason: 'slow-reader' });
    log.warn('closed', { reason: 'idle' });
    expect(lines).toHaveLength(LINES_PER_SECOND_MAX + 1);
    clock.advance(1_000);
    expect(lines.at(-1)).toMatchObject({ reason: 'slow-reader', leftOut: 490 });
    log.warn('closed', { reason: 'slow-reader' });
    expect(lines).toHaveLength(LINES_PER_SECOND_MAX + 3);
  });

  it('samples lines of a thread by their message, but not lines of main without a reason', () => {
    const { log, lines } = logToArray();
    for (let count = 0; count < 50; count += 1) {
      log.fromThread({ level: 'info', message: 'same', fields: { count } });
      log.info('main');
    }
    expect(lines.filter(({ msg }) => msg === 'same')).toHaveLength(LINES_PER_SECOND_MAX);
    expect(lines.filter(({ msg }) => msg === 'main')).toHaveLength(50);
  });

  it('bounds the reasons it counts', () => {
    const { log, lines } = logToArray();
    for (let count = 0; count < 5_000; count += 1) log.info('x', { reason: `reason ${count}` });
    void log.close();
    expect(lines).toHaveLength(1_000 + LINES_PER_SECOND_MAX + 1);
    expect(lines.at(-1)).toMatchObject({ reason: 'other reasons', leftOut: 3_990 });
  });

  it('says what was left out when it closes, and writes nothing after', () => {
    const { log, lines } = logToArray();
    for (let count = 0; count < 11; count += 1) log.info('x', { reason: 'r' });
    void log.close();
    log.info('late');
    expect(lines.at(-1)).toMatchObject({ leftOut: 1 });
  });

  it.each(['json', 'pretty'] as const)('has written everything in %s before an exit', (format) => {
    const script = `
      import { createLog } from '${new URL('../../src/main/log.ts', import.meta.url).href}';
      const log = createLog({ level: 'info', format: '${format}', hostId: 'a', isTerminal: false });
      for (let count = 0; count < 2000; count += 1) log.info('line ' + count);
      log.close();
      process.exit(0);`;
    const args = ['--input-type=module-typescript', '-e', script];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 24 });
    expect(output.match(/line \d+/g)).toHaveLength(2_000);
  });

  it.each([
    ['json', true],
    ['json', false],
    ['pretty', true],
    ['pretty', false],
  ] as const)('ends in %s when nobody reads any more, closed: %s', async (format, isClosed) => {
    const script = `
      import { createLog } from '${new URL('../../src/main/log.ts', import.meta.url).href}';
      import { once } from 'node:events';
      const log = createLog({ level: 'info', format: '${format}', hostId: 'a', isTerminal: false });
      await once(process.stdin, 'data');
      for (const word of ['one', 'two', 'three']) log.info(word + ' to nobody');
      ${isClosed ? 'await log.close();' : ''}
      process.exit(7);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdout.destroy();
    child.stdin.write('now');
    // It hung for ever: pino's own destination tries EPIPE again and again as the process exits.
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
