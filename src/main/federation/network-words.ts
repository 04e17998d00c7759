/** Brings one player's words to another on whatever host that one is, and the answer back: never silence. Main thread. */

import type { Directory } from '../directory/directory.ts';
import type { NetworkDesk } from './network-desk.ts';
import type { Tell } from './network-questions.ts';

export interface NetworkWordsParts {
  readonly directory: Directory;
  readonly network: NetworkDesk;
  readonly enter: (change: () => void) => void;
}

export class NetworkWords {
  readonly #parts: NetworkWordsParts;

  constructor(parts: NetworkWordsParts) {
    this.#parts = parts;
    parts.network.serve('tell', (tell) => this.#hear(tell));
  }

  /** False: no other host is there to be asked. */
  tell(tell: Tell): boolean {
    const { network, directory, enter } = this.#parts;
    if (network.peers().length === 0) return false;
    void network.askFirst('tell', tell).then(({ answers: [first], silent }) => {
      enter(() => directory.federation.told(tell, first?.answer, silent.length));
    });
    return true;
  }

  #hear(tell: Tell): string | null {
    const { directory, enter } = this.#parts;
    let name: string | undefined;
    enter(() => (name = directory.federation.hear(tell)));
    return name ?? null;
  }
}
