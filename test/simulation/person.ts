/**
 * A player of the simulated network: one client at a time, that comes and goes, queues, leaves, plays. Some connections die without
 * their host's noticing for a while. Test files only.
 */

import type { PlayerRequest } from '../../src/shared/thread-messages.ts';
import { Reason } from '../../src/shared/reason.ts';
import type { Connection } from './sim-gateway.ts';
import type { SimHost } from './sim-host.ts';
import { LAST_MODE, MODES } from './settings.ts';
import type { World } from './world.ts';

export class Person {
  readonly name: string;
  connection: Connection | undefined;
  host: SimHost | undefined;
  readonly #world: World;
  readonly #hosts: () => readonly SimHost[];
  /** The last connection was ended with a goodbye: nothing of it is kept. */
  hasQuit = false;
  /** The connection through which it asked to leave last; its host may hear of that late. */
  leftThrough: Connection | undefined;
  /** Wants to be there, and nothing else. */
  isCalm = false;

  constructor(name: string, world: World, hosts: () => readonly SimHost[]) {
    this.name = name;
    this.#world = world;
    this.#hosts = hosts;
  }

  get askedLeave(): boolean {
    return this.connection !== undefined && this.leftThrough === this.connection;
  }

  get isOnline(): boolean {
    return this.connection?.isOpen === true && this.host?.process.isDead === false;
  }

  /** Acts, and again after a while. */
  live(): void {
    this.act();
    this.#world.after(this.#world.between(50, this.isCalm ? 300 : 1_200), () => this.live());
  }

  act(): void {
    if (!this.isOnline) this.connect();
    else if (!this.isCalm) this.#play();
  }

  connect(): void {
    const hosts = this.#hosts();
    const last = hosts.find(({ hostId }) => hostId === this.host?.hostId);
    const host = last !== undefined && this.#world.chance(0.6) ? last : this.#world.pick(hosts);
    if (host === undefined) return;
    if (this.isOnline) this.#world.mark('moved with the old connection open');
    this.host = host;
    this.connection = host.gateway.connect(this.name, () => this.#onRouted());
    this.#world.trace(`${this.name} connects to ${host.hostId}`);
  }

  /** The host is dead: most come back soon, many of them to the same one. */
  onHostDied(): void {
    if (this.#world.chance(0.8)) this.#world.after(this.#world.between(0, 400), () => this.act());
  }

  /** Many who come to a lobby want to play at once. */
  #onRouted(): void {
    const { host, connection } = this;
    if (this.isCalm || host === undefined || connection === undefined) return;
    const isInLobby = host.workers.handlers.get(connection.handler ?? 0)?.isLobby === true;
    if (!isInLobby || !this.#world.chance(0.7)) return;
    const mode = this.#world.pick(MODES)?.name ?? '';
    this.#world.after(this.#world.between(0, 30), () => this.ask({ ask: 'queue', mode }));
  }

  queueLast(): void {
    this.ask({ ask: 'queue', mode: LAST_MODE.name });
  }

  ask(request: PlayerRequest): void {
    const { host, connection } = this;
    if (request.ask === 'leave') this.leftThrough = connection;
    const handler = connection?.handler;
    if (host === undefined || connection === undefined || handler === undefined) return;
    const match = host.effects.remotes.get(handler);
    const other = this.#hosts().find(({ hostId }) => hostId === match?.host.hostId);
    const delayMs = this.#world.between(0, 3);
    this.#world.trace(`${this.name} asks ${request.ask}`);
    if (match === undefined || other === undefined || other === host) {
      this.#world.after(delayMs, () => host.ask(connection.player, handler, request));
    } else {
      this.#world.mark('asked through a match elsewhere');
      this.#world.after(delayMs, () => other.guestAsks(match.handler, this.name, request));
    }
  }

  #play(): void {
    const world = this.#world;
    const drawn = world.random.below(100);
    if (drawn < 56) this.ask({ ask: 'queue', mode: world.pick(MODES)?.name ?? '' });
    else if (drawn < 60) this.ask({ ask: 'leave' });
    else if (drawn < 70) {
      const name = `p${world.random.below(8)}`;
      this.ask({ ask: 'party', action: 'invite', name });
    } else if (drawn < 83) this.ask({ ask: 'party', action: 'accept', name: undefined });
    else if (drawn < 84) this.ask({ ask: 'party', action: 'leave', name: undefined });
    else if (drawn < 88) this.#lose(Reason.disconnected, 0);
    else if (drawn < 90) this.#lose(Reason.quit, 0);
    else if (drawn < 93) {
      world.mark('half-dead connection');
      this.#lose(Reason.disconnected, world.between(100, 8_000));
    } else if (drawn < 97) this.connect();
  }

  /** The client is gone; its host notices after that time. */
  #lose(reason: Reason, afterMs: number): void {
    const { host, connection } = this;
    if (host === undefined || connection === undefined) return;
    this.#world.after(afterMs, () => host.gateway.close(connection, reason));
    this.hasQuit = reason === Reason.quit;
    this.connection = undefined;
    this.#world.trace(`${this.name} is gone`);
    if (this.#world.chance(0.7)) this.#world.after(this.#world.between(0, 500), () => this.act());
  }
}
