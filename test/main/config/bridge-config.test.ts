/** Goal: a bridge that strangers could join, or that cannot work, stops the start and names the key. Method: one bad file each. */

import { describe, expect, it } from 'vitest';
import { load, refusal } from './config-kit.ts';

const SECRET = 'secret = "sixteen letters."';
const TLS = 'tlsCert = "a.pem"\ntlsKey = "a.key"\ntlsCa = "keys/ca.pem"';

describe('[bridge]', () => {
  it('is off by itself, and on where a peer is named', () => {
    expect(load().bridge.enabled).toBe(false);
    const { bridge } = load({ file: '[bridge]\npeers = ["localhost:7779"]' });
    expect(bridge).toMatchObject({ enabled: true, port: 7779, peers: ['localhost:7779'] });
  });

  it('moves its port with the others', () => {
    expect(load({ flags: { 'host.portOffset': '100' } }).bridge.port).toBe(7879);
  });

  it('finds its files from the configuration file', () => {
    const { bridge } = load({ file: `[bridge]\n${TLS}` });
    expect(bridge.tlsCert).toBe('/srv/a.pem');
    expect(bridge.tlsCa).toBe('/srv/keys/ca.pem');
  });

  it.each([
    ['a secret', `bindAddress = "0.0.0.0"\n${SECRET}\npeers = ["10.0.0.2:7779", "[fd00::1]:1"]`],
    ['TLS', `bindAddress = "::"\n${TLS}\npeers = ["host-b.example:7779"]`],
    ['neither on loopback', 'enabled = true\nbindAddress = "127.0.0.3"\npeers = ["[::1]:7779"]'],
  ])('takes %s', (_what, text) => {
    expect(load({ file: `[bridge]\n${text}` }).bridge.enabled).toBe(true);
  });

  it.each([
    ['everywhere', 'enabled = true\nbindAddress = "0.0.0.0"', 'bridge.secret'],
    ['an address of the network', 'enabled = true\nbindAddress = "10.0.0.1"', 'bridge.secret'],
    ['a name', 'enabled = true\nbindAddress = "host-a"', 'bridge.secret'],
    [
      'loopback, with a peer beyond it',
      'peers = ["localhost:1", "10.0.0.2:7779"]',
      'bridge.secret',
    ],
  ])('refuses a bridge without a secret on %s', (_what, text, key) => {
    const error = refusal({ file: `[bridge]\n${text}` });
    expect(error.message).toContain(key);
    expect(error.message).toContain('secret of at least 16 characters or TLS');
    expect(error.code).toBe('config-conflict');
  });

  it.each([
    ['a peer without a port', 'peers = ["localhost"]', 'bridge.peers'],
    ['a peer whose port is none', 'peers = ["localhost:70000"]', 'bridge.peers'],
    ['a peer with a scheme', 'peers = ["tcp://localhost:7779"]', 'bridge.peers'],
    ['an address without brackets', 'peers = ["fd00::1:7779"]', 'bridge.peers'],
    ['a place to be reached at that is none', 'advertise = "host-a:99999"', 'bridge.advertise'],
    ['a short secret', 'secret = "short"', 'bridge.secret'],
    ['half of TLS', 'tlsCert = "a.pem"\ntlsCa = "ca.pem"', 'bridge.tlsKey'],
    [
      'a ring whose records no frame could take',
      'enabled = true\n[rings]\ndownBytes = 16777216',
      'rings.downBytes',
    ],
    ['the port of the ops page', 'enabled = true\nport = 7780', 'bridge.port'],
  ])('refuses %s', (_what, text, key) => {
    expect(refusal({ file: `[bridge]\n${text}` }).message).toContain(key);
  });

  it('does not repeat a secret that it refuses', () => {
    const { message } = refusal({ file: '[bridge]\nsecret = "my-short-one"' });
    expect(message).not.toContain('my-short-one');
  });
});
