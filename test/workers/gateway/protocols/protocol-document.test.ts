/**
 * Goal: docs/protocol.md says what is so. Method: its tables are compared with the code's closed sets, its client is
 * run against the frame adapter behind a real socket, its adapter is the file that is tested here.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../../src/shared/client-event.ts';
import { ClientView } from '../../../../src/shared/client-view.ts';
import { FrameType } from '../../../../src/shared/frame-codec.ts';
import { Reason, reasonWord } from '../../../../src/shared/reason.ts';
import { eventText } from '../../../../src/workers/gateway/protocols/event-text.ts';
import { FrameProtocol } from '../../../../src/workers/gateway/protocols/frame-protocol.ts';
import { load } from '../../../main/config/config-kit.ts';
import { RecordingClient } from '../../../support/recording-client.ts';
import SemicolonProtocol from '../../../../examples/guess-the-number/semicolon-protocol.ts';

const PAGE = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');

function codeBlock(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(PAGE)?.[1] ?? '';
}

/** A recording client whose replies and answers go to a socket, as the gateway's do. */
class SocketClient extends RecordingClient {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  override login(name: string, token: string | undefined): void {
    super.login(name, token);
    const protocol = new FrameProtocol();
    const welcome = { player: 'main:0:1', name, hostId: 'main', networkPlayers: 1 };
    this.#socket.write(protocol.encodeWelcome(welcome) ?? '');
    this.#socket.write(protocol.encodeState(new Uint8Array(300)));
  }

  override command(bytes: Uint8Array, start: number, end: number): void {
    super.command(bytes, start, end);
    this.#socket.end(new FrameProtocol().encodeBye('quit', 'See you again') ?? '');
  }
}

describe('docs/protocol.md', () => {
  it('names every reason and every frame type', () => {
    const missing = Object.values(Reason).filter(
      (reason) => !PAGE.includes(`\`${reasonWord(reason)}\``),
    );
    expect(missing.map(reasonWord)).toEqual([]);
    for (const [name, type] of Object.entries(FrameType)) {
      const code = `0x${type.toString(16).padStart(2, '0')}`;
      expect(PAGE).toContain(`| \`${code}\` | ${name.toUpperCase()} |`);
    }
  });

  it('shows events whose plain lines are the ones it shows', () => {
    const shown = [...PAGE.matchAll(/`(\{"event":.*?\})`/gu)].map((match) => match[1] ?? '');
    const events = shown.map((json) => JSON.parse(json) as ClientEvent);
    const words = events.map((event) => event.event);
    expect(words).toEqual([
      'lobby',
      'queued',
      'unqueued',
      'found',
      'match',
      'ended',
      'said',
      'party',
      'notice',
      'error',
      'why',
    ]);
    const lines = events.map((event) => (eventText(event, ClientView.plain) ?? '').trimEnd());
    // The last are shown with other words in them.
    for (const line of lines.slice(0, 7)) expect(PAGE).toContain(`\`${line}\``);
  });

  it('has a client in Node that works', async () => {
    const recorded: RecordingClient[] = [];
    const server = createServer((socket) => {
      const client = new SocketClient(socket);
      recorded.push(client);
      const session = new FrameProtocol().open(client);
      socket.on('data', (chunk: Buffer) => session.onBytes(chunk));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const port = String((server.address() as AddressInfo).port);
    const source = codeBlock('js');
    const arguments_ = ['--input-type=module', '-e', source, 'client', '127.0.0.1', port];
    // With -e, argv has no script path: the word `client` stands where it would be.
    const child = spawn(process.execPath, arguments_);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const status = await new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    server.close();
    expect(status).toBe(0);
    expect(output.split('\n').map((line) => line.slice(0, 12))).toEqual([
      '81 {"player"',
      'state of 300',
      '85 {"code":"',
      '',
    ]);
    expect(recorded[0]?.texts('command')).toEqual(['queue ctf']);
  });

  it('has scripts that queue for a mode of a host without a configuration', () => {
    const asked = ['js', 'sh'].map((language) => /queue ([\w-]+)/.exec(codeBlock(language))?.[1]);
    expect(asked).toEqual(['ctf', 'ctf']);
    expect(Object.keys(load({}).modes)).toContain('ctf');
  });

  it('has an adapter that is the tested one', () => {
    const path = new URL(
      '../../../../examples/guess-the-number/semicolon-protocol.ts',
      import.meta.url,
    );
    expect(readFileSync(path, 'utf8')).toContain(codeBlock('ts'));
  });
});

describe('The adapter of docs/protocol.md', () => {
  it('logs in, passes on input and closes on what is too long, at every split point', () => {
    const stream = Buffer.from(`name=ada;up;;${'x'.repeat(100)};${'x'.repeat(101)};down;`);
    for (let at = 0; at <= stream.length; at += 1) {
      const client = new RecordingClient();
      const session = new SemicolonProtocol().open(client);
      for (const chunk of [stream.subarray(0, at), stream.subarray(at)]) {
        const lent = Uint8Array.from(chunk);
        if (client.open) session.onBytes(lent);
        lent.fill(0xee);
      }
      expect(client.texts('input')).toEqual(['up', '', 'x'.repeat(100)]);
      expect(client.violations()).toEqual([Reason.lineTooLong]);
    }
  });
});
