/**
 * Loads a module that somebody else wrote: a handler, a protocol adapter, a login check, .js or .ts, as the configuration names
 * it. Match workers, gateway threads, the thread of login checks.
 *
 * What such a module imports from `longhouse` are mostly types, which are gone when it runs. Values (ClientView, Reason) are this
 * program's own, wherever the module lies and whatever is installed there: in a checkout, in the binary, in the package.
 */

import { registerHooks } from 'node:module';

const PACKAGE = 'longhouse';
/** A bundle has another file here: deploy/bundle/patches.ts. */
const API = new URL('../shared/api.ts', import.meta.url);

let isHooked = false;

/** What the module at a `file:` URL exports. Throws what the module throws. */
export async function importUserModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  if (!isHooked) {
    isHooked = true;
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === PACKAGE ? { url: API.href, shortCircuit: true } : next(specifier, context),
    });
  }
  // The shape of a module that someone else wrote is checked by the caller.
  return (await import(url)) as Readonly<Record<string, unknown>>;
}
