/** The store of a running host as its Replica calls it. Main thread. */

import type { ReplicaStorage } from '../../cluster-bridge/replica/replica.ts';
import type { StoreCalls } from '../../shared/store-messages.ts';

export type ReplicaCalls = Pick<StoreCalls, 'replicaState' | 'entriesSince' | 'applyRemote'>;

/** A failing store says so by itself: here it only has nothing to say. */
export function replicaStorage(calls: ReplicaCalls): ReplicaStorage {
  return {
    state: (done) => {
      answer(calls.replicaState(), done);
    },
    since: ({ origin, sequence, limit }, done) => {
      answer(calls.entriesSince(origin, sequence, limit), done);
    },
    apply: (entries, raised, done) => {
      answer(calls.applyRemote(entries, raised), done);
    },
  };
}

function answer<Result>(call: Promise<Result>, done: (result: Result | undefined) => void): void {
  call.then(done, () => done(undefined));
}
