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
