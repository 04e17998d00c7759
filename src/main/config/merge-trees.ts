/**
 * Lays one tree of settings over another, and takes overrides away again. Pure. Main thread.
 *
 * Tables are merged key by key; lists and values are replaced whole. Keys come from requests: results are made with
 * Object.fromEntries(), which has no special names.
 */

import { isTable } from './config-tree.ts';

/** `over` before `under`, as new objects. */
export function mergeTrees(under: unknown, over: unknown): unknown {
  if (!isTable(under) || !isTable(over)) return over;
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    merged.set(key, merged.has(key) ? mergeTrees(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}

/** `document` with `patch` laid over it, where null takes away what the document has; empty tables go too. */
export function patchTree(
  document: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const patched = new Map(Object.entries(document));
  for (const [key, value] of Object.entries(patch)) {
    const old = patched.get(key);
    const next = isTable(value) ? patchTree(isTable(old) ? old : {}, value) : value;
    const isEmpty = isTable(next) && Object.keys(next).length === 0;
    if (next === null || isEmpty) patched.delete(key);
    else patched.set(key, next);
  }
  return Object.fromEntries(patched);
}

/** `a.b.c` for each value below `tree`, which itself is at `path`. */
export function leafPaths(tree: unknown, path: string): string[] {
  if (!isTable(tree)) return [path];
  return Object.entries(tree).flatMap(([key, value]) => leafPaths(value, `${path}.${key}`));
}
