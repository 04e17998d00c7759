/**
 * Goal: an adapter of somebody else is loaded or refused with what is wrong, and cannot hurt the thread that it runs in.
 * Method: modules written to a folder, loaded as a gateway loads them, and driven by a recording client.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { ClientProtocol } from '../../../../src/shared/client-protocol.ts';
import { ClientView } from '../../../../src/shared/client-view.ts';
import { Reason } from '../../../../src/shared/reason.ts';
import type { LogLine } from '../../../../src/workers/gateway/gateway-settings.ts';
import { loadOwnProtocols } from '../../../../src/workers/gateway/protocols/own-protocols.ts';
import { RecordingClient } from '../../../support/recording-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhouse-protocols-'));
const SEMICOLON = new URL(
  '../../../../examples/guess-the-number/semicolon-protocol.ts',
  import.meta.url,
).href;
/** Whole, and without any of its parts. */
const PARTS: Readonly<Record<string, string>> = {
  name: "name = 'test';",
  opaque: 'opaque = false;',
  open: 'open() { return { onBytes() {} }; }',
  encodeState: 'encodeState(payload) { return payload; }',
  encodeEvent: 'encodeEvent() {}',
  encodeWelcome: 'encodeWelcome() {}',
  encodeBye: 'encodeBye() {}',
};

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('loadOwnProtocols()', () => {
  it('loads each module once, and none for what is built in', async () => {
    const { protocols, failure } = await loadOwnProtocols(
      ['line', SEMICOLON, 'raw', SEMICOLON],
      () => {},
    );
    expect(failure).toBeUndefined();
    expect([...protocols.keys()]).toEqual([SEMICOLON]);
    expect(protocols.get(SEMICOLON)).toMatchObject({ name: 'semicolon', opaque: false });
  });

  const BAD: readonly (readonly [what: string, source: string, why: RegExp])[] = [
    ['throws while it is loaded', "throw new Error('no license');", /: no license$/],
    ['has no default export', 'export const protocol = 1;', /exports nothing as default/],
    ['exports no class', 'export default { name: "x" };', /exports object as default/],
    ['makes something that throws', throwing('constructor'), /: from constructor$/],
    ['has the name of a built-in one', adapter({ name: "name = 'frame';" }), /"frame" is taken/],
    ...Object.keys(PARTS).map((part) => {
      const why = /its class is no ClientProtocol: it needs a name, opaque, and the methods open, /;
      return [`lacks ${part}`, adapter({ [part]: '' }), why] as const;
    }),
  ];
  it.each(BAD)('refuses a module that %s', async (_what, source, why) => {
    const url = moduleWith(source);
    const { failure } = await loadOwnProtocols([url], () => {});
    expect(failure).toMatch(why);
    expect(failure).toContain(`Cannot load protocol "${url}": `);
  });

  it('refuses two of one name', async () => {
    const urls = [moduleWith(adapter({})), moduleWith(adapter({}))];
    expect((await loadOwnProtocols(urls, () => {})).failure).toMatch(/"test" is taken/);
  });
});

describe('an adapter that throws', () => {
  it('in onBytes() loses the connection, and is reported once a second', async () => {
    const open = "open() { return { onBytes() { throw new Error('from onBytes'); } }; }";
    const { protocol, lines } = await loaded(adapter({ open }));
    const clients = Array.from({ length: 5 }, () => new RecordingClient());
    for (const client of clients) {
      protocol.open(client).onBytes(Buffer.from('x'));
      expect(client.violations()).toEqual([Reason.crashed]);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'error',
      message: 'protocol "test" failed in onBytes()',
      fields: { error: expect.stringContaining('from onBytes') as unknown },
    });
  });

  it('in open() loses the connection with its first bytes', async () => {
    const { protocol, lines } = await loaded(throwing('open'));
    const client = new RecordingClient();
    const session = protocol.open(client);
    expect(client.open).toBe(true);
    session.onBytes(Buffer.from('x'));
    expect(client.violations()).toEqual([Reason.crashed]);
    expect(lines).toHaveLength(1);
  });

  it('in onEvent() loses the connection', async () => {
    const open =
      "open() { return { onBytes() {}, onEvent() { throw new Error('from onEvent'); } }; }";
    const { protocol } = await loaded(adapter({ open }));
    const client = new RecordingClient();
    protocol.open(client).onEvent?.({ event: 'notice', text: 'hello' });
    expect(client.violations()).toEqual([Reason.crashed]);
  });

  it.each([
    ['throws', (part: string) => throwing(part)],
    [
      'gives something else than bytes',
      (part: string) => adapter({ [part]: `${part}() { return 'text'; }` }),
    ],
  ])('or %s in an encoder costs that message', async (_what, broken) => {
    const event = await loaded(broken('encodeEvent'));
    const notice = { event: 'notice', text: 'hello' } as const;
    expect(event.protocol.encodeEvent(notice, ClientView.plain)).toBeUndefined();
    const state = await loaded(broken('encodeState'));
    expect(state.protocol.encodeState(Buffer.from('x'))).toHaveLength(0);
    const welcome = await loaded(broken('encodeWelcome'));
    const facts = { player: 'a:1:1', name: 'ada', hostId: 'a', networkPlayers: 1 };
    expect(welcome.protocol.encodeWelcome(facts, ClientView.plain)).toBeUndefined();
    const bye = await loaded(broken('encodeBye'));
    expect(bye.protocol.encodeBye('quit', 'See you', ClientView.plain)).toBeUndefined();
    for (const { lines } of [event, state, welcome, bye]) expect(lines).toHaveLength(1);
  });
});

let modules = 0;

function moduleWith(source: string): string {
  modules += 1;
  const file = join(folder, `module-${modules}.mjs`);
  writeFileSync(file, source);
  return pathToFileURL(file).href;
}

function adapter(changes: Readonly<Record<string, string>>): string {
  const parts = Object.values({ ...PARTS, ...changes });
  return `export default class Test {\n${parts.join('\n')}\n}\n`;
}

function throwing(part: string): string {
  return adapter({ [part]: `${part}() { throw new Error('from ${part}'); }` });
}

async function loaded(source: string): Promise<{ protocol: ClientProtocol; lines: LogLine[] }> {
  const lines: LogLine[] = [];
  const { protocols, failure } = await loadOwnProtocols([moduleWith(source)], (line) => {
    lines.push(line);
  });
  const [protocol] = protocols.values();
  if (protocol === undefined) throw new Error(`not loaded: ${failure}`);
  return { protocol, lines };
}
