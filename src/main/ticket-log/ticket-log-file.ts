/** The whole of one ticket log file: its header and its entries, from bytes. Pure; main thread, `longhouse replay`. */

import { Value } from 'typebox/value';
import Type from 'typebox';
import { decodeBlockFile, type BlockFileEnd } from '../../shared/block-file-codec.ts';
import { HostError, messageOf } from '../../shared/errors.ts';
import type { MatchingRules } from '../matchmaker/matching-rules.ts';
import type { TicketLogHeader } from '../matchmaker/ticket-event.ts';
import { JsonRow, RowError } from './json-row.ts';
import { decodeTicketEntry, type TicketLogEntry } from './ticket-event-codec.ts';

export interface TicketLogFile {
  readonly header: TicketLogHeader;
  /** When the host started, Clock.wallMs(): files of one host with the same one belong together. */
  readonly startedWallMs: number;
  readonly entries: readonly TicketLogEntry[];
  /** Never `damaged` unless it was asked to read such a file. */
  readonly end: BlockFileEnd;
}

export interface ReadOptions {
  /** How messages name the file. */
  readonly name: string;
  /** Take what is whole before damage instead of refusing the file. */
  readonly salvage?: boolean;
}

const HEADER_KIND = { h: true } as const;
/** JSON has no word for it, and no rule has a text for a value. */
const INFINITY = 'Infinity';

const HEADER_SCHEMA = Type.Object({
  version: Type.Literal(1),
  hostId: Type.String(),
  seed: Type.Integer(),
  modes: Type.Array(
    Type.Object({
      name: Type.String(),
      teams: Type.Integer({ minimum: 1 }),
      teamSize: Type.Integer({ minimum: 1 }),
      minTeamSize: Type.Integer({ minimum: 1 }),
      tickHz: Type.Number(),
      graceMs: Type.Number(),
      matching: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([Type.Number(), Type.Boolean(), Type.Literal(INFINITY)]),
        ),
      ),
    }),
  ),
});

/** The line that stands first in every file of one run. */
export function encodeTicketLogHeader(header: TicketLogHeader, startedWallMs: number): string {
  return JSON.stringify(['h', startedWallMs, header], (_key, value: unknown) =>
    value === Infinity ? INFINITY : value,
  );
}

/** Throws a HostError that says where the file is not what a host writes. */
export function decodeTicketLogFile(bytes: Uint8Array, options: ReadOptions): TicketLogFile {
  const { texts, end } = decodeBlockFile(bytes);
  const [first, ...rest] = texts;
  if (end.kind === 'damaged' && (options.salvage !== true || first === undefined)) {
    const whole = first === undefined ? 'nothing' : `${texts.length} blocks`;
    throw unreadable(
      options,
      `found ${end.found} at byte ${end.byteOffset}, ${whole} before it can be read`,
    );
  }
  if (first === undefined) throw unreadable(options, 'it ends before its header');
  try {
    const { header, startedWallMs } = decodeHeader(first);
    const entries = rest.flatMap((text) => text.split('\n').map(decodeTicketEntry));
    return { header, startedWallMs, entries, end };
  } catch (error) {
    if (error instanceof RowError || error instanceof SyntaxError) {
      throw unreadable(options, messageOf(error), error);
    }
    throw error;
  }
}

function decodeHeader(line: string): { header: TicketLogHeader; startedWallMs: number } {
  const row = new JsonRow(JSON.parse(line));
  row.word(HEADER_KIND);
  const startedWallMs = row.whole();
  const header = row.object();
  if (!Value.Check(HEADER_SCHEMA, header)) throw new RowError('Cannot read the header: bad rules');
  const modes = header.modes.map(({ matching, ...rules }) => {
    return matching === undefined ? rules : { ...rules, matching: withInfinity(matching) };
  });
  // Names of matching rules that this version does not know are left alone.
  return { header: { ...header, modes }, startedWallMs };
}

function withInfinity(matching: Readonly<Record<string, unknown>>): Partial<MatchingRules> {
  const entries = Object.entries(matching).map(([rule, value]) => {
    return [rule, value === INFINITY ? Infinity : value];
  });
  // The schema has said that all are numbers and flags, as the rules of a mode are.
  return Object.fromEntries(entries) as Partial<MatchingRules>;
}

function unreadable({ name }: ReadOptions, found: string, cause?: unknown): HostError {
  return new HostError('ticket-log', `Cannot read ticket log "${name}": ${found}`, { cause });
}
