/**
 * Makes sure that a port is ours before the gateways share it: with reusePort the kernel would let a second host listen on
 * it too, and give each a part of the players. Main thread, at start.
 */

import { createServer } from 'node:net';
import { HostError } from '../shared/errors.ts';

/** Binds the port alone for a moment; resolves with it (port 0: with the one that the system chose). Throws `listen`. */
export function claimPort(options: {
  readonly name: string;
  readonly port: number;
  readonly bindAddress: string;
}): Promise<number> {
  const { name, port, bindAddress } = options;
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
