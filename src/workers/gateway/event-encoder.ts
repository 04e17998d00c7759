/** Tells clients of events; encodes each once for all who see it alike. Gateway threads. */

import type { ClientEvent } from '../../shared/client-event.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import type { ClientView } from '../../shared/client-view.ts';

/** Whom an event can be told. */
export interface EventReceiver {
  readonly protocol: ClientProtocol;
  readonly view: ClientView;
  onEvent(event: ClientEvent): void;
  push(bytes: Uint8Array, isVolatile: boolean): void;
}

export class EventEncoder {
  #event: ClientEvent | undefined;
  readonly #encoded = new Map<string, Uint8Array | undefined>();

  tell(receiver: EventReceiver, event: ClientEvent): void {
    receiver.onEvent(event);
    const bytes = this.encode(receiver.protocol, receiver.view, event);
    if (bytes !== undefined) receiver.push(bytes, false);
  }

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
