/** Goal: an event is encoded once for all who see it alike, and never shown as another. Method: examples. */

import { expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/shared/client-event.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { EventEncoder } from '../../../src/workers/gateway/event-encoder.ts';
import { CountingProtocol } from './fake-connection.ts';

const NOTICE: ClientEvent = { event: 'notice', text: 'a' };

it('EventEncoder encodes once for each protocol and view of one event', () => {
  const encoder = new EventEncoder();
  const frame = new CountingProtocol('frame');
  const line = new CountingProtocol('line');
  const first = encoder.encode(frame, ClientView.frame, NOTICE);
  expect(encoder.encode(frame, ClientView.frame, NOTICE)).toBe(first);
  encoder.encode(line, ClientView.plain, NOTICE);
  encoder.encode(line, ClientView.terminal, NOTICE);
  encoder.encode(line, ClientView.plain, NOTICE);
  expect([frame.events, line.events]).toEqual([1, 2]);
});

it('EventEncoder remembers that a protocol does not show an event', () => {
  const encoder = new EventEncoder();
  const raw = new CountingProtocol('raw', true);
  expect(encoder.encode(raw, ClientView.raw, NOTICE)).toBeUndefined();
  expect(encoder.encode(raw, ClientView.raw, NOTICE)).toBeUndefined();
  expect(raw.events).toBe(1);
});

it('EventEncoder encodes an equal event anew when it is another one', () => {
  const encoder = new EventEncoder();
  const frame = new CountingProtocol('frame');
  encoder.encode(frame, ClientView.frame, NOTICE);
  const bytes = encoder.encode(frame, ClientView.frame, { event: 'error', code: 'c', message: '' });
  expect(Buffer.from(bytes ?? []).toString()).toBe('E:error/0');
  encoder.encode(frame, ClientView.frame, NOTICE);
  expect(frame.events).toBe(3);
});
