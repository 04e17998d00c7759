/**
 * The settings as people read them: the example file and the tables of docs/configuration.md, both written from the
 * schema. Pure; main thread (`longhouse example-config`) and the test that holds the files in the tree to it.
 */

import { stringify } from 'smol-toml';
import { CONFIG_SCHEMA } from './config-schema.ts';
import { rowSchema, settingSchema, type SettingSchema } from './config-tree.ts';
import { environmentName } from './environment-names.ts';
import { allowedText } from './setting-text.ts';

const ROOT = settingSchema(CONFIG_SCHEMA);
/** Stands for the name of a row that the user chooses. */
const ROW_NAME = 'name';

/** A longhouse.toml that changes nothing: each key with what it is for, commented out at its default. */
export function exampleConfig(): string {
  const head = [
    '# Longhouse: every setting, at its default. Take the "#" away before a line to change it.',
    '# An environment variable goes before this file, a flag before both: docs/configuration.md.',
    '# An unknown or bad setting stops the start with a message that names it.',
    '',
  ];
  const parts = Object.entries(ROOT.properties ?? {}).map(([key, schema]) =>
    rowSchema(schema) === undefined ? exampleSection(key, schema) : exampleRows(key, schema),
  );
  return [...head, ...parts].join('\n');
}

/** The reference part of docs/configuration.md: a table for each section. */
export function referenceTables(): string {
  return Object.entries(ROOT.properties ?? {})
    .map(([key, schema]) => referenceTable(key, schema))
    .join('\n');
}

function exampleSection(key: string, schema: SettingSchema): string {
  const lines = [`# ${schema.description ?? ''}`, `[${key}]`];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    lines.push(
      ...commentOn(property, schema.applies === 'now'),
      `# ${assignment(name, property.default)}`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Rows are shown whole: keys first, then the default rows. */
function exampleRows(key: string, schema: SettingSchema): string {
  const lines = [`# ${schema.description ?? ''}`, '# Keys of each:'];
  for (const [name, property] of Object.entries(rowSchema(schema)?.properties ?? {})) {
    const [first = '', ...rest] = commentOn(property, schema.applies === 'now');
    lines.push(`#   ${name}: ${first.slice(2)}`, ...rest.map((line) => `#     ${line.slice(2)}`));
  }
  // smol-toml's stringify takes any table; rows come back as [[listeners]] or [modes.NAME].
  const rows = stringify({ [key]: schema.default }).trimEnd();
  return `${[...lines, '#', ...rows.split('\n').map(commented)].join('\n')}\n`;
}

function commented(line: string): string {
  return line === '' ? '#' : `# ${line}`;
}

function commentOn(property: SettingSchema, isLive: boolean): string[] {
  const allowed = allowedText(property);
  const description = property.description ?? '';
  const applies = isLive || property.applies === 'now' ? ' Applies while the host runs.' : '';
  return [`# ${description}`, `# Allowed: ${allowed}.${applies}`];
}

function assignment(name: string, value: unknown): string {
  return stringify({ [name]: value }).trimEnd();
}

function referenceTable(key: string, schema: SettingSchema): string {
  const row = rowSchema(schema);
  const isList = schema.items !== undefined;
  const title = row === undefined ? `[${key}]` : isList ? `[[${key}]]` : `[${key}.NAME]`;
  const head = [
    `### \`${title}\``,
    '',
    schema.description ?? '',
    '',
    '| key | default | allowed | applies | environment | meaning |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  const path = row === undefined ? [key] : [key, ROW_NAME];
  const rows = Object.entries((row ?? schema).properties ?? {}).map(([name, property]) => {
    const isNeeded = (row ?? schema).required?.includes(name) === true;
    const value = defaultText(property, isNeeded);
    const variable = `\`${environmentName([...path, name])}\``;
    const applies = schema.applies ?? property.applies ?? 'restart';
    const cells = [
      `\`${name}\``,
      value,
      allowedText(property),
      applies,
      variable,
      property.description,
    ];
    return `| ${cells.map((cell) => escapeCell(cell ?? '')).join(' | ')} |`;
  });
  return `${[...head, ...rows].join('\n')}\n`;
}

function defaultText(property: SettingSchema, isNeeded: boolean): string {
  if (property.default !== undefined) return `\`${assignment('k', property.default).slice(4)}\``;
  return isNeeded ? 'must be given' : '-';
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
