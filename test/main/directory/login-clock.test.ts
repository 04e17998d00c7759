/**
 * Goal: a login is dated after all that its host knew of when the client named itself, and before what came later, whatever clocks do
 * and however late main looks. Method: examples, then hosts with clocks of their own that hear each other late.
 */

import { describe, expect, it } from 'vitest';
import { LoginClock } from '../../../src/main/directory/login-clock.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

const WALL_MS = 1_800_000_000_000;

describe('LoginClock', () => {
  it('dates by the wall clock at the moment of the login, however late it is looked at', () => {
    const clock = new LoginClock();
    expect(clock.date({ atMs: 100, nowMs: 2_100, wallMs: WALL_MS + 2_000 })).toBe(WALL_MS);
  });

  it('dates a login after what was known then, and time goes on from there', () => {
    const clock = new LoginClock();
    const now = (nowMs: number): { nowMs: number; wallMs: number } => ({
      nowMs,
      wallMs: WALL_MS + nowMs,
    });
    // Another host's clock is a minute ahead.
    clock.note(WALL_MS + 60_000, 500);
    expect(clock.date({ atMs: 500, ...now(500) })).toBe(WALL_MS + 60_001);
    expect(clock.date({ atMs: 700, ...now(900) })).toBe(WALL_MS + 60_201);
    // Known only later: of no account for what came before.
    expect(clock.date({ atMs: 400, ...now(900) })).toBe(WALL_MS + 400);
  });

  it('dates no later login earlier, also when the wall clock is put back', () => {
    const clock = new LoginClock();
    const dates = [0, 3_600_000, 3_500_000, 0].map((aheadMs, index) => {
      const nowMs = 1_000 * index;
      return clock.date({ atMs: nowMs, nowMs, wallMs: WALL_MS + nowMs + aheadMs });
    });
    expect(dates).toEqual(dates.toSorted((one, other) => one - other));
    expect(dates.at(-1)).toBe(WALL_MS + 3_603_000);
  });

  it('dates logins in the order in which hosts could know of them, with any clocks', () => {
    const random = seededRandom(runSeed('login clock'));
    const marks = { ahead: 0, late: 0, unknown: 0, dated: 0 };
    for (let run = 0; run < 300; run += 1) playRun(random, marks);
    for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(100);
  });
});

interface Login {
  readonly dateMs: number;
  /** True time at which it has come here. */
  readonly atMs: number;
}

interface Host {
  readonly clock: LoginClock;
  readonly offsetMs: number;
  readonly skewMs: number;
  readonly heard: Login[];
  /** Up to where main has noted what came. */
  readMs: number;
  /** Main hangs until then. */
  freeAtMs: number;
}

interface Due {
  /** True time. */
  readonly atMs: number;
  readonly run: () => void;
}

function playRun(
  random: Random,
  marks: Record<'ahead' | 'late' | 'unknown' | 'dated', number>,
): void {
  const hosts = Array.from({ length: 3 }, (): Host => {
    const [offsetMs, skewMs] = [random.below(1e6), random.below(20_000) - 10_000];
    return { clock: new LoginClock(), offsetMs, skewMs, heard: [], readMs: 0, freeAtMs: 0 };
  });
  const fastestMs = Math.max(...hosts.map(({ skewMs }) => skewMs));
  const due: Due[] = [];
  let count = 0;
  const date = (host: Host, atMs: number, nowMs: number): void => {
    const { clock, offsetMs, skewMs, heard } = host;
    // What main reads at one moment it reads in the worst order: what other hosts say first.
    const unread = heard.filter((login) => login.atMs > host.readMs && login.atMs <= nowMs);
    for (const login of unread.toSorted((one, other) => one.atMs - other.atMs)) {
      clock.note(login.dateMs, login.atMs + offsetMs);
    }
    host.readMs = nowMs;
    const wallMs = WALL_MS + nowMs + skewMs;
    const dateMs = clock.date({ atMs: atMs + offsetMs, nowMs: nowMs + offsetMs, wallMs });
    count += 1;
    for (const login of heard) if (login.atMs <= atMs) expect(dateMs).toBeGreaterThan(login.dateMs);
    expect(dateMs).toBeGreaterThanOrEqual(WALL_MS + atMs + skewMs);
    // Nobody is ahead of the fastest clock by more than the steps between two logins.
    expect(dateMs).toBeLessThanOrEqual(WALL_MS + atMs + fastestMs + count);
    marks.dated += 1;
    if (dateMs > WALL_MS + atMs + skewMs) marks.ahead += 1;
    if (nowMs > atMs) marks.late += 1;
    for (const other of hosts) {
      if (other === host) continue;
      if (random.below(3) === 0) marks.unknown += 1;
      else other.heard.push({ dateMs, atMs: nowMs + 1 + random.below(2_000) });
    }
  };
  const logIn = (atMs: number): void => {
    const host = hosts[random.below(3)];
    if (host === undefined) return;
    if (random.below(4) === 0) host.freeAtMs = Math.max(host.freeAtMs, atMs + random.below(3_000));
    const nowMs = Math.max(atMs, host.freeAtMs);
    due.push({ atMs: nowMs, run: () => date(host, atMs, nowMs) });
  };
  for (let atMs = 0, step = 0; step < 30; step += 1) {
    const loginMs = atMs;
    due.push({ atMs: loginMs, run: () => logIn(loginMs) });
    atMs += random.below(500);
  }
  while (due.length > 0) {
    due.sort((one, other) => one.atMs - other.atMs);
    due.shift()?.run();
  }
}
