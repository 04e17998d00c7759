/**
 * The rules about who may ask the machine for time, randomness and shared memory (STYLE.md 4, 26).
 * Runs in the test process only. They read the syntax tree, so a word in a comment or a string breaks no rule.
 */

import { findingAt, visit, type Finding, type SourceFile } from './source-file.ts';

const CLOCK_FILE = 'src/shared/clock.ts';
const RANDOM_FILE = 'src/shared/random.ts';
/** The dashboard runs in a browser, which has no module of ours but its own. */
const PAGE_CLOCK_FILE = 'src/main/ops/dashboard/page/page-clock.ts';

/** Where each name of the machine's time and randomness may be used; elsewhere Clock and Random are passed in. */
const OWNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Date.now', [CLOCK_FILE, PAGE_CLOCK_FILE]],
  ['new Date()', [CLOCK_FILE]],
  // What a callback costs is real time even where a test kit's clock is virtual; nothing is decided by it.
  ['performance.now', [CLOCK_FILE, 'src/workers/match/handler-instance.ts']],
  ['process.hrtime', [CLOCK_FILE]],
  ['setTimeout', [CLOCK_FILE, PAGE_CLOCK_FILE]],
  ['setInterval', [CLOCK_FILE, PAGE_CLOCK_FILE]],
  // One immediate per pass of the event loop is how a thread takes its turns, and main ends its batches.
  ['setImmediate', ['src/shared/turn-loop.ts', 'src/main/directory-shell.ts']],
  ['Math.random', [RANDOM_FILE]],
]);

const GLOBALS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

/** Handlers that misbehave on purpose: a timer or a stalled clock is the misbehavior. */
const FIXTURES = /^test\/(?:fixtures|support\/handlers)\//;

export function timeAndRandomness(file: SourceFile): readonly Finding[] {
  if (FIXTURES.test(file.path)) return [];
  const findings: Finding[] = [];
  const use = (name: string, offset: number): void => {
    const owners = OWNERS.get(name);
    if (owners === undefined || owners.includes(file.path)) return;
    if (name === 'setImmediate' && !file.path.startsWith('src/')) return;
    findings.push(findingAt(file, offset, `${name} outside ${owners.join(', ')}`));
  };
  visit(file, {
    MemberExpression(node) {
      const { object, property } = node;
      if (object.type !== 'Identifier' || property.type !== 'Identifier' || node.computed) return;
      const global = object.name === 'globalThis' && GLOBALS.has(property.name);
      use(global ? property.name : `${object.name}.${property.name}`, node.start);
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && GLOBALS.has(callee.name)) use(callee.name, node.start);
      // A timer handed on as a value: promisify(setTimeout).
      for (const argument of node.arguments) {
        if (argument.type === 'Identifier' && GLOBALS.has(argument.name)) {
          use(argument.name, argument.start);
        }
      }
    },
    NewExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && callee.name === 'Date' && node.arguments.length === 0) {
        use('new Date()', node.start);
      }
    },
  });
  for (const edge of file.imports) {
    if (/^(?:node:)?timers(?:\/promises)?$/.test(edge.specifier) && file.path !== CLOCK_FILE) {
      findings.push(findingAt(file, edge.offset, `${edge.specifier} outside ${CLOCK_FILE}`));
    }
  }
  return findings;
}

/** Within src, only src/main decides what memory is shared. */
export function sharedMemoryAllocation(file: SourceFile): readonly Finding[] {
  if (!file.path.startsWith('src/') || file.room === 'main') return [];
  const findings: Finding[] = [];
  visit(file, {
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'SharedArrayBuffer') {
        findings.push(findingAt(file, node.start, 'new SharedArrayBuffer outside src/main'));
      }
    },
  });
  return findings;
}
