/** Settings as text: reads them from environment and flags, and words what was found and what is allowed. Main thread. */

import { parse } from 'smol-toml';
import type { SettingSchema } from './config-tree.ts';

const FOUND_CHARACTERS_MAX = 80;

/**
 * The value that `text` stands for where `schema` is expected. Text that does not fit comes back as it is, so that
 * the check against the schema says what is wrong with it.
 */
export function parseSetting(schema: SettingSchema, text: string): unknown {
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '1'
        ? true
        : text === 'false' || text === '0'
          ? false
          : text;
    case 'array':
      return isPlainList(schema, text) ? splitList(text) : parseInline(text);
    case 'object':
      return parseInline(text);
    case undefined:
    case 'string':
      return text;
  }
  return text;
}

/** What a setting may be, for the end of `... allowed is`. */
export function allowedText(schema: SettingSchema): string {
  if (schema.allowed !== undefined) return schema.allowed;
  if (schema.enum !== undefined)
    return `one of ${schema.enum.map((word) => `"${word}"`).join(', ')}`;
  switch (schema.type) {
    case 'integer':
      return `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return schema.items?.properties === undefined ? 'a list of texts' : 'a list of tables';
    case 'object':
      return 'a table';
    case 'string':
    case undefined:
      return 'a text';
  }
  return 'a value';
}

/** What was found instead, short enough for a message. */
export function foundText(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > FOUND_CHARACTERS_MAX ? `${text.slice(0, FOUND_CHARACTERS_MAX)}...` : text;
}

function isPlainList(schema: SettingSchema, text: string): boolean {
  return schema.items?.type === 'string' && !text.trimStart().startsWith('[');
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseInline(text: string): unknown {
  try {
    return parse(`value = ${text}`)['value'];
  } catch {
    // Not TOML: the check against the schema will show the text beside what is allowed.
    return text;
  }
}
