/** A port of loopback that is free right now, for a program that cannot be told "any". The bench's parent process. */

import { createServer, type AddressInfo } from 'node:net';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // A server on an IP port has an address of that kind.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
