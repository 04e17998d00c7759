/** The settings of the ports for players. Main thread. */

import Type, { type TSchema } from 'typebox';
import { choice, flag, NAME, NOT_EMPTY, text } from './schema-parts.ts';

/** The names of protocols that need no file. */
export const BUILT_IN_PROTOCOLS: readonly string[] = ['line', 'frame', 'raw'];

const listener = Type.Object(
  {
    name: Type.String({ description: 'Name in logs and messages.', ...NAME }),
    protocol: Type.String({
      description:
        '`line`, `frame`, `raw`, or the file of an adapter of your own, relative to this file: docs/protocol.md.',
      ...NOT_EMPTY,
    }),
    port: Type.Integer({
      description: 'Port before host.portOffset; 0 takes a free one.',
      minimum: 0,
      maximum: 65_535,
    }),
    bindAddress: text('Address to listen on; `::` is every address, IPv4 too.', '::', NOT_EMPTY),
    greeter: text('Mode whose handler greets players of this port.', 'lobby', NAME),
    nameFrom: choice('Where the name of a player comes from; only for `raw`.', {
      of: ['address', 'firstLine'],
      default: 'address',
    }),
    proxyProtocol: flag('Expect a PROXY protocol v2 header from limits.trustedProxies.'),
  },
  { additionalProperties: false },
);

export const LISTENERS: TSchema = Type.Array(listener, {
  description: 'Ports for players. Naming any in the file replaces the default ones.',
  default: [
    { name: 'line', protocol: 'line', port: 7777 },
    { name: 'frame', protocol: 'frame', port: 7778 },
  ],
  minItems: 1,
  maxItems: 16,
});
