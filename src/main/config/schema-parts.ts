/** What the sections of the schema are written with: one function for each kind of setting. Main thread. */

import Type, { type TSchema } from 'typebox';

/** `allowed` is a keyword of ours: the pattern in words, for messages and documents. */
export interface TextRule {
  readonly pattern: string;
  readonly allowed: string;
}

/** A named thing of the host: listeners and modes. */
export const NAME: TextRule = {
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  allowed: '1 to 32 small letters, digits and "-", starting with a letter',
};
export const HOST_ID: TextRule = {
  pattern: '^([a-z0-9][a-z0-9.-]{0,62})?$',
  allowed: 'up to 63 small letters, digits, "." and "-"',
};
export const NOT_EMPTY: TextRule = { pattern: '.', allowed: 'a text that is not empty' };

/** What a header can carry. */
export const OPS_TOKEN: TextRule = {
  pattern: '^([\\x21-\\x7e]{16,256})?$',
  allowed: '16 to 256 printable characters without spaces',
};

/** What players are told: one line. */
export const SAYING: TextRule = {
  pattern: '^[^\\u0000-\\u001f\\u007f]{0,500}$',
  allowed: 'one line of at most 500 characters',
};

export function port(description: string, value: number): TSchema {
  return Type.Integer({ description, default: value, minimum: 0, maximum: 65_535 });
}

export function count(
  description: string,
  value: number,
  bounds: { readonly min: number; readonly max: number },
): TSchema {
  return Type.Integer({ description, default: value, minimum: bounds.min, maximum: bounds.max });
}

export function flag(description: string, value = false): TSchema {
  return Type.Boolean({ description, default: value });
}

export function text(description: string, value: string, rule: TextRule): TSchema {
  return Type.String({ description, default: value, ...rule });
}

export function texts(description: string, value: readonly string[], allowed: string): TSchema {
  return Type.Array(Type.String(), { description, default: [...value], maxItems: 1_000, allowed });
}

export function choice<const T extends readonly string[]>(
  description: string,
  options: { readonly of: T; readonly default: T[number] },
): TSchema {
  return Type.Enum([...options.of], { description, default: options.default });
}

export function section(
  description: string,
  properties: Readonly<Record<string, TSchema>>,
): TSchema {
  return Type.Object({ ...properties }, { description, default: {}, additionalProperties: false });
}

/** Marks a setting, or all of a section, as one that may change while the host runs. */
export function live<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { applies: 'now' });
}

/** Marks a setting whose value is never shown to anybody. */
export function secret<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { isSecret: true });
}

/** Marks each of them. */
export function liveAll(properties: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, live(schema)]));
}
