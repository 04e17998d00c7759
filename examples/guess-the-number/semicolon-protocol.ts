/**
 * The adapter that docs/protocol.md shows: a client that ends its messages with ';' and logs in with `name=ada;`.
 * Put it on a port with `protocol = "./semicolon-protocol.ts"`; it runs in gateway threads.
 */

import {
  ClientView,
  Reason,
  type ClientEvent,
  type ClientProtocol,
  type ProtocolClient,
  type ProtocolSession,
} from 'longhouse';

const MESSAGE_BYTES_MAX = 100;
const SEMICOLON = 0x3b;

export default class SemicolonProtocol implements ClientProtocol {
  readonly name = 'semicolon';
  readonly opaque = false;

  open(client: ProtocolClient): ProtocolSession {
    client.setView(ClientView.plain);
    let kept = Buffer.alloc(0);
    const onBytes = (chunk: Uint8Array): void => {
      const bytes = Buffer.concat([kept, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(SEMICOLON); end !== -1; end = bytes.indexOf(SEMICOLON, start)) {
        if (end - start <= MESSAGE_BYTES_MAX) take(client, bytes, start, end);
        else client.violation(Reason.lineTooLong, `Cannot read a message: ${end - start} bytes`);
        if (!client.open) return;
        start = end + 1;
      }
      // A copy: chunk belongs to the gateway, and what is kept must stay bounded.
      kept = Buffer.from(bytes.subarray(start));
      if (kept.length > MESSAGE_BYTES_MAX) client.violation(Reason.lineTooLong, 'No end in sight');
    };
    return { onBytes };
  }

  encodeState(payload: Uint8Array): Uint8Array {
    return Buffer.concat([payload, Buffer.from(';')]);
  }

  encodeEvent(event: ClientEvent): Uint8Array | undefined {
    return event.event === 'said' ? Buffer.from(`${event.from}=${event.text};`) : undefined;
  }

  encodeWelcome(): Uint8Array | undefined {
    return Buffer.from('welcome;');
  }

  encodeBye(code: string): Uint8Array | undefined {
    return Buffer.from(`bye=${code};`);
  }
}

function take(client: ProtocolClient, bytes: Buffer, start: number, end: number): void {
  if (!client.greeting) {
    client.input(bytes, start, end);
    return;
  }
  const [, name] = /^name=(.+)$/u.exec(bytes.toString('utf8', start, end)) ?? [];
  if (name === undefined) client.violation(Reason.badName, 'Cannot log in: say name=NAME; first');
  else client.login(name, undefined);
}
