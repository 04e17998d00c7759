/**
 * Finds the class of a handler: a built-in by its name, anything else by the file URL of its module.
 * Runs in match workers; each module is loaded when its first match opens.
 */

import type { GameHandlerClass } from '../../shared/api.ts';
import { messageOf } from '../../shared/errors.ts';
import { importUserModule } from '../user-module.ts';

const BUILT_IN = {
  lobby: async () => (await import('./lobby.ts')).Lobby,
  'capture-the-flag': async () =>
    (await import('./capture-the-flag/capture-the-flag.ts')).CaptureTheFlag,
  relay: async () => (await import('./relay.ts')).Relay,
} as const satisfies Readonly<Record<string, () => Promise<GameHandlerClass>>>;

export const BUILT_IN_HANDLERS: readonly string[] = Object.keys(BUILT_IN);

/** The class named by `module`: `lobby`, `capture-the-flag`, `relay`, or a `file:` URL whose default export it is. */
export async function loadHandler(module: string): Promise<GameHandlerClass> {
  if (isBuiltIn(module)) return BUILT_IN[module]();
  if (!module.startsWith('file:')) {
    const allowed = BUILT_IN_HANDLERS.join(', ');
    throw new Error(
      `Cannot load a handler: '${module}' is neither a file: URL nor one of ${allowed}`,
    );
  }
  const exported = await importModule(module);
  if (!isHandlerClass(exported)) {
    const found = exported === undefined ? 'nothing' : typeof exported;
    throw new Error(
      `Cannot load a handler: '${module}' exports ${found} as default, a class with a GameHandler's callbacks was expected`,
    );
  }
  return exported;
}

function isBuiltIn(module: string): module is keyof typeof BUILT_IN {
  return Object.hasOwn(BUILT_IN, module);
}

async function importModule(module: string): Promise<unknown> {
  try {
    return (await importUserModule(module))['default'];
  } catch (cause) {
    throw new Error(`Cannot load a handler: '${module}' failed: ${messageOf(cause)}`, { cause });
  }
}

/** A class whose prototype has at least one callback of a handler (all are optional, none would be a mistake). */
function isHandlerClass(exported: unknown): exported is GameHandlerClass {
  if (typeof exported !== 'function') return false;
  const prototype: unknown = exported.prototype;
  if (typeof prototype !== 'object' || prototype === null) return false;
  return CALLBACKS.some((callback) => callback in prototype);
}

const CALLBACKS = ['onOpen', 'onJoin', 'onData', 'onCommand', 'onTick', 'onLeave'] as const;
