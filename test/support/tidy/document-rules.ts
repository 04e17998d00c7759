/**
 * The rules about what is not TypeScript: documents, error codes, the package's files, addresses of registries.
 * Runs in the test process only. Each takes text, and asks `exists` about files, so that a test needs no disk.
 */

import { dirname, join, normalize } from 'node:path/posix';
import { lineOf, type Finding } from './source-file.ts';

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

const LINK = /\[[^\]]*\]\(([^()\s]+)(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm;
const HEADING = /^#{1,6}\s+(.+?)\s*#*$/gm;
const CODE = /^(```|~~~)[\s\S]*?^\1[^\n]*$|`[^`\n]*`/gm;

// Joined from pieces, so that this file does not break the rule it holds.
const REGISTRY_HOSTS = new RegExp(
  [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['npm', 'pkg', 'github', 'com'],
    ['registry', 'npmmirror', 'com'],
    ['jsr', 'io'],
  ]
    .map((labels) => labels.join(String.raw`\.`))
    .join('|') + String.raw`|https?:\/\/[^\s"'<>]*\/-\/[^\s"'<>]+\.tgz`,
  'g',
);

/** Relative links of a document lead to a file that is there, and to a heading it has. */
export function relativeLinks(
  document: TextFile,
  read: (path: string) => string | undefined,
): readonly Finding[] {
  const text = blankCode(document.text);
  return [...text.matchAll(LINK)].flatMap((match) => {
    const link = match[1] ?? match[2] ?? '';
    if (/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(link)) return [];
    const [name = '', anchor] = decodeURI(link).split('#');
    const target =
      name === ''
        ? document.path
        : normalize(join(dirname(document.path), name)).replace(/\/$/, '');
    const found = name === '' ? document.text : read(target);
    const line = lineOf(document.text, match.index);
    if (found === undefined) {
      return [{ path: document.path, line, message: `link to nowhere: ${link}` }];
    }
    if (anchor === undefined || !target.endsWith('.md') || headings(found).has(anchor)) return [];
    return [{ path: document.path, line, message: `link to a missing heading: ${link}` }];
  });
}

/** Every code of the registry stands in code style in some document. */
export function explainedCodes(
  codes: readonly string[],
  documents: readonly TextFile[],
): readonly Finding[] {
  return codes
    .filter((code) => !documents.some((document) => document.text.includes(`\`${code}\``)))
    .map((code) => ({
      path: 'src/shared/errors.ts',
      line: 1,
      message: `code without an explanation in docs: ${code}`,
    }));
}

/** No file names the registry it was made with: the next machine has its own. */
export function registryHosts(file: TextFile): readonly Finding[] {
  return [...file.text.matchAll(REGISTRY_HOSTS)].map((match) => ({
    path: file.path,
    line: lineOf(file.text, match.index),
    message: 'the address of a package registry',
  }));
}

/** Whatever package.json points at is there. */
export function packageFiles(
  manifest: TextFile,
  exists: (path: string) => boolean,
): readonly Finding[] {
  const { bin, exports } = JSON.parse(manifest.text) as { bin?: unknown; exports?: unknown };
  return [...strings(bin), ...strings(exports)]
    .filter((target) => !target.includes('*') && !exists(normalize(target)))
    .map((target) => ({
      path: manifest.path,
      line: lineOf(manifest.text, manifest.text.indexOf(target)),
      message: `names a file that is not there: ${target}`,
    }));
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

function headings(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const slugs = new Set<string>();
  for (const [, title = ''] of text
    .replace(/^(```|~~~)[\s\S]*?^\1[^\n]*$/gm, '')
    .matchAll(HEADING)) {
    const slug = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    slugs.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return slugs;
}

/** Code in a document may hold what looks like a link; its place is kept. */
function blankCode(text: string): string {
  return text.replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
}
