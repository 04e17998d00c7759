/** Goal: a listener's protocol is a built-in, or a file that is there. Method: examples, on a machine of the test's own. */

import { expect, it } from 'vitest';
import { load, refusal } from './config-kit.ts';

it.each(['line', 'frame', 'raw'])('%s is built in, even beside a file of that name', (protocol) => {
  const config = load({ file: listener(protocol), files: { [`/srv/${protocol}`]: '' } });
  expect(config.listeners[0]?.protocol).toBe(protocol);
});

it('a file is found from the folder of the configuration, and becomes a URL', () => {
  const files = { '/srv/adapters/own.ts': '' };
  const config = load({ file: listener('./adapters/own.ts'), files });
  expect(config.listeners[0]?.protocol).toBe('file:///srv/adapters/own.ts');
});

it('anything else is refused, with what is allowed', () => {
  const error = refusal({ file: listener('lines') });
  expect(error.code).toBe('protocol-file');
  expect(error.message).toBe(
    'Cannot use setting "listeners.0.protocol" from file "longhouse.toml": found "lines", allowed is "line", "frame", "raw" or a file that is there',
  );
});

function listener(protocol: string): string {
  return `[[listeners]]\nname = "a"\nprotocol = "${protocol}"\nport = 1\n`;
}
