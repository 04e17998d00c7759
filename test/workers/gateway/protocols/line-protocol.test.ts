/**
 * Goal: people, scripts and terminals get the calls they mean. Method: conversations as they are typed, each also cut
 * at every byte; telnet's side is written out byte by byte.
 */

import { describe, expect, it } from 'vitest';
import { ClientView } from '../../../../src/shared/client-view.ts';
import { Reason } from '../../../../src/shared/reason.ts';
import { LineProtocol } from '../../../../src/workers/gateway/protocols/line-protocol.ts';
import { RecordingClient } from '../../../support/recording-client.ts';

/** What a step of a conversation is: bytes (text in latin1, so that \xff is one byte), or an event from the host. */
type Step = string | { readonly keys: boolean };

const IAC = '\xff';
const WILL = `${IAC}\xfb`;
const WONT = `${IAC}\xfc`;
const DO = `${IAC}\xfd`;
const DONT = `${IAC}\xfe`;
const ECHO = '\x01';
const SGA = '\x03';
const NAWS = '\x1f';
const WINDOW_80_24 = `${IAC}\xfa${NAWS}\0\x50\0\x18${IAC}\xf0`;
/** A telnet client with a window, logged in and asked for keys. */
const KEYED: readonly Step[] = [`${WILL}${NAWS}${WINDOW_80_24}ada\r\n`, { keys: true }];
const AGREED = `${DO}${ECHO}${DO}${SGA}`;

function converse(steps: readonly Step[], cut: 'whole' | 'bytes' = 'whole'): Conversation {
  const client = new RecordingClient();
  const session = new LineProtocol({ lineBytesMax: 40 }).open(client);
  const greeting = client.takeReplies().toString('latin1');
  for (const step of steps) {
    if (typeof step !== 'string') {
      session.onEvent?.({ event: 'keys', on: step.keys });
      continue;
    }
    const bytes = Buffer.from(step, 'latin1');
    for (const chunk of cut === 'whole' ? [bytes] : [...bytes].map((byte) => Buffer.from([byte]))) {
      const lent = Uint8Array.from(chunk);
      session.onBytes(lent);
      lent.fill(0xee);
    }
  }
  return { client, greeting, replies: client.takeReplies().toString('latin1') };
}

interface Conversation {
  readonly client: RecordingClient;
  readonly greeting: string;
  /** All replies after the greeting, in latin1. */
  readonly replies: string;
}

function login(text: string): unknown {
  return converse([text]).client.calls.find((call) => call.call === 'login');
}

describe('LineProtocol before the login', () => {
  it('greets with one telnet question, then plain text that ends with the line name:', () => {
    const { greeting, client } = converse([]);
    expect(greeting.startsWith(`${DO}${NAWS}\r   \r\n`)).toBe(true);
    const lines = greeting.slice(3).split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.at(-2)).toMatch(/^name: /u);
    expect(lines.slice(1).join('')).toMatch(/^[\u0020-\u007e]*$/u);
    expect(client.view).toBe(ClientView.plain);
  });

  it.each([
    ['ada\n', 'ada', undefined],
    ['ada\r\n', 'ada', undefined],
    ['ada\r\0', 'ada', undefined],
    ['ada\r', 'ada', undefined],
    ['  ada \n', 'ada', undefined],
    ['login ada\n', 'ada', undefined],
    ['LOGIN ada s3cret\n', 'ada', 's3cret'],
    ['adb\x08a\n', 'ada', undefined],
    ['\n\nada\n', 'ada', undefined],
    ['two words\nada\n', 'ada', undefined],
    ['/help\nada\n', 'ada', undefined],
    ['login\nada\n', 'ada', undefined],
    ['ad\0\x07a\n', 'ada', undefined],
  ])('takes %j as a login', (text, name, token) => {
    expect(login(text)).toEqual({ call: 'login', name, token });
  });

  it('says what is wrong with a line that is no name, and waits for another', () => {
    const { client, replies } = converse(['two words\r\n/who\r\n']);
    expect(replies).toMatch(/^error: bad-name: .*\r\nerror: not-logged-in: .*\r\n$/u);
    expect(client.calls.length).toBe(1);
  });

  it('lets go of a client that says /quit', () => {
    expect(converse(['/QUIT\r\nada\r\n']).client.calls.at(-1)).toEqual({ call: 'quit' });
  });
});

