/**
 * Links between simulated hosts, on virtual time. Delivers in order and exactly once
 * while up; a block in one or both directions only delays until one side has heard nothing for SILENT_MS and ends the link; what
 * was on its way is lost then, and the other side learns of it when a word gets through, or by its own silence.
 * Test files only.
 */

import type { Channel } from '../../src/cluster-bridge/transport.ts';
import { HEARTBEAT_MS, SILENT_MS } from '../../src/cluster-bridge/link/link-times.ts';
import { SimPeer, type SimTransport } from './sim-transport.ts';
import { Lane, type World } from './world.ts';

/** A machine on the network: which process runs there changes. */
export interface Machine {
  readonly hostId: string;
  transport: SimTransport | undefined;
}

const DIAL_MS = 150;

interface Packet {
  readonly link: Link;
  readonly run: () => void;
}

/** One direction between two machines. */
class Wire {
  isBlocked = false;
  /** One way, of what is sent from now on. */
  delayMs = 1;
  readonly lane: Lane;
  readonly #held: Packet[] = [];

  constructor(world: World) {
    this.lane = new Lane(world);
  }

  /** On arrival: waits while the wire is blocked. */
  arrive(packet: Packet): void {
    if (this.isBlocked || this.#held.length > 0) this.#held.push(packet);
    else packet.run();
  }

  unblock(): void {
    this.isBlocked = false;
    for (const { run } of this.#held.splice(0)) run();
  }

  drop(link: Link): void {
    const kept = this.#held.filter((packet) => packet.link !== link);
    this.#held.splice(0, this.#held.length, ...kept);
  }
}

/** A link between two processes, with an end at each. */
interface Link {
  readonly ends: readonly [End, End];
}

interface End {
  readonly transport: SimTransport;
  readonly peer: SimPeer;
  isUp: boolean;
  heardAtMs: number;
}

export class SimNetwork {
  readonly #world: World;
  readonly #nodes: readonly Machine[];
  readonly #wires = new Map<string, Wire>();
  /** By `a b`, the lower id first. */
  readonly #links = new Map<string, Link>();

  constructor(world: World, nodes: readonly Machine[]) {
    this.#world = world;
    this.#nodes = nodes;
    for (const from of nodes) {
      for (const to of nodes) {
        if (from !== to) this.#wires.set(`${from.hostId} ${to.hostId}`, new Wire(world));
      }
    }
    world.after(DIAL_MS, () => this.#dial());
  }

  block(from: string, to: string): void {
    this.#wire(from, to).isBlocked = true;
  }

  unblock(from: string, to: string): void {
    this.#wire(from, to).unblock();
  }

  delay(from: string, to: string, delayMs: number): void {
    this.#wire(from, to).delayMs = delayMs;
  }

  /** How long what is sent now can be on its way. */
  lagMs(from: string, to: string): number {
    if (from === to) return 0;
    const { delayMs, lane } = this.#wire(from, to);
    return Math.max(delayMs * 1.5, lane.lastMs - this.#world.nowMs);
  }

  /** Since when both ends are up and nothing is blocked; undefined while it is not so. */
  isGood(one: string, other: string): boolean {
    const link = this.#links.get(pairOf(one, other));
    if (link === undefined || !link.ends.every(({ isUp }) => isUp)) return false;
    return !this.#wire(one, other).isBlocked && !this.#wire(other, one).isBlocked;
  }

  /** Whether that machine's end of the link is up. */
  isUpAt(one: string, other: string): boolean {
    const link = this.#links.get(pairOf(one, other));
    return link?.ends.some(({ isUp, peer }) => isUp && peer.hostId === other) === true;
  }

  /** The connection breaks; both ends learn of it as far as the wires let them. */
  cut(one: string, other: string): void {
    const link = this.#links.get(pairOf(one, other));
    const end = link?.ends[this.#world.random.below(2)];
    if (link !== undefined && end !== undefined) this.#down(link, end, 'cut');
  }

  /** A process has died: its machine tells the others at once, as far as the wires let it, or (power lost) not at all. */
  died(transport: SimTransport, isSilent: boolean): void {
    for (const link of this.#links.values()) {
      for (const [index, end] of link.ends.entries()) {
        if (end.transport !== transport) continue;
        end.isUp = false;
        const other = link.ends[1 - index];
        if (!isSilent && other !== undefined) this.#tellDown(link, other);
      }
    }
  }

  #wire(from: string, to: string): Wire {
    const wire = this.#wires.get(`${from} ${to}`);
    if (wire === undefined) throw new Error(`Cannot find a wire: from ${from} to ${to}`);
    return wire;
  }

  #dial(): void {
    this.#world.after(this.#world.between(DIAL_MS / 2, DIAL_MS * 2), () => this.#dial());
    for (const [index, a] of this.#nodes.entries()) {
      for (const b of this.#nodes.slice(index + 1)) this.#tryLink(a, b);
    }
  }

  #tryLink(a: Machine, b: Machine): void {
    const { transport: one } = a;
    const { transport: other } = b;
    if (!one?.isStarted || !other?.isStarted) return;
    const wires = [this.#wire(a.hostId, b.hostId), this.#wire(b.hostId, a.hostId)];
    if (wires.some(({ isBlocked }) => isBlocked)) return;
    const old = this.#links.get(pairOf(a.hostId, b.hostId));
    const isUsed = old?.ends.every(({ isUp, transport }) => {
      return isUp && (transport === one || transport === other);
    });
    // One end that still thinks it is up is replaced only by a peer that has lost its own.
    if (isUsed) return;
    // A handshake takes a while; hosts that pause do not answer.
    if (one.isPaused() || other.isPaused()) return;
    if (old !== undefined) for (const end of old.ends) this.#end(old, end, 'replaced');
    this.#open(one, other);
  }

  #open(one: SimTransport, other: SimTransport): void {
    const nowMs = this.#world.nowMs;
    const endOf = (transport: SimTransport, peer: SimTransport): End => ({
      transport,
      peer: new SimPeer(peer.identity, {
        send: (channel, bytes) => this.#send(link, transport, { channel, bytes }),
        close: (why) => this.#close(link, transport, why),
      }),
      isUp: true,
      heardAtMs: nowMs,
    });
    const link: Link = { ends: [endOf(one, other), endOf(other, one)] };
    this.#links.set(pairOf(one.identity.hostId, other.identity.hostId), link);
    this.#world.mark('link up');
    this.#world.trace(`link ${one.identity.hostId} ${other.identity.hostId}`);
    for (const end of link.ends) {
      end.transport.deliver(() => {
        if (end.isUp) end.transport.events?.onUp(end.peer);
      });
    }
    this.#watch(link);
  }

  #send(
    link: Link,
    from: SimTransport,
    { channel, bytes }: { channel: Channel; bytes: Uint8Array },
  ): void {
    const to = link.ends.find(({ transport }) => transport !== from);
    if (to === undefined) return;
    const copy = new Uint8Array(bytes);
    const wire = this.#wire(from.identity.hostId, to.transport.identity.hostId);
    const run = (): void => {
      if (!to.isUp) return;
      to.heardAtMs = this.#world.nowMs;
      to.transport.deliver(() => {
        if (to.isUp) to.transport.events?.onMessage(to.peer, channel, copy);
      });
    };
    wire.lane.send(wire.delayMs * this.#world.between(0.5, 1.5), () => wire.arrive({ link, run }));
  }

  /** Each end listens for itself: by its own clock, all are as fast as another here. */
  #watch(link: Link): void {
    if (link.ends.every(({ isUp }) => !isUp)) return;
    for (const end of link.ends) {
      if (!end.isUp || end.transport.isPaused()) continue;
      if (this.#world.nowMs - end.heardAtMs > SILENT_MS) this.#down(link, end, 'silent');
      else this.#beat(link, end);
    }
    this.#world.after(HEARTBEAT_MS, () => this.#watch(link));
  }

  /** Says that the bridge thread lives, whatever its main does. */
  #beat(link: Link, from: End): void {
    const to = link.ends.find((end) => end !== from);
    if (to === undefined) return;
    const wire = this.#wire(from.transport.identity.hostId, to.transport.identity.hostId);
    const run = (): void => void (to.heardAtMs = this.#world.nowMs);
    wire.lane.send(wire.delayMs, () => wire.arrive({ link, run }));
  }

  #close(link: Link, transport: SimTransport, why: string): void {
    const end = link.ends.find((one) => one.transport === transport);
    if (end !== undefined) this.#down(link, end, why);
  }

  /** This end gives the link up; the other one hears of it. */
  #down(link: Link, end: End, why: string): void {
    if (!end.isUp) return;
    this.#end(link, end, why);
    const other = link.ends.find((one) => one !== end);
    if (other !== undefined) this.#tellDown(link, other);
  }

  #tellDown(link: Link, end: End): void {
    const from = link.ends.find((one) => one !== end);
    if (from === undefined) return;
    const wire = this.#wire(from.transport.identity.hostId, end.transport.identity.hostId);
    const run = (): void => this.#end(link, end, 'closed by the other side');
    wire.lane.send(wire.delayMs, () => wire.arrive({ link, run }));
  }

  #end(link: Link, end: End, why: string): void {
    if (!end.isUp) return;
    end.isUp = false;
    this.#world.mark('link down');
    this.#world.trace(`down at ${end.transport.identity.hostId}: ${end.peer.hostId} ${why}`);
    if (link.ends.every(({ isUp }) => !isUp))
      for (const wire of this.#wires.values()) wire.drop(link);
    end.transport.deliver(() => end.transport.events?.onDown(end.peer, why));
  }
}

function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
