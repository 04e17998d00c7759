/** Encodes an event once for all clients that see it alike. Gateway threads. */

import type { ClientEvent } from '../../shared/client-event.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import type { ClientView } from '../../shared/client-view.ts';

export class EventEncoder {
  #event: ClientEvent | undefined;
  readonly #encoded = new Map<string, Uint8Array | undefined>();

  /** The bytes of `event` for a protocol and view; undefined where it is not shown. */
  encode(protocol: ClientProtocol, view: ClientView, event: ClientEvent): Uint8Array | undefined {
    if (event !== this.#event) {
      this.#event = event;
      this.#encoded.clear();
    }
    const key = `${protocol.name}/${view}`;
    if (!this.#encoded.has(key)) this.#encoded.set(key, protocol.encodeEvent(event, view));
    return this.#encoded.get(key);
  }
}
