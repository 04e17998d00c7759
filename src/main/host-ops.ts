/** The ops port of a running host: its routes over the host's parts, opened last, closed last. Main thread. */

import { systemClock } from '../shared/clock.ts';
import { AuditTrail } from './audit-trail.ts';
import { HostActs } from './host-acts.ts';
import { publishBans } from './host-events.ts';
import { HostMetrics } from './host-metrics.ts';
import type { HostParts } from './host-parts.ts';
import { HostReads } from './host-reads.ts';
import { isLoopback } from './ops/ops-access.ts';
import { opsRoutes } from './ops/ops-routes.ts';
import { OpsServer } from './ops/ops-server.ts';
import { opsToken } from './ops/ops-token.ts';
import { readVersion } from './version.ts';

export class HostOps {
  readonly #reads: HostReads;
  readonly #server: OpsServer;
  readonly #metrics: HostMetrics;

  constructor(parts: HostParts) {
    const { config, desk, log, events, bans, drain, store } = parts;
    const { ops, host } = config;
    const token = opsToken(ops.token, host.dataDir);
    if (!isLoopback(ops.bindAddress)) {
      const open = `everybody who can reach "${ops.bindAddress}" port ${ops.port}`;
      log.warn(`the ops port answers ${open}; what names people needs the token there`);
    }
    const audit = new AuditTrail({ store: store.calls, clock: systemClock, log });
    const counts = () => this.#server.counts();
    this.#metrics = new HostMetrics({ ...parts, audit, counts });
    const metrics = () => this.#metrics.families();
    this.#reads = new HostReads({ ...parts, audit, metrics });
    const network = parts.bridge?.network;
    const acts = new HostActs({ ...parts, hostId: host.id, audit, network });
    this.#server = new OpsServer({
      routes: opsRoutes({ events, reads: this.#reads, acts }),
      version: readVersion(),
      port: ops.port,
      access: { ...ops, token, clock: systemClock },
      onFailure: (error) => log.error('the ops server failed', { error: error.stack }),
    });
    publishBans(events, bans);
    desk.onChange(({ version, by, changes }) => events.publish('config', { version, by, changes }));
    drain.onChange = (state) => events.publish('drain', { draining: state });
    store.onHealth(({ state, problem = null }) => events.publish('store', { state, problem }));
  }

  /** Opens the port and returns it. Throws `listen`. */
  async listen(): Promise<number> {
    await this.#server.listen();
    return this.#server.port;
  }

  async close(): Promise<void> {
    this.#reads.close();
    this.#metrics.close();
    await this.#server.close();
  }
}