describe('LineProtocol with lines', () => {
  it('passes lines on as input and slash lines as commands, however they are cut', () => {
    const steps = ['ada\r\n/queue capture-the-flag\r\nhello all\n', '\r\n/SAY  hi \r\n'];
    const whole = converse(steps).client;
    expect(whole.texts('command')).toEqual(['queue capture-the-flag', 'SAY  hi ']);
    expect(whole.texts('input')).toEqual(['hello all', '']);
    expect(converse(steps, 'bytes').client.calls).toEqual(whole.calls);
  });

  it('makes the same calls and replies for every split point', () => {
    const text = `${WILL}${NAWS}${WINDOW_80_24}login ada s\r\n${DO}\x06h\xc3\xa9\r\0/who\n${IAC}\xf6x\x7fy\r\n/plain\r\n`;
    const whole = converse([text]);
    expect(whole.client.texts('input')).toEqual(['hé', 'y']);
    for (let at = 0; at <= text.length; at += 1) {
      const split = converse([text.slice(0, at), text.slice(at)]);
      expect(split.client.calls).toEqual(whole.client.calls);
      expect(split.replies).toBe(whole.replies);
    }
    expect(converse([text], 'bytes').client.calls).toEqual(whole.client.calls);
  });

  it('replaces what is not UTF-8, strips controls and turns a tab into a space', () => {
    const { client } = converse(['ada\ncaf\xe9\n\x1b[31mred\x07\n\ta\n\xff\xff\n']);
    expect(client.texts('input')).toEqual(['caf\u{FFFD}', '[31mred', ' a', '\u{FFFD}']);
  });

  it('erases a character and not a byte', () => {
    expect(converse(['ada\nh\xc3\xa9\x7fi\n']).client.texts('input')).toEqual(['hi']);
  });

  it('closes on a line over the limit, split or not, and takes one of exactly the limit', () => {
    expect(converse(['ada\n', 'x'.repeat(40), '\r\n']).client.texts('input').length).toBe(1);
    for (const cut of ['whole', 'bytes'] as const) {
      const { client } = converse(['ada\n', `${'x'.repeat(41)}\r\nmore\r\n`], cut);
      expect(client.violations()).toEqual([Reason.lineTooLong]);
      expect(client.texts('input')).toEqual([]);
    }
  });

  it('follows a telnet client that interrupts, erases a line or asks whether we are there', () => {
    const { client, replies } = converse([
      `ada\nabc${IAC}\xf8de${IAC}\xf7\n${IAC}\xf6${IAC}\xf4x\n`,
    ]);
    expect(client.texts('input')).toEqual(['d']);
    expect(replies).toBe('notice: yes, still here\r\n');
    expect(client.calls.at(-1)).toEqual({ call: 'quit' });
  });
});

describe('LineProtocol and telnet options', () => {
  it('shows a terminal to a client that has a window, and not to one that says WONT', () => {
    expect(converse([`${WILL}${NAWS}`]).client.view).toBe(ClientView.terminal);
    expect(converse([`${WONT}${NAWS}`]).client.view).toBe(ClientView.plain);
    expect(converse(['ada\n']).client.view).toBe(ClientView.plain);
  });

  it('keeps /plain, also when the window answers later', () => {
    const { client } = converse([`/Plain\r\n${WILL}${NAWS}ada\r\n`, { keys: true }]);
    expect(client.view).toBe(ClientView.plain);
    expect(converse([...KEYED, AGREED, '/plain\r', 'chat\r\n']).client.texts('input')).toEqual([
      'chat',
    ]);
  });

  it('refuses every other option once and answers no refusal', () => {
    const { replies } = converse([`${DO}\x06${WILL}\x18${DONT}\x06${WONT}\x18${DO}${ECHO}`]);
    expect(replies).toBe(`${WONT}\x06${DONT}\x18${WONT}${ECHO}`);
    expect(converse([`${WILL}${NAWS}${WILL}${NAWS}${DONT}${ECHO}${WONT}${NAWS}`]).replies).toBe('');
  });

  it('stops answering a client that negotiates forever', () => {
    expect(converse([`${DO}\x06`.repeat(2000)]).replies.length).toBe(256 * 3);
  });

  it('closes on a subnegotiation that does not end', () => {
    const { client } = converse([`${IAC}\xfa\x18${'x'.repeat(257)}`]);
    expect(client.violations()).toEqual([Reason.lineTooLong]);
    const ended = converse([`${IAC}\xfa\x18${'x'.repeat(256)}${IAC}\xf0ada\n`]).client;
    expect(ended.calls.at(-1)?.call).toBe('login');
  });
});

