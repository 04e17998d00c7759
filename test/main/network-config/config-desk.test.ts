/**
 * Goal: a change is on disk before it is in force, in force whole or not at all, and found again at the next start.
 * Method: the desk over a store in memory that can fail, and a file that changes; what it applies is written down.
 */

import { describe, expect, it } from 'vitest';
import { ConfigDesk, type ConfigStore } from '../../../src/main/network-config/config-desk.ts';
import { startState } from '../../../src/main/network-config/config-versions.ts';
import type { ConfigVersionRow } from '../../../src/shared/store-messages.ts';
import { baseOver, type TestFile } from './config-base-kit.ts';

class Scene implements ConfigStore {
  readonly rows: ConfigVersionRow[] = [];
  readonly applied: number[] = [];
  /** What happened, in order. */
  readonly diary: string[] = [];
  readonly file: TestFile = { text: '[limits]\nidleSeconds = 60\n' };
  isFailing = false;

  desk(): ConfigDesk {
    const desk = new ConfigDesk({
      state: startState(baseOver(this.file)),
      store: this,
      apply: async ({ limits }) => {
        await Promise.resolve();
        this.applied.push(limits.idleSeconds);
        this.diary.push('applied');
      },
    });
    desk.onChange(({ version, by, changes }) => {
      this.diary.push(`told of ${version} by ${by}: ${changes.map(({ key }) => key).join(' ')}`);
    });
    return desk;
  }

  async configVersions(limit: number): Promise<readonly ConfigVersionRow[]> {
    return this.rows.toReversed().slice(0, limit);
  }

  async putConfig(row: ConfigVersionRow): Promise<void> {
    if (this.isFailing) throw new Error('Cannot write: the disk is full');
    expect(row.version).toBe(this.rows.length + 1);
    this.rows.push(row);
    this.diary.push(`stored ${row.version}`);
  }
}

function idle(seconds: number): object {
  return { limits: { idleSeconds: seconds } };
}

const ADA = { by: 'ada', dryRun: false };

describe('ConfigDesk.load() of what another host has stored', () => {
  const stored = (version: number, document: object): ConfigVersionRow => {
    return { version, atMs: version, by: 'bob', document: { ...document } };
  };

  it('puts the newest in force, once, and counts on from it', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    scene.rows.push(stored(1, idle(70)), stored(2, idle(80)));
    await desk.load();
    await desk.load();
    expect(scene.applied).toEqual([80]);
    expect(desk.get()).toMatchObject({ version: 2, by: 'bob', problem: null });
    expect(await desk.patch(idle(90), ADA)).toMatchObject({ version: 3 });
  });

  it('keeps what is in force where it does not fit, until one comes that does', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    await desk.patch(idle(70), ADA);
    scene.rows.push(stored(2, idle(-1)));
    await desk.load();
    expect(desk.get()).toMatchObject({ version: 1, problem: expect.stringContaining('version 2') });
    scene.rows.push(stored(3, idle(80)));
    await desk.load();
    expect(desk.get()).toMatchObject({ version: 3, problem: null });
    expect(scene.applied).toEqual([70, 80]);
  });
});

