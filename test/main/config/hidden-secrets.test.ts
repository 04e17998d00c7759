/** Goal: no secret is ever printed. Method: a configuration with every setting that the schema marks as one. */

import { expect, it } from 'vitest';
import { CONFIG_SCHEMA } from '../../../src/main/config/config-schema.ts';
import { settingSchema } from '../../../src/main/config/config-tree.ts';
import { HIDDEN, withoutSecrets } from '../../../src/main/config/hidden-secrets.ts';
import type { HostConfig } from '../../../src/main/config/host-config.ts';

const VALUE = 'a-secret-that-nobody-may-see';

it('withoutSecrets() hides every setting that is marked as secret, and says which are set', () => {
  const marked = secretPaths();
  expect(marked).toContain('ops.token');
  expect(marked).toContain('logins.tokenSecret');
  const tree: Record<string, Record<string, unknown>> = { host: { id: 'north' } };
  for (const path of marked) {
    const [section = '', key = ''] = path.split('.');
    (tree[section] ??= {})[key] = VALUE;
  }
  // Only what is secret and one more setting: nothing else is read.
  const shown = withoutSecrets(tree as unknown as HostConfig);
  expect(JSON.stringify(shown)).not.toContain(VALUE);
  expect(JSON.stringify(shown).split(HIDDEN)).toHaveLength(marked.length + 1);
  expect(shown).toMatchObject({ host: { id: 'north' } });
  expect(withoutSecrets({ ops: { token: '' } } as unknown as HostConfig)).toEqual({
    ops: { token: '' },
  });
});

function secretPaths(): readonly string[] {
  const sections = Object.entries(settingSchema(CONFIG_SCHEMA).properties ?? {});
  return sections.flatMap(([section, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { isSecret }]) => isSecret === true)
      .map(([key]) => `${section}.${key}`),
  );
}
