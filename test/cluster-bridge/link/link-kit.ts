/** Two real LinkSessions and what lies between them: bytes that wait on each side until a test delivers them. Test files only. */

import {
  BRIDGE_PROTOCOL,
  type Hello,
  type LinkRole,
} from '../../../src/cluster-bridge/link/link-hello.ts';
import type { LinkRefusal } from '../../../src/cluster-bridge/link/link-refusal.ts';
import { LinkSession } from '../../../src/cluster-bridge/link/link-session.ts';

export const SECRET = 'a secret that all hosts know';

/** Nonces of a test: never the same twice, and readable in a failure. */
let nonces = 0;

export function testHello(part: Partial<Hello> = {}): Hello {
  nonces += 1;
  return {
    protocol: BRIDGE_PROTOCOL,
    network: 'longhouse',
    hostId: 'a',
    incarnation: 1,
    nonce: nonces.toString(16).padStart(64, '0'),
    wallMs: 1_000_000,
    address: '127.0.0.1:7779',
    ...part,
  };
}

export interface EndOptions {
  readonly hello?: Partial<Hello>;
  readonly secret?: string;
  readonly network?: string;
  readonly wallMs?: number;
  readonly admit?: (hello: Hello) => LinkRefusal | undefined;
  readonly nowMs?: number;
}

/** One end of a link, with all that it says and hears. */
export class LinkEnd {
  readonly session: LinkSession;
  /** All that was written, in the order of the calls. */
  readonly written: Uint8Array[] = [];
  readonly opened: Hello[] = [];
  readonly messages: { readonly channel: number; readonly text: string }[] = [];
  readonly addresses: (readonly string[])[] = [];
  readonly closed: { readonly refusal: LinkRefusal | undefined; readonly detail: string }[] = [];
  skewMs = 0;
  /** Calls after closed(): there must be none. */
  late = 0;

  constructor(role: LinkRole, options: EndOptions = {}) {
    const { hello = {}, network = 'longhouse', wallMs = 1_000_000 } = options;
    this.session = new LinkSession({
      role,
      network,
      secret: options.secret ?? SECRET,
      hello: () => testHello({ network, wallMs, ...hello }),
      nowMs: options.nowMs ?? 0,
      wallMs: () => wallMs,
      write: (bytes) => {
        if (this.closed.length > 0) this.late += 1;
        this.written.push(new Uint8Array(bytes));
      },
      events: {
        admit: (one) => options.admit?.(one),
        opened: (one, skewMs) => {
          this.skewMs = skewMs;
          this.#log(this.opened, one);
        },
        message: (channel, bytes) =>
          this.#log(this.messages, { channel, text: Buffer.from(bytes).toString('utf8') }),
        addresses: (list) => this.#log(this.addresses, list),
        closed: (refusal, detail) => this.#log(this.closed, { refusal, detail }),
      },
    });
  }

  /** Takes what was written since the last call. */
  take(): Uint8Array {
    return Buffer.concat(this.written.splice(0));
  }

  #log<T>(list: T[], entry: T): void {
    if (this.closed.length > 0) this.late += 1;
    list.push(entry);
  }
}

export interface LinkPair {
  readonly dialer: LinkEnd;
  readonly acceptor: LinkEnd;
}

export function linkPair(options: { dialer?: EndOptions; acceptor?: EndOptions } = {}): LinkPair {
  const dialer = new LinkEnd('dialer', { hello: { hostId: 'a' }, ...options.dialer });
  const acceptor = new LinkEnd('acceptor', { hello: { hostId: 'b' }, ...options.acceptor });
  return { dialer, acceptor };
}

/** Delivers until nobody has more to say. Answers all bytes of each side. */
export function exchange({ dialer, acceptor }: LinkPair): {
  readonly ofDialer: Uint8Array;
  readonly ofAcceptor: Uint8Array;
} {
  const said: { d: Uint8Array[]; a: Uint8Array[] } = { d: [], a: [] };
  for (;;) {
    const up = dialer.take();
    const down = acceptor.take();
    if (up.length === 0 && down.length === 0) break;
    said.d.push(up);
    said.a.push(down);
    if (up.length > 0) acceptor.session.receive(up);
    if (down.length > 0) dialer.session.receive(down);
  }
  return { ofDialer: Buffer.concat(said.d), ofAcceptor: Buffer.concat(said.a) };
}

/** A pair that is up. */
export function upPair(options: Parameters<typeof linkPair>[0] = {}): LinkPair {
  const pair = linkPair(options);
  pair.dialer.session.connected();
  exchange(pair);
  if (pair.dialer.opened.length + pair.acceptor.opened.length !== 2) {
    throw new Error('the test pair did not come up');
  }
  return pair;
}
