/**
 * Goal: the oldest connection without a name gives way, but none before it had its time, and none that has said who it is.
 * Method: examples with times given.
 */

import { describe, expect, it } from 'vitest';
import {
  NAMING_MS_MIN,
  UnnamedConnections,
} from '../../../src/workers/gateway/unnamed-connections.ts';

const FIRST = { connectedMs: 5_000 };
const SECOND = { connectedMs: 5_400 };
const THIRD = { connectedMs: 5_400 };

describe('UnnamedConnections.oldest()', () => {
  it('is nobody where nobody waits', () => {
    expect(new UnnamedConnections().oldest(1e9)).toBeUndefined();
  });

  it('is the first that came, once it had its time', () => {
    const waiting = three();
    expect(waiting.oldest(FIRST.connectedMs + NAMING_MS_MIN - 1)).toBeUndefined();
    expect(waiting.oldest(FIRST.connectedMs + NAMING_MS_MIN)).toBe(FIRST);
  });

  it('is the next one when the first has said its name or is gone', () => {
    const waiting = three();
    waiting.delete(FIRST);
    expect(waiting.size).toBe(2);
    expect(waiting.oldest(FIRST.connectedMs + NAMING_MS_MIN)).toBeUndefined();
    expect(waiting.oldest(SECOND.connectedMs + NAMING_MS_MIN)).toBe(SECOND);
    waiting.delete(FIRST);
    waiting.delete(THIRD);
    expect(waiting.oldest(SECOND.connectedMs + NAMING_MS_MIN)).toBe(SECOND);
    waiting.delete(SECOND);
    expect(waiting.size).toBe(0);
  });
});

function three(): UnnamedConnections<{ readonly connectedMs: number }> {
  const waiting = new UnnamedConnections<{ readonly connectedMs: number }>();
  for (const connection of [FIRST, SECOND, THIRD]) waiting.add(connection);
  return waiting;
}
