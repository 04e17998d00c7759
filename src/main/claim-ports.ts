/**
 * Makes sure that ports are ours before the gateways share them: with reusePort the kernel would let a second host listen on
 * them too, and give each a part of the players. Main thread, at start.
 */

import { createServer } from 'node:net';
import { HostError } from '../shared/errors.ts';
import type { ListenerSettings } from '../workers/gateway/gateway-settings.ts';
import type { ListenerConfig } from './config/host-config.ts';

/** The listeners with the ports that they will have; 0 became the one that the system chose. Throws `listen`. */
export async function claimListeners(
  listeners: readonly ListenerConfig[],
): Promise<readonly ListenerSettings[]> {
  const claimed: ListenerSettings[] = [];
  for (const listener of listeners) claimed.push(await claim(listener));
  return claimed;
}

/** All addresses means those of IPv4 where the machine has no IPv6. */
async function claim(listener: ListenerConfig): Promise<ListenerSettings> {
  try {
    return { ...listener, port: await claimPort(listener) };
  } catch (error) {
    const isWithoutIpv6 = listener.bindAddress === '::' && hasCode(error, NO_IPV6_CODES);
    if (!isWithoutIpv6) throw error;
    const onIpv4 = { ...listener, bindAddress: '0.0.0.0' };
    return { ...onIpv4, port: await claimPort(onIpv4) };
  }
}

const NO_IPV6_CODES: readonly string[] = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

function hasCode(error: unknown, codes: readonly string[]): boolean {
  const cause = error instanceof HostError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && codes.includes(String(cause.code));
}

/** Binds the port alone for a moment; resolves with it. */
function claimPort({ name, port, bindAddress }: ListenerConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const found = `port ${port} of "${bindAddress}" for the listener "${name}" gave ${cause.code ?? cause.message}`;
      reject(new HostError('listen', `Cannot accept players: ${found}`, { cause }));
    });
    server.listen({ port, host: bindAddress, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
