/**
 * Checks queries and bodies against the schema of their route, in the words of the configuration's messages. Main thread.
 *
 *   Cannot read the query: "limit" is "9999", allowed is a whole number from 1 to 500
 */

import type { TSchema } from 'typebox';
import {
  completeTree,
  isTable,
  settingSchema,
  type Problem,
  type SettingSchema,
} from '../config/config-tree.ts';
import { parseSetting } from '../config/setting-text.ts';

export type Checked = { readonly value: unknown } | { readonly error: Error };

/** Which part of a request. */
export type RequestPart = 'body' | 'querystring' | 'params' | 'headers';

/** The check of one part of one route's requests. Unknown names are refused, so that a misspelled one is not overlooked. */
export function requestCheck(schema: TSchema, part: RequestPart): (value: unknown) => Checked {
  const fields = settingSchema(schema);
  const what = part === 'body' ? 'body' : 'query';
  return (value) => {
    let problem: Problem | undefined;
    const given = part === 'body' ? (value ?? {}) : fromText(fields, value);
    const checked = completeTree(fields, given, (found) => (problem ??= found));
    return problem === undefined ? { value: checked } : { error: badRequest(what, problem) };
  };
}

/** All of a query is text. */
function fromText(schema: SettingSchema, query: unknown): unknown {
  if (!isTable(query)) return {};
  const entries = Object.entries(query).map(([key, text]) => {
    const field = schema.properties?.[key];
    const isText = field !== undefined && typeof text === 'string';
    return [key, isText ? parseSetting(field, text) : text] as const;
  });
  return Object.fromEntries(entries);
}

function badRequest(what: string, { path, kind, found, allowed }: Problem): Error {
  const where = path === '' ? 'it' : `"${path}"`;
  const sentence =
    kind === 'unknown'
      ? `it has ${found}, allowed is ${allowed === '' ? 'nothing' : allowed}`
      : `${where} is ${found}, allowed is ${allowed}`;
  return Object.assign(new Error(`Cannot read the ${what}: ${sentence}`), { statusCode: 400 });
}
