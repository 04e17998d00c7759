/** The entry of the bare relay's process: `node bench/relay/bare-relay-process.ts RATE_HZ`, its port goes to the parent over IPC. */

import { BareRelay } from './bare-relay.ts';

const relay = new BareRelay(Number(process.argv[2] ?? 10));
const port = await relay.listen(0);
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send?.({ port });
