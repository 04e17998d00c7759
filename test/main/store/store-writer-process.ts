/**
 * A process for store-kill.stress.test.ts to kill: writes rows of all durable kinds through the real thread, several at
 * once, and prints a line for each only after it was acknowledged.
 *
 *   node store-writer-process.ts FILE PREFIX
 */

import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/shared/clock.ts';
import { StoreThread } from '../../../src/main/store/store-thread.ts';

const LANES = 3;
const STANDARD_OUTPUT = 1;

const [, , file = '', prefix = ''] = process.argv;
const store = new StoreThread({
  task: { file, hostId: 'killed', resultsMax: 1_000, auditMax: 1_000_000, fileMbMax: 1_024 },
  onProblem: () => {},
});
const { state, problem } = await store.start();
say({ kind: 'health', key: state, value: problem ?? '' });
let version = (await store.configVersions(1))[0]?.version ?? 0;
await Promise.all([...Array.from({ length: LANES }, (_, lane) => writeRows(lane)), writeConfig()]);

function say(line: { kind: string; key: string; value: string }): void {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify(line)}\n`);
}

async function writeRows(lane: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const key = `${prefix}-${lane}-${number}`;
    await store.createAccount({ key, name: key, credential: 'first' });
    say({ kind: 'account', key, value: 'first' });
    await store.setCredential(key, 'second');
    say({ kind: 'account', key, value: 'second' });
    await putBan(key);
    say({ kind: 'ban', key, value: 'put' });
    if (number % 2 === 0) {
      await store.removeBan(key);
      say({ kind: 'ban', key, value: 'removed' });
    }
    await store.audit({ atMs: systemClock.wallMs(), by: prefix, act: key, detail: {} });
    say({ kind: 'audit', key, value: '' });
    // Commits of the other durability in between; what they promise is not checked here.
    store.putRatings([{ key, mode: 'ctf', mu: 25 + number, sigma: 8 }]);
  }
}

async function putBan(id: string): Promise<void> {
  const target = { kind: 'account', key: id } as const;
  const createdMs = systemClock.wallMs();
  await store.putBan({ id, target, untilMs: undefined, reason: 'test', by: 'test', createdMs });
}

async function writeConfig(): Promise<never> {
  for (;;) {
    const next = { version: version + 1, atMs: systemClock.wallMs(), by: prefix, document: {} };
    await store.putConfig(next);
    version += 1;
    say({ kind: 'config', key: String(version), value: prefix });
  }
}
