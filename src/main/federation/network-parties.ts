/**
 * Brings what hosts say of parties with members on several of them to the directory, and the directory's words to them. Main thread.
 * What another host says is checked first: a link proves who speaks, not that it speaks sense.
 */

import type { PartyMessage } from '../../cluster-bridge/federation/party-messages.ts';
import type { Directory } from '../directory/directory.ts';
import type { PartyPost } from '../directory/directory-effects.ts';
import type { HostLog } from '../log.ts';
import type { NetworkDesk } from './network-desk.ts';
import { isSoundPartyMessage } from './party-message-schema.ts';

export interface NetworkPartiesOptions {
  readonly directory: Directory;
  readonly network: Pick<NetworkDesk, 'peers'>;
  readonly log: HostLog;
  readonly send: (hostId: string, message: PartyMessage) => void;
}

export class NetworkParties implements PartyPost {
  readonly #options: NetworkPartiesOptions;

  constructor(options: NetworkPartiesOptions) {
    this.#options = options;
  }

  peers(): readonly string[] {
    return this.#options.network.peers();
  }

  send(hostId: string, message: PartyMessage): void {
    this.#options.send(hostId, message);
  }

  onMessage(hostId: string, message: PartyMessage, nowMs: number): void {
    const { directory, log } = this.#options;
    if (isSoundPartyMessage(message)) {
      directory.federation.takePartyMessage(hostId, message, nowMs);
      return;
    }
    const text = `host ${hostId} said something of a party that this host cannot read`;
    log.warn(text, { reason: 'bridge-bad-message' });
  }

  peerDown(hostId: string, nowMs: number): void {
    this.#options.directory.federation.peerDown(hostId, nowMs);
  }
}
