/**
 * Knows which handler is running, also in its timers and promises, so that whatever is thrown ends that handler alone.
 * Match workers. The store survives into uncaughtException and unhandledRejection (measured on Node 26).
 */

import { AsyncLocalStorage } from 'node:async_hooks';

/** Something that can be ended for a throw. */
export interface Contained {
  fail(error: unknown): void;
}

const running = new AsyncLocalStorage<Contained>();

/** Calls `callback(...parameters)` as `owner`; what it throws ends the owner and goes no further. */
export function runContained<Parameters extends unknown[]>(
  owner: Contained,
  callback: (...parameters: Parameters) => void,
  ...parameters: Parameters
): void {
  try {
    running.run(owner, callback, ...parameters);
  } catch (error) {
    owner.fail(error);
  }
}

/** Catches what escapes from timers, promises and events of handlers. What belongs to no handler ends the thread. */
export function containThread(): void {
  process.on('uncaughtException', (error) => blame(error));
  process.on('unhandledRejection', (error) => blame(error));
  // In a thread exit() ends the thread: all its matches. A throw ends only the match that asked for it.
  process.exit = (): never => {
    throw new Error('Cannot exit: a handler ends itself with context.end()');
  };
}

function blame(error: unknown): void {
  const owner = running.getStore();
  if (owner === undefined) throw error;
  owner.fail(error);
}
