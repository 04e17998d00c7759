/** Goal: peers hear of a change soon, of nothing often, and never more than a link is for. Method: a sender on a clock of the test's. */

import { describe, expect, it } from 'vitest';
import type { HostSummary } from '../../src/cluster-bridge/federation/host-summary.ts';
import { EMPTY_HISTOGRAMS } from '../../src/cluster-bridge/federation/queue-histograms.ts';
import { decodeSummary } from '../../src/cluster-bridge/federation/summary-codec.ts';
import { SUMMARY_MS, SummarySender } from '../../src/cluster-bridge/summary-sender.ts';

const STEP_MS = 5;
/** How often main says something. */
const SAID_MS = 100;

class Sent {
  readonly messages: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  nowMs = 0;
  hasRoom = true;
  readonly sender = new SummarySender((bytes) => {
    this.messages.push({ atMs: this.nowMs, bytes });
    return this.hasRoom;
  });

  /** `summary`: what main says at that time, and whether it is urgent; undefined: main hangs. */
  run(forMs: number, say: (atMs: number) => { players: number; modes?: number } | undefined): void {
    const endMs = this.nowMs + forMs;
    for (; this.nowMs < endMs; this.nowMs += STEP_MS) {
      const said = this.nowMs % SAID_MS === 0 ? say(this.nowMs) : undefined;
      if (said !== undefined) this.sender.said(summaryOf(said), said.players % 2 === 1, this.nowMs);
      this.sender.step(this.nowMs);
    }
  }

  get wholes(): number {
    return this.messages.filter(({ bytes }) => decodeSummary(bytes)?.summary !== undefined).length;
  }

  get bytes(): number {
    return this.messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}

describe('SummarySender', () => {
  it('says only that nothing has changed, four times a second, with how old that is', () => {
    const sent = new Sent();
    sent.run(10_000, () => ({ players: 18_000 }));
    expect(sent.wholes).toBe(1);
    expect(sent.messages.length).toBeGreaterThanOrEqual(10_000 / SUMMARY_MS);
    expect(sent.bytes / 10).toBeLessThan(50);
    for (const { bytes } of sent.messages)
      expect(decodeSummary(bytes)?.ageMs).toBeLessThan(SAID_MS);
  });

  it('says what is urgent at once, the rest with the next beat', () => {
    const sent = new Sent();
    sent.run(1_000, () => ({ players: 10 }));
    const before = sent.messages.length;
    sent.run(STEP_MS, () => ({ players: 11 }));
    expect(sent.messages.length).toBe(before + 1);
    sent.run(SUMMARY_MS, () => ({ players: 12 }));
    expect(sent.messages.length).toBe(before + 2);
    expect(decodeSummary(sent.messages.at(-1)?.bytes ?? new Uint8Array(0))?.summary?.players).toBe(
      12,
    );
  });

  it.each([
    ['three modes', 3],
    ['a hundred modes', 100],
  ])('keeps within 3 KiB or one summary a second, everything urgent, %s', (_what, modes) => {
    const sent = new Sent();
    sent.run(20_000, (atMs) => ({ players: (atMs / SAID_MS) * 2 + 1, modes }));
    expect(sent.bytes / 20).toBeLessThan(modes === 3 ? 3_072 : 3_072 * 2);
    expect(sent.wholes).toBeGreaterThanOrEqual(19);
    // What was withheld is told in the end.
    sent.run(2_000, () => ({ players: 7, modes }));
    const last = sent.messages.findLast(({ bytes }) => decodeSummary(bytes)?.summary !== undefined);
    expect(decodeSummary(last?.bytes ?? new Uint8Array(0))?.summary?.players).toBe(7);
  });

  it('falls silent when main does', () => {
    const sent = new Sent();
    sent.run(1_000, () => ({ players: 10 }));
    sent.run(5_000, () => undefined);
    expect(sent.messages.at(-1)?.atMs).toBeLessThan(2_000);
  });

  it('says it whole again where a peer had no room, and to one that has come', () => {
    const sent = new Sent();
    sent.hasRoom = false;
    sent.run(3_000, () => ({ players: 10 }));
    expect(sent.wholes).toBe(sent.messages.length);
    sent.hasRoom = true;
    sent.run(1_000, () => ({ players: 10 }));
    const before = sent.wholes;
    sent.sender.peerUp(sent.nowMs);
    expect(sent.wholes).toBe(before + 1);
  });
});

function summaryOf({ players, modes = 0 }: { players: number; modes?: number }): HostSummary {
  const federatable = { tickets: 300, players: 300, oldestMs: 60_000, ...EMPTY_HISTOGRAMS };
  const mode = { waiting: 300, oldestMs: 60_000, federatable };
  const counts = { bots: 0, playersMax: 18_000, matches: 3, lobbies: 30, configVersion: 1 };
  const names = Array.from({ length: modes }, (_, index) => `some-mode-or-other-${index}`);
  return {
    hostId: 'a',
    incarnation: 1,
    state: 'up',
    load: 0.5,
    players,
    ...counts,
    modes: Object.fromEntries(names.map((name) => [name, mode])),
  };
}
