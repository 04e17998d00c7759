/**
 * Goal: a host stops once, however often it is asked to. Method: a real host; both stops are awaited, at once and after the end.
 */

import { expect, it } from 'vitest';
import { startTestHost } from '../support/start-test-host.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
log = { level = "error" }
ops = { port = 0 }
[[listeners]]
name = "frame"
protocol = "frame"
port = 0
`;
const TIMEOUT_MS = 60_000;

it(
  'RunningHost.stop() gives whoever asks again the end of the first stop',
  async () => {
    const host = await startTestHost(CONFIG);
    const first = host.stop('test', 0);
    const second = host.stop('sigterm', 10_000);
    await Promise.all([first, second]);
    await expect(host.stop('test', 0)).resolves.toBeUndefined();
  },
  TIMEOUT_MS,
);
