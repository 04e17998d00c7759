/** Goal: what a change of the configuration comes to, and what is refused and how; one example a rule. */

import { describe, expect, it } from 'vitest';
import { planBase, planVersion } from '../../../src/main/network-config/config-versions.ts';
import { baseOver, planned, refused, stateOver } from './config-base-kit.ts';

describe('planPatch()', () => {
  it('lists what would change, and changes nothing', () => {
    const state = stateOver('[limits]\nidleSeconds = 60\n');
    const { changes, next } = planned(state, { limits: { idleSeconds: 90, loginSeconds: 5 } });
    expect(changes).toEqual([
      { key: 'limits.loginSeconds', from: 30, to: 5, applies: 'now' },
      { key: 'limits.idleSeconds', from: 60, to: 90, applies: 'now' },
    ]);
    expect(state.settled.config.limits.idleSeconds).toBe(60);
    expect(next.settled.config.limits).toMatchObject({ idleSeconds: 90, loginSeconds: 5 });
    expect(next.document).toEqual({ limits: { idleSeconds: 90, loginSeconds: 5 } });
  });

  it('takes an override back with null, and with it the empty table', () => {
    const { next } = planned(stateOver(), { limits: { idleSeconds: 90 } });
    const back = planned(next, { limits: { idleSeconds: null } });
    expect(back.changes).toMatchObject([{ key: 'limits.idleSeconds', from: 90, to: 1_800 }]);
    expect(back.next.document).toEqual({});
  });

  it('changes one rule of a default mode and leaves the other modes there', () => {
    const { changes, next } = planned(stateOver(), { modes: { ctf: { teamSize: 3 } } });
    expect(changes).toMatchObject([{ key: 'modes.ctf.teamSize', from: 4, to: 3 }]);
    expect(Object.keys(next.settled.config.modes)).toEqual(['ctf', 'duel']);
    expect(next.settled.config.modes['ctf']?.minTeamSize).toBe(3);
  });

  it('brings a new mode and takes it away again', () => {
    const mode = { handler: 'relay', teams: 1, teamSize: 2 };
    const { next } = planned(stateOver(), { modes: { echo: mode } });
    expect(next.settled.config.modes['echo']).toMatchObject({ teamSize: 2, graceSeconds: 60 });
    expect(planned(next, { modes: { echo: null } }).next.settled.config.modes['echo']).toBe(
      undefined,
    );
  });

  it('merges the settings of a mode key by key', () => {
    const state = stateOver(
      '[modes.ctf]\nhandler = "capture-the-flag"\nteamSize = 2\nsettings = { a = 1, b = 2 }\n',
    );
    const { next } = planned(state, { modes: { ctf: { settings: { b: 3 } } } });
    expect(next.settled.config.modes['ctf']?.settings).toEqual({ a: 1, b: 3 });
  });

  it.each([
    [{ limits: { idleSecond: 1 } }, 'limits.idleSecond', 'config-unknown'],
    [{ limits: { idleSeconds: 'x' } }, 'limits.idleSeconds', 'config-value'],
    [{ limitz: { idleSeconds: 1 } }, 'limitz', 'config-unknown'],
    [{ players: { capacity: 5 } }, 'players.capacity', 'config-host-setting'],
    [{ threads: { gateways: 2 } }, 'threads.gateways', 'config-host-setting'],
    [{ limits: { trustedProxies: ['10.0.0.1'] } }, 'limits.trustedProxies', 'config-host-setting'],
    [{ listeners: [] }, 'listeners', 'config-host-setting'],
    [{ limits: { heldBytesMax: 1_048_576 } }, 'rings.upBytes', 'config-conflict'],
    [{ limits: 3 }, 'limits', 'config-value'],
    [{ limits: { idleSeconds: 60, loginSeconds: 0 } }, 'limits.loginSeconds', 'config-value'],
    [{ modes: { chess: { teamSize: 1 } } }, 'modes.chess.handler', 'config-value'],
    [{ modes: { ctf: { handler: './gone.ts' } } }, 'modes.ctf.handler', 'handler-file'],
    [
      { modes: { ctf: { teamSize: 2, minTeamSize: 3 } } },
      'modes.ctf.minTeamSize',
      'config-conflict',
    ],
    [[], '', 'config-value'],
    [null, '', 'config-value'],
  ])('refuses %j whole, naming %s', (patch, key, code) => {
    const state = stateOver();
    const refusal = refused(state, patch);
    expect(refusal).toMatchObject({ kind: 'refused', key, code });
    expect(refusal.message).toMatch(/^Cannot /);
    expect(refusal.message).toContain(key);
    expect(state.document).toEqual({});
  });

  it('refuses a patch that is nested too deep or too large', () => {
    let deep: object = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { settings: deep };
    expect(refused(stateOver(), { modes: { ctf: deep } }).code).toBe('config-value');
    const large = { texts: { greeting: 'x'.repeat(70_000) } };
    expect(refused(stateOver(), large).code).toBe('config-value');
  });

  it('takes no name of a patch for something else', () => {
    const patch: unknown = JSON.parse('{"__proto__": {"limits": 1}, "constructor": {"a": 1}}');
    expect(refused(stateOver(), patch)).toMatchObject({ code: 'config-unknown' });
    expect(Object.hasOwn(Object.prototype, 'limits')).toBe(false);
  });
});

describe('planBase()', () => {
  it('applies what may change now and lists what waits for a restart', () => {
    const state = stateOver('[limits]\nidleSeconds = 60\n[players]\ncapacity = 100\n');
    const text = '[limits]\nidleSeconds = 70\n[players]\ncapacity = 200\n';
    const plan = planBase(state, baseOver({ text }));
    expect(plan).toMatchObject({
      kind: 'plan',
      changes: [
        { key: 'limits.idleSeconds', from: 60, to: 70, applies: 'now' },
        { key: 'players.capacity', from: 100, to: 200, applies: 'restart' },
      ],
    });
    if (plan.kind === 'refused') return;
    expect(plan.next.settled.config.players.capacity).toBe(100);
    expect(plan.next.settled.config.limits.idleSeconds).toBe(70);
  });

  it('keeps the overrides of the network before the new file', () => {
    const { next } = planned(stateOver(), { limits: { idleSeconds: 90 } });
    const plan = planBase(next, baseOver({ text: '[limits]\nidleSeconds = 70\n' }));
    expect(plan).toMatchObject({ kind: 'plan', changes: [] });
  });

  it('refuses a file that does not fit what the host runs with', () => {
    const state = stateOver('[players]\ncapacity = 8\n[practice]\nbots = 0\n');
    const text = '[players]\ncapacity = 100\n[practice]\nbots = 50\n';
    expect(planBase(state, baseOver({ text }))).toMatchObject({ key: 'practice.bots' });
  });

  it('never shows a secret', () => {
    const token = 'a-very-long-token-of-an-operator-0123456789';
    const plan = planBase(stateOver(), baseOver({ text: `[ops]\ntoken = "${token}"\n` }));
    expect(plan).toMatchObject({ changes: [{ key: 'ops.token', to: '(secret)' }] });
    expect(JSON.stringify(plan.kind === 'plan' ? plan.changes : plan)).not.toContain(token);
  });
});

describe('planVersion()', () => {
  it('refuses a stored document that the file has outgrown', () => {
    const state = stateOver('[modes.duel]\nhandler = "capture-the-flag"\nteamSize = 1\n');
    const plan = planVersion(state, { modes: { ctf: { teamSize: 2 } } });
    expect(plan).toMatchObject({ kind: 'refused', key: 'modes.ctf.handler' });
  });
});
