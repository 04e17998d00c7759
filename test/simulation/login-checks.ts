/**
 * What must hold of logins in the simulated network: the connection that a person has made last is closed for no older one, as far as
 * the hosts' wall clocks allow. Test files only.
 */

import assert from 'node:assert/strict';
import type { Connection } from './sim-gateway.ts';
import { wallMsOf, type Skew } from './sim-process.ts';
import type { World } from './world.ts';

/** Hosts put a login after those that they know of, each time by a millisecond. */
const STEPS_MS = 50;

interface Login {
  readonly connection: Connection;
  /** By its host's wall clock. */
  readonly wallMs: number;
  /** No login of before can have a later date. */
  readonly olderMs: number;
}

export class LoginWatch {
  readonly #world: World;
  /** Fast in all that the machines' clocks are. */
  readonly #fastest: Skew;
  readonly #newest = new Map<string, Login & { readonly latestMs: number }>();

  constructor(world: World, skews: readonly Skew[]) {
    this.#world = world;
    this.#fastest = {
      rate: Math.max(...skews.map(({ rate }) => rate)),
      offsetMs: 0,
      wallOffsetMs: Math.max(...skews.map(({ wallOffsetMs }) => wallOffsetMs)),
    };
  }

  /** A person has named himself there. */
  connected(connection: Connection, wallMs: number): void {
    const olderMs = this.#newest.get(connection.name)?.latestMs ?? 0;
    const latestMs = wallMsOf(this.#fastest, this.#world.nowMs) + STEPS_MS;
    this.#newest.set(connection.name, { connection, wallMs, olderMs, latestMs });
  }

  /** A host closes it for a newer login. */
  replaced(connection: Connection): void {
    const newest = this.#newest.get(connection.name);
    if (newest?.connection !== connection) {
      this.#world.mark('older login closed');
      return;
    }
    this.#world.mark('newest login closed, by the clocks');
    const { name } = connection;
    assert(
      newest.wallMs <= newest.olderMs,
      `the newest login of ${name} is closed for an older one`,
    );
  }
}
