/** Arrays that a pass writes anew each time and keeps between passes. Main thread, matchmaker only. */

/** That array if it has room, else one that does and that is not soon too small again. What was in it is gone then. */
export function grown<Scratch extends Int32Array | Float64Array>(
  scratch: Scratch,
  length: number,
): Scratch;
export function grown(scratch: Int32Array | Float64Array, length: number): typeof scratch {
  if (scratch.length >= length) return scratch;
  const room = Math.max(length, 64, 2 * scratch.length);
  return scratch instanceof Int32Array ? new Int32Array(room) : new Float64Array(room);
}
