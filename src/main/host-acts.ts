/**
 * What operators have done to a running host, through its desks. Main thread.
 * What was done is noted in the audit trail before the answer, and told to whoever listens to events.
 */

import { messageOf } from '../shared/errors.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { BanDesk, BanOutcome, UnbanOutcome } from './bans/ban-desk.ts';
import type { DirectoryShell } from './directory-shell.ts';
import type { HostDrain } from './drain/host-drain.ts';
import type { NetworkDesk } from './federation/network-desk.ts';
import type { LoginDesk } from './logins/login-desk.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import type { EventFeed } from './ops/event-feed.ts';
import type { Announced, BanDone, BanInput, DrainView, OpsActs, Refused } from './ops/ops-host.ts';
import type { ConfigPatched } from './ops/ops-views.ts';

export interface ActParts {
  readonly hostId: string;
  readonly shell: DirectoryShell;
  readonly bans: BanDesk;
  readonly logins: LoginDesk;
  readonly drain: HostDrain;
  readonly desk: ConfigDesk;
  readonly events: EventFeed;
  readonly audit: AuditTrail;
  /** Undefined on a host that is alone. */
  readonly network: NetworkDesk | undefined;
}

export class HostActs implements OpsActs {
  readonly #parts: ActParts;

  constructor(parts: ActParts) {
    this.#parts = parts;
    const { network } = parts;
    network?.serve('kick', async ({ name, reason, by }) => {
      return (await this.#kickHere(name, reason, by)) ?? null;
    });
    network?.serve('announce', ({ text, by }) => this.#announceHere(text, by));
  }

  async ban(input: BanInput, by: string): Promise<BanDone | Refused> {
    const { bans, audit } = this.#parts;
    const outcome = await bans.add(by, input);
    if (outcome.outcome !== 'banned') return refusedBan(outcome);
    const { row, acks, pending } = outcome;
    const { id, target, untilMs = null, reason } = row;
    await audit.note('ban', by, { id, target, untilMs, why: reason });
    return { id, acks, pending };
  }

  async unban(id: string, by: string): Promise<BanDone | Refused> {
    const { bans, audit } = this.#parts;
    const outcome = await bans.remove(by, id);
    if (outcome.outcome === 'unknown') {
      const message = `Cannot lift the ban ${JSON.stringify(id)}: there is none of that id`;
      return { refused: 'unknown-ban', message };
    }
    if (outcome.outcome !== 'removed') return refusedBan(outcome);
    const { row, acks, pending } = outcome;
    await audit.note('unban', by, { id, target: row.target });
    return { id, acks, pending };
  }

  async kick(
    name: string,
    reason: string,
    by: string,
  ): Promise<{ readonly name: string; readonly hostId: string } | Refused> {
    const { hostId, network } = this.#parts;
    const here = await this.#kickHere(name, reason, by);
    if (here !== undefined) return { name: here, hostId };
    const asked = await network?.askFirst('kick', { name, reason, by });
    const [kicked] = asked?.answers ?? [];
    if (kicked !== undefined) return { name: kicked.answer, hostId: kicked.hostId };
    const silent = silentText(asked?.silent ?? []);
    const message = `Cannot kick ${JSON.stringify(name)}: not logged in${silent}`;
    return { refused: 'unknown-player', message };
  }

  async announce(text: string, by: string): Promise<Announced> {
    const { network } = this.#parts;
    const [here, there] = await Promise.all([
      this.#announceHere(text, by),
      network?.askAll('announce', { text, by }),
    ]);
    const players = (there?.answers ?? []).reduce((sum, { answer }) => sum + answer, here);
    return { players, silent: there?.silent ?? [] };
  }

  async drain(deadlineSeconds: number | undefined, by: string): Promise<DrainView> {
    const { drain, desk, audit } = this.#parts;
    const seconds = deadlineSeconds ?? desk.config.shutdown.deadlineSeconds;
    const { deadlineMs, playing } = drain.start(seconds * 1_000);
    await audit.note('drain', by, { deadlineSeconds: seconds, playing });
    return { draining: true, deadlineMs, playing };
  }

  async undrain(by: string): Promise<{ readonly draining: false } | Refused> {
    const { drain, audit } = this.#parts;
    if (drain.state === null) return { draining: false };
    if (!drain.cancel()) {
      const message = 'Cannot take the drain back: the host is stopping already';
      return { refused: 'already-stopping', message };
    }
    await audit.note('undrain', by, {});
    return { draining: false };
  }

  /** Answers with the name as it logged in; undefined when it is not here. */
  async #kickHere(name: string, reason: string, by: string): Promise<string | undefined> {
    const { logins, shell, events, audit } = this.#parts;
    const kicked = logins.kick(name, reason);
    if (kicked === undefined) return undefined;
    // Until the gateway has closed the connection.
    await shell.gateways.fence();
    events.publish('kick', { player: kicked, why: reason, by });
    await audit.note('kick', by, { player: kicked, why: reason });
    return kicked;
  }

  /** Answers with how many players were told. */
  async #announceHere(text: string, by: string): Promise<number> {
    const { shell, events, audit } = this.#parts;
    const { players, bots } = shell.directory.counts();
    shell.enter(() => {
      shell.order({ kind: 'event', players: undefined, event: { event: 'notice', text } });
    });
    events.publish('announce', { text, by });
    await audit.note('announce', by, { text, players: players + bots });
    return players;
  }

  async patchConfig(
    document: Readonly<Record<string, unknown>>,
    { by, dryRun }: { readonly by: string; readonly dryRun: boolean },
  ): Promise<ConfigPatched | Refused> {
    const { desk, audit } = this.#parts;
    try {
      const outcome = await desk.patch(document, { by, dryRun });
      if (outcome.kind === 'refused') {
        return { refused: 'bad-setting', message: outcome.message };
      }
      const { version, changes } = outcome;
      const keys = changes.map(({ key }) => key);
      if (!dryRun && keys.length > 0) await audit.note('config', by, { version, changes });
      return { version, dryRun, changes };
    } catch (error) {
      const message = `Cannot change the configuration: ${messageOf(error)}`;
      return { refused: 'store-unavailable', message };
    }
  }
}

function refusedBan(outcome: Extract<BanOutcome | UnbanOutcome, { code: string }>): Refused {
  return { refused: outcome.code, message: outcome.message };
}

/** Who may have that player, and did not say. */
function silentText(silent: readonly string[]): string {
  return silent.length === 0 ? '' : `; no answer from ${silent.join(', ')}`;
}
