/**
 * Asks the ops API again and again at a steady rate, by autocannon. A process of its own, forked by bench/ops/ops.ts: its work
 * is not the bench's, and not the players'.
 */

import autocannon from 'autocannon';
import type { OpsLoadOrder, OpsLoadReport } from './ops-load-messages.ts';

process.on('message', (message) => {
  // Only the bench's parent holds the other end of the channel.
  void load(message as OpsLoadOrder);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function load(order: OpsLoadOrder): Promise<void> {
  const cpu = process.cpuUsage();
  const result = await autocannon({
    url: order.url,
    connections: order.connections,
    duration: order.seconds,
    overallRate: order.requestsPerSecond,
    requests: order.routes.map((path) => ({ method: 'GET' as const, path })),
  });
  const { user, system } = process.cpuUsage(cpu);
  const report: OpsLoadReport = {
    requestsPerSecond: result.requests.average,
    succeeded: result['2xx'],
    refused: result.non2xx,
    failed: result.errors + result.timeouts,
    latencyMs: { p50: result.latency.p50, p99: result.latency.p99 },
    cpuMicros: user + system,
  };
  process.send?.(report);
}
