/** The calls of the store's thread, each with the durability that it promises. The store's thread. */

import type { StoreThreadApi } from '../../shared/store-messages.ts';
import type { Store } from './store.ts';

export function storeApi(store: Store): StoreThreadApi {
  return {
    open: () => store.open(),
    account: (key) => store.read((book) => book.account(key)),
    accounts: (keys) =>
      store.read((book) =>
        keys.map((key) => book.account(key)).filter((account) => account !== undefined),
      ),
    createAccount: ({ key, name, credential }) => {
      const isNew = store.write('FULL', (book) => book.createAccount(key, name, credential));
      return { outcome: isNew ? 'created' : 'taken' };
    },
    setCredential: (key, credential) =>
      store.write('FULL', (book) => book.setCredential(key, credential)),
    bans: (nowMs) => store.read((book) => book.bans(nowMs)),
    putBan: (ban) => store.write('FULL', (book) => book.putBan(ban)),
    removeBan: (id) => store.write('FULL', (book) => book.removeBan(id)),
    configVersions: (limit) => store.read((book) => book.configVersions(limit)),
    putConfig: (version) => store.write('FULL', (book) => book.putConfig(version)),
    audit: (entry) => store.write('FULL', (book) => book.local.addAudit(entry)),
    auditPage: (limit, before) => store.read((book) => book.local.auditPage(limit, before)),
    // A power cut may take the last of these; a killed process takes none that were committed.
    writeGroup: (group) => store.write('NORMAL', (book) => book.writeGroup(group)),
    entriesSince: (hostId, sequence, limit) =>
      store.read((book) => book.entries.since(hostId, sequence, limit)),
    versionVector: () => store.read((book) => book.entries.vector()),
    replicaState: () => store.read((book) => book.entries.state()),
    applyRemote: (entries, raised) =>
      store.write('FULL', (book) => book.entries.apply(entries, raised)),
    raiseVector: (vector) => store.write('FULL', (book) => book.entries.raise(vector)),
    health: () => store.health(),
    close: () => store.close(),
  };
}
