/** Goal: a newcomer sees what to type next. Method: the whole text, golden. */

import { describe, expect, it } from 'vitest';
import { startBanner, type BannerInputs } from '../../src/main/start-banner.ts';
import { worstCaseMemory } from '../../src/main/worst-case-memory.ts';
import { load, type TestMachine } from './config/config-kit.ts';

function inputs(machine: TestMachine = {}): BannerInputs {
  const config = load({ cores: 2, ...machine });
  return {
    config,
    version: '0.1.0',
    ports: [
      ...config.listeners.map(({ name, port }) => ({ name, port })),
      { name: 'ops', port: config.ops.port },
    ],
    worstCase: worstCaseMemory(config),
    machineBytes: 16 * 2 ** 30,
    connectionsMax: 22_064,
  };
}

describe('startBanner()', () => {
  it('says how to play, watch and stop, and what it may cost', () => {
    expect(startBanner(inputs())).toMatchInlineSnapshot(`
      "
      Longhouse 0.1.0, host "testhost"

        play       telnet localhost 7777    or: nc localhost 7777
                   type a name, then /queue ctf; /help lists the rest
        clients    localhost:7778  (frame protocol: docs/protocol.md)
        watch      http://127.0.0.1:7780/  (status, metrics, API)
        modes      ctf (4 v 4), duel (1 v 1)
        practice   7 practice players join when someone has waited 2 s  (--bots 0 for none)
        room for   20,000 players
        memory     at most 9.6 GiB, with every buffer full, of this machine's 16 GiB:
                   connections 156 MiB + output 4.9 GiB + input 1.3 GiB + tables 2.6 MiB +
                   rings 12 MiB + heaps 1 GiB + buffers 2 GiB + process 304 MiB
        data       /srv/data
        stop       Ctrl-C  (running matches may end first; twice: at once)

      "
    `);
  });

  it('shows the ports that were opened, not those that were asked for', () => {
    const banner = startBanner({
      ...inputs({ env: { LONGHOUSE_OPS_PORT: '0' } }),
      ports: [
        { name: 'line', port: 41_001 },
        { name: 'frame', port: 41_002 },
        { name: 'ops', port: 41_003 },
      ],
    });
    expect(banner).toContain('telnet localhost 41001');
    expect(banner).toContain('http://127.0.0.1:41003/');
  });

  it('says so where the system allows fewer players than were configured', () => {
    const banner = startBanner({ ...inputs(), connectionsMax: 700 });
    expect(banner).toContain('700 players, not the configured 20,000');
  });

  it('does not promise practice players that are turned off', () => {
    const banner = startBanner(inputs({ flags: { 'practice.bots': '0' } }));
    expect(banner).toContain('no practice players  (--bots N for some)');
  });

  it('does not promise practice players for games that they cannot play', () => {
    const file = '[modes.race]\nhandler = "relay"\nteams = 1\nteamSize = 4\n';
    expect(startBanner(inputs({ file }))).toContain('practice   none for these modes');
  });

  it('names an adapter by its file, and offers no mode that only greets', () => {
    const file = `
      listeners = [
        { name = "own", protocol = "./own.ts", port = 7776 },
        { name = "irc", protocol = "raw", port = 6667, greeter = "hall" },
      ]
      [modes.hall]
      handler = "./hall.ts"
      teamSize = 1
      [modes.duel]
      handler = "capture-the-flag"
      teamSize = 1
    `;
    const files = { '/srv/own.ts': '', '/srv/hall.ts': '' };
    const text = startBanner(inputs({ file, files }));
    expect(text).toContain('localhost:7776  (own.ts)');
    expect(text).toContain('localhost:6667  (raw bytes to "hall")');
    expect(text).toMatch(/modes +duel \(1 v 1\)\n/);
  });
});
