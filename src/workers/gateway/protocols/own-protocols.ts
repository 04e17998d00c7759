/**
 * Loads the adapters that listeners name by file: each module once for a gateway, whatever the number of ports. Gateway
 * threads, before they listen.
 */

import type { ClientProtocol } from '../../../shared/client-protocol.ts';
import { systemClock } from '../../../shared/clock.ts';
import { messageOf } from '../../../shared/errors.ts';
import { importUserModule } from '../../user-module.ts';
import type { LogLine } from '../gateway-settings.ts';
import { GuardedProtocol } from './guarded-protocol.ts';

export interface OwnProtocols {
  /** By the URL of their module. */
  readonly protocols: ReadonlyMap<string, ClientProtocol>;
  /** Why one of them cannot be used: then the host does not start. */
  readonly failure: string | undefined;
}

const BUILT_IN_NAMES: readonly string[] = ['line', 'frame', 'raw'];
const METHODS = ['open', 'encodeState', 'encodeEvent', 'encodeWelcome', 'encodeBye'] as const;
/** A flood of bad bytes for a bad adapter must not become a flood of messages to main. */
const REPORT_MS_MIN = 1_000;

/** `onFailure` hears what adapters throw later, at most once a second for each of them. */
export async function loadOwnProtocols(
  names: readonly string[],
  onFailure: (line: LogLine) => void,
): Promise<OwnProtocols> {
  const protocols = new Map<string, ClientProtocol>();
  const taken = new Set(BUILT_IN_NAMES);
  for (const url of new Set(names.filter((name) => name.startsWith('file:')))) {
    try {
      const protocol = await loadProtocol(url);
      // What is encoded is kept by this name: two of one name would get each other's bytes.
      if (taken.has(protocol.name)) throw new Error(`its name "${protocol.name}" is taken`);
      taken.add(protocol.name);
      protocols.set(url, new GuardedProtocol(protocol, reporter(protocol.name, onFailure)));
    } catch (error) {
      return { protocols, failure: `Cannot load protocol "${url}": ${messageOf(error)}` };
    }
  }
  return { protocols, failure: undefined };
}

async function loadProtocol(url: string): Promise<ClientProtocol> {
  const exported = (await importUserModule(url))['default'];
  if (typeof exported !== 'function') {
    const found = exported === undefined ? 'nothing' : typeof exported;
    throw new Error(`it exports ${found} as default, a class was expected`);
  }
  // It takes no arguments; what it makes is checked below, and whatever it throws is the module's failure.
  const made: unknown = Reflect.construct(exported, []);
  if (!isProtocol(made)) {
    const allowed = `a name, opaque, and the methods ${METHODS.join(', ')}`;
    throw new Error(`its class is no ClientProtocol: it needs ${allowed}`);
  }
  return made;
}

function isProtocol(made: unknown): made is ClientProtocol {
  if (typeof made !== 'object' || made === null) return false;
  // Each field is looked at before it is believed.
  const fields = made as Partial<Record<keyof ClientProtocol, unknown>>;
  if (typeof fields.name !== 'string' || typeof fields.opaque !== 'boolean') return false;
  return METHODS.every((method) => typeof fields[method] === 'function');
}

function reporter(
  name: string,
  onFailure: (line: LogLine) => void,
): (call: string, error: unknown) => void {
  let nextMs = 0;
  let leftOut = 0;
  return (call, error) => {
    const nowMs = systemClock.nowMs();
    if (nowMs < nextMs) {
      leftOut += 1;
      return;
    }
    const stack = error instanceof Error ? error.stack : String(error);
    const fields = { reason: 'protocol-failed', protocol: name, call, error: stack, leftOut };
    onFailure({ level: 'error', message: `protocol "${name}" failed in ${call}`, fields });
    nextMs = nowMs + REPORT_MS_MIN;
    leftOut = 0;
  };
}