describe('ConfigDesk.patch()', () => {
  it('stores a version, then applies it, then tells of it', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    const answer = await desk.patch(idle(90), ADA);
    expect(answer).toMatchObject({ kind: 'patched', version: 1, changes: [{ from: 60, to: 90 }] });
    expect(scene.diary).toEqual(['stored 1', 'applied', 'told of 1 by ada: limits.idleSeconds']);
    expect(desk.get()).toMatchObject({ version: 1, by: 'ada', document: idle(90), problem: null });
    expect(desk.config.limits.idleSeconds).toBe(90);
    expect(await desk.history(5)).toMatchObject([{ version: 1, by: 'ada' }]);
  });

  it('only says what it would do with dryRun', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    const answer = await desk.patch(idle(90), { by: 'ada', dryRun: true });
    expect(answer).toMatchObject({ version: 1, dryRun: true, changes: [{ to: 90 }] });
    expect(scene.diary).toEqual([]);
    expect(desk.get()).toMatchObject({ version: 0, document: {} });
  });

  it('makes no version of what changes nothing', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    await desk.patch(idle(90), ADA);
    expect(await desk.patch(idle(90), ADA)).toMatchObject({ version: 1, changes: [] });
    expect(scene.rows).toHaveLength(1);
  });

  it('stores an override that is what the file says today, without bothering the threads', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    expect(await desk.patch(idle(60), ADA)).toMatchObject({ version: 1, changes: [] });
    expect(scene.diary).toEqual(['stored 1']);
  });

  it('changes nothing when the store cannot keep it, and works again when it can', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    scene.isFailing = true;
    await expect(desk.patch(idle(90), ADA)).rejects.toThrow('the disk is full');
    expect(desk.get()).toMatchObject({ version: 0, document: {} });
    expect(scene.applied).toEqual([]);
    scene.isFailing = false;
    expect(await desk.patch(idle(90), ADA)).toMatchObject({ version: 1 });
  });

  it('makes changes that come together one after the other, none of them lost', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    const seconds = [70, 80, 90, 100];
    const answers = await Promise.all(seconds.map((value) => desk.patch(idle(value), ADA)));
    expect(answers).toMatchObject([1, 2, 3, 4].map((version) => ({ version })));
    expect(scene.applied).toEqual(seconds);
    expect(desk.config.limits.idleSeconds).toBe(100);
  });

  it('refuses whole, and stores nothing', async () => {
    const scene = new Scene();
    const patch = { limits: { idleSeconds: 90, loginSeconds: 0 } };
    const refusal = await scene.desk().patch(patch, ADA);
    expect(refusal).toMatchObject({ kind: 'refused', key: 'limits.loginSeconds' });
    expect(scene.diary).toEqual([]);
  });
});

describe('ConfigDesk.load()', () => {
  it('puts the newest version in force again', async () => {
    const scene = new Scene();
    const before = scene.desk();
    await before.patch(idle(90), ADA);
    await before.patch(idle(100), ADA);
    const desk = scene.desk();
    expect(desk.config.limits.idleSeconds).toBe(60);
    await desk.load();
    expect(desk.config.limits.idleSeconds).toBe(100);
    expect(desk.get()).toMatchObject({ version: 2, document: idle(100), problem: null });
    expect(await desk.patch(idle(110), ADA)).toMatchObject({ version: 3 });
  });

  it('refuses one that the file has outgrown, says so, and goes on counting after it', async () => {
    const scene = new Scene();
    await scene.desk().patch({ ...idle(90), modes: { ctf: { teamSize: 3 } } }, ADA);
    scene.file.text += '[modes.duel]\nhandler = "capture-the-flag"\nteamSize = 1\n';
    const desk = scene.desk();
    await desk.load();
    expect(desk.config.limits.idleSeconds).toBe(60);
    expect(desk.get()).toMatchObject({ version: 0, document: {} });
    expect(desk.problem).toMatch(/^Cannot use network configuration version 1: .*modes\.ctf/);
    expect(await desk.patch(idle(70), ADA)).toMatchObject({ version: 2 });
    expect(desk.problem).toBeNull();
  });
});

describe('ConfigDesk.reload()', () => {
  it('follows the file where it may, under the overrides', async () => {
    const scene = new Scene();
    const desk = scene.desk();
    await desk.patch(idle(90), ADA);
    scene.file.text = '[limits]\nidleSeconds = 65\nloginSeconds = 7\n[players]\ncapacity = 9000\n';
    expect(await desk.reload()).toMatchObject({
      kind: 'plan',
      changes: [
        { key: 'limits.loginSeconds', to: 7, applies: 'now' },
        { key: 'players.capacity', to: 9_000, applies: 'restart' },
      ],
    });
    expect(desk.config.limits).toMatchObject({ idleSeconds: 90, loginSeconds: 7 });
    expect(desk.config.players.capacity).toBe(20_000);
    await desk.patch({ limits: { idleSeconds: null } }, ADA);
    expect(desk.config.limits.idleSeconds).toBe(65);
  });

  it.each([
    ['no TOML', 'limits = [', 'config-file'],
    ['a bad value', '[limits]\nidleSeconds = -1\nloginSeconds = 7\n', 'config-value'],
    ['an unknown key', '[limits]\nidle = 5\n', 'config-unknown'],
  ])('refuses a file with %s whole, and stays as it was', async (_what, text, code) => {
    const scene = new Scene();
    const desk = scene.desk();
    scene.file.text = text;
    expect(await desk.reload()).toMatchObject({ kind: 'refused', code });
    expect(desk.config.limits).toMatchObject({ idleSeconds: 60, loginSeconds: 30 });
    expect(scene.diary).toEqual([]);
    expect(await desk.patch(idle(90), ADA)).toMatchObject({ version: 1 });
  });
});
