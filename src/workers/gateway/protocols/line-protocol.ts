/**
 * The adapter for people and scripts: lines of text over telnet, nc or a MUD client. Runs in gateway threads.
 * What a session does with bytes is in line-session.ts, how an event reads is in event-text.ts.
 */

import type { ClientEvent } from '../../../shared/client-event.ts';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
  Welcome,
} from '../../../shared/client-protocol.ts';
import { ClientView } from '../../../shared/client-view.ts';
import { byeText, eventText, welcomeText } from './event-text.ts';
import { LINE_LIMITS_DEFAULT, LineSession } from './line-session.ts';
import type { LineLimits } from './line-session.ts';
import { Telnet, TelnetOption } from './telnet-parser.ts';

export class LineProtocol implements ClientProtocol {
  readonly name = 'line';
  readonly opaque = false;
  readonly #limits: LineLimits;

  constructor(limits: Partial<LineLimits> = {}) {
    this.#limits = { ...LINE_LIMITS_DEFAULT, ...limits };
  }

  open(client: ProtocolClient): ProtocolSession {
    client.setView(ClientView.plain);
    client.reply(this.#limits.asksPassword ? GREETING_WITH_PASSWORD : GREETING);
    return new LineSession(client, this.#limits);
  }

  /** Handlers send text with CRLF line ends to these views: it goes out as it is. */
  encodeState(payload: Uint8Array): Uint8Array {
    return Buffer.from(payload);
  }

  encodeEvent(event: ClientEvent, view: ClientView): Uint8Array | undefined {
    const text = eventText(event, view);
    return text === undefined ? undefined : Buffer.from(text);
  }

  encodeWelcome(welcome: Welcome, view: ClientView): Uint8Array | undefined {
    return Buffer.from(welcomeText(welcome, view));
  }

  encodeBye(code: string, message: string, view: ClientView): Uint8Array | undefined {
    return Buffer.from(byeText(code, message, view));
  }
}

/**
 * DO NAWS asks whether a telnet client is there: all of them answer, and those with a window say yes. Where it is not
 * telnet the three bytes are printed; the carriage return and the spaces wipe them off a terminal, and the line end
 * keeps them off the lines that a script reads.
 */
const GREETING: Uint8Array = greeting('login NAME TOKEN');
const GREETING_WITH_PASSWORD: Uint8Array = greeting('login NAME PASSWORD');

function greeting(login: string): Uint8Array {
  return Buffer.concat([
    Buffer.from([Telnet.iac, Telnet.do, TelnetOption.windowSize]),
    Buffer.from(
      [
        '\r   ',
        String.raw`      ____________________`,
        String.raw`     /\                   \       L O N G H O U S E`,
        String.raw`    /  \___________________\      one hall, many players`,
        String.raw`    | []|  []  []  ||  []  |`,
        '',
        `name: what shall we call you? Type a name, or: ${login}`,
        '',
      ].join('\r\n'),
    ),
  ]);
}