describe('LineProtocol with keys', () => {
  it('asks a terminal for character mode and passes keys on whole', () => {
    const steps = [...KEYED, AGREED, 'w\x1b[A\x1bOB\x1b[1;5C\xc3\xa9\r\0\x1bx'];
    const { client, replies } = converse(steps);
    expect(replies).toBe(`${WILL}${ECHO}${WILL}${SGA}`);
    const keys = ['w', '\x1b[A', '\x1bOB', '\x1b[1;5C', 'é', '\r', '\x1b', 'x'];
    expect(client.texts('input')).toEqual(keys);
    expect(converse(steps, 'bytes').client.calls).toEqual(client.calls);
  });

  it('goes back to lines', () => {
    const { client, replies } = converse([...KEYED, AGREED, 'w', { keys: false }, 'hello\r\n']);
    expect(client.texts('input')).toEqual(['w', 'hello']);
    expect(replies.endsWith(`${WONT}${ECHO}${WONT}${SGA}`)).toBe(true);
  });

  it('stays with lines for a plain view and for a client that will not let us echo', () => {
    const plain = converse(['ada\n', { keys: true }, 'wasd\r\n']);
    expect([plain.client.texts('input'), plain.replies]).toEqual([['wasd'], '']);
    const refused = converse([
      ...KEYED,
      `${DONT}${ECHO}${DO}${SGA}`,
      'wasd\r\n',
      { keys: true },
      'x\n',
    ]);
    expect(refused.client.texts('input')).toEqual(['wasd', 'x']);
    expect(refused.replies).toBe(`${WILL}${ECHO}${WILL}${SGA}${WONT}${SGA}`);
  });

  it('enters key mode when the window answers only after the host asked', () => {
    const { client } = converse(['ada\n', { keys: true }, `${WILL}${NAWS}wa`]);
    expect(client.texts('input')).toEqual(['w', 'a']);
  });

  it('edits a line after a slash in the last row of the window', () => {
    const steps = [...KEYED, AGREED, 'w/say hx\x7fi\x08\x08\x08 ho\r\0a'];
    const { client, replies } = converse(steps);
    expect(client.texts('command')).toEqual(['say ho']);
    expect(client.texts('input')).toEqual(['w', 'a']);
    expect(replies).toContain('\x1b7\x1b[24;1H\x1b[2K/say ho\x1b[7m \x1b[27m\x1b8');
    expect(replies.endsWith('\x1b7\x1b[24;1H\x1b[2K\x1b8')).toBe(true);
    expect(converse(steps, 'bytes').client.calls).toEqual(client.calls);
  });

  it('draws that line in row 24 of a window that does not tell its size', () => {
    const unsized = `${IAC}\xfa${NAWS}\0\0\0\0${IAC}\xf0`;
    const { replies } = converse([`${WILL}${NAWS}${unsized}ada\n`, { keys: true }, AGREED, '/']);
    expect(replies.endsWith('\x1b7\x1b[24;1H\x1b[2K/\x1b[7m \x1b[27m\x1b8')).toBe(true);
  });

  it('cancels that line on Escape, on an arrow key and on erasing its slash', () => {
    const { client } = converse([...KEYED, AGREED, '/quit\x1ba/s\x1b[Ab/x\x7f\x7fc/\x1b\x1b[Dd']);
    expect(client.texts('input')).toEqual(['a', 'b', 'c', '\x1b[D', 'd']);
    expect(client.texts('command')).toEqual([]);
    expect(client.open).toBe(true);
  });

  it('gives up on an escape sequence that does not end', () => {
    const { client } = converse([...KEYED, AGREED, `\x1b[${'1'.repeat(20)}A`]);
    expect(client.texts('input')).toEqual(['\x1b', '1', '1', '1', '1', '1', '1', 'A']);
  });

  it('says nothing more to a client that has left', () => {
    const { replies } = converse([...KEYED, AGREED, '/x\x03', { keys: false }]);
    expect(replies.endsWith('/x\x1b[7m \x1b[27m\x1b8')).toBe(true);
  });

  it('takes no more than a line holds, and no half character', () => {
    const { client } = converse([...KEYED, AGREED, `/${'x'.repeat(38)}\xc3\xa9yz\r`]);
    expect(client.texts('command')).toEqual([`${'x'.repeat(38)}y`]);
  });

  it('quits on Ctrl-C and Ctrl-D, and on /quit', () => {
    for (const way of ['\x03', '\x04', '/x\x03', '/quit\r']) {
      const { client } = converse([...KEYED, AGREED, `${way}more`]);
      expect(client.calls.at(-1)).toEqual({ call: 'quit' });
      expect(client.texts('input')).toEqual([]);
    }
  });
});
