/**
 * How two hosts make sure of each other: hellos, then proofs over both of them. Pure. Bridge thread.
 *
 *   dialer    --hello(nonce D)-->  acceptor       proof = HMAC-SHA256(secret, role | hello of D | hello of A)
 *             <--hello(nonce A)--
 *             --proof(dialer)--->                 the acceptor proves itself only to who has proved to know the secret
 *             <--proof(acceptor)-
 *
 * A recorded hello or proof is worth nothing: each side's nonce is new. A proof sent back is worth nothing: the role is in it.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { isAddress } from './host-address.ts';

/** Grows with every change of what hosts say to each other: a network runs one version. */
export const BRIDGE_PROTOCOL = 3;
export const NONCE_BYTES = 32;

export interface Hello {
  readonly protocol: number;
  /** Name of the network: hosts of two networks that share a secret do not mix. */
  readonly network: string;
  readonly hostId: string;
  readonly incarnation: number;
  /** Hexadecimal. */
  readonly nonce: string;
  /** The sender's wall clock. */
  readonly wallMs: number;
  /** `host:port` where the sender can be dialed; undefined: it cannot. */
  readonly address: string | undefined;
}

export type LinkRole = 'dialer' | 'acceptor';

const NETWORK = /^[a-z][a-z0-9-]{0,31}$/;
const HOST_ID = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const NONCE = new RegExp(`^[0-9a-f]{${NONCE_BYTES * 2}}$`);

export function encodeHello(hello: Hello): Uint8Array {
  return Buffer.from(JSON.stringify(hello), 'utf8');
}

/** What another version says of itself may have any shape but for this. */
export interface OtherProtocol {
  readonly protocol: number;
  readonly nonce?: undefined;
}

/** Undefined for whatever is no hello. */
export function decodeHello(bytes: Uint8Array): Hello | OtherProtocol | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { protocol } = value as { readonly protocol?: unknown };
  if (typeof protocol !== 'number' || !Number.isSafeInteger(protocol)) return undefined;
  if (protocol !== BRIDGE_PROTOCOL) return { protocol };
  return isHello(value) ? value : undefined;
}

/** The proof of `role` over both hellos as they were sent. */
export function linkProof(secret: string, role: LinkRole, hellos: HelloPair): Uint8Array {
  const hmac = createHmac('sha256', secret);
  hmac.update(`longhouse bridge ${BRIDGE_PROTOCOL} ${role}\n`);
  for (const hello of [hellos.ofDialer, hellos.ofAcceptor]) {
    // With its length, so that the two cannot run into each other.
    hmac.update(`${hello.length}\n`).update(hello);
  }
  return hmac.digest();
}

export interface HelloPair {
  readonly ofDialer: Uint8Array;
  readonly ofAcceptor: Uint8Array;
}

/** Takes as long for a wrong proof as for the right one. */
export function isProof(found: Uint8Array, expected: Uint8Array): boolean {
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function isHello(value: object): value is Hello {
  const { network, hostId, incarnation, nonce, wallMs, address } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(incarnation) &&
    Number.isFinite(wallMs) &&
    isText(network, NETWORK) &&
    isText(hostId, HOST_ID) &&
    isText(nonce, NONCE) &&
    (address === undefined || (typeof address === 'string' && isAddress(address)))
  );
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
