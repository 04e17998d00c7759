/**
 * What has to change in a source while it is bundled, since in the binary and in the package files lie elsewhere. Runs in builds only.
 * A patch whose place has vanished fails the build: the bundle would break when it runs, or worse, only sometimes.
 */

import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'rolldown';

interface Patch {
  /** End of the file's path, with slashes. */
  readonly file: string;
  readonly find: string;
  readonly replacement: string;
}

/** The binary's program, the package's, and the threads of both. */
export type PatchTarget = 'binary' | 'package' | 'threads';

const UNPACK_THREADS = fileURLToPath(new URL('../../src/main/unpack-threads.ts', import.meta.url));

/** Piscina starts its own worker.js, which it looks for beside itself. */
const PISCINA_WORKER: Patch = {
  file: 'node_modules/piscina/dist/index.js',
  find: "(0, node_path_1.resolve)(__dirname, 'worker.js')",
  replacement: `require(${JSON.stringify(UNPACK_THREADS)}).unpackedThread('piscina')`,
};

const PATCHES: Readonly<Record<PatchTarget, readonly Patch[]>> = {
  binary: [PISCINA_WORKER],
  package: [
    PISCINA_WORKER,
    {
      // Threads lie beside the program, in files of their own already.
      file: 'src/main/unpack-threads.ts',
      find: 'unpackedFolder ??= unpack();',
      replacement: "unpackedFolder ??= path.join(import.meta.dirname, 'threads');",
    },
    {
      file: 'src/main/thread-entry.ts',
      find: 'isSea() ? unpackedThread(name) : new URL(THREAD_SOURCES[name], import.meta.url)',
      replacement: 'unpackedThread(name)',
    },
    {
      // npm packs no folder of that name.
      file: 'src/main/program-file.ts',
      find: '`../../${path}`',
      replacement: "`./files/${path.replace('node_modules', 'packages')}`",
    },
  ],
  threads: [
    {
      // Users' modules import values from the package: the bundle of its entry lies beside those of the threads.
      file: 'src/workers/user-module.ts',
      find: "new URL('../shared/api.ts', import.meta.url)",
      replacement: "new URL('longhouse.mjs', import.meta.url)",
    },
  ],
};

/**
 * Modules that packages try to load and do without: native code, which one file cannot carry. They fail to load as if they were
 * not installed, and not because the machine that runs the binary happens to have none beside it.
 */
const ABSENT_MODULES: ReadonlySet<string> = new Set(['@napi-rs/nice']);
const ABSENT = '\0absent:';

/** A thread named anywhere else than in thread-entry.ts would be missing in the binary. */
const STRAY_THREAD = /new URL\(\s*'[^']*\.ts',\s*import\.meta\.url/;

/** Applies the patches of one bundle and checks that all of them were applied. */
export function patchPlugin(target: PatchTarget): Plugin {
  const missing = new Set(PATCHES[target]);
  return {
    name: `longhouse-patches-${target}`,
    resolveId: (source) => (ABSENT_MODULES.has(source) ? `${ABSENT}${source}` : undefined),
    load: (id) => (id.startsWith(ABSENT) ? absentModule(id.slice(ABSENT.length)) : undefined),
    transform(code, id) {
      const path = id.split(sep).join('/');
      let text = code;
      for (const patch of PATCHES[target]) {
        if (!path.endsWith(patch.file)) continue;
        if (!text.includes(patch.find)) {
          throw new Error(`Cannot patch "${patch.file}": found no ${patch.find}`);
        }
        text = text.replace(patch.find, () => patch.replacement);
        missing.delete(patch);
      }
      if (path.includes('/src/') && STRAY_THREAD.test(text)) {
        throw new Error(
          `Cannot bundle "${path}": it names a source file by URL; thread-entry.ts does`,
        );
      }
      return text === code ? undefined : { code: text, map: null };
    },
    buildEnd(error) {
      const [patch] = missing;
      if (error !== undefined || patch === undefined) return;
      throw new Error(`Cannot patch "${patch.file}": the bundle does not contain it`);
    },
  };
}

/** CommonJS, so that the throw comes where it is required and its reader expects it. */
function absentModule(name: string): { code: string; moduleType: 'js' } {
  const message = JSON.stringify(`Cannot load "${name}": this build does not carry it`);
  return { code: `module.exports = undefined; throw new Error(${message});`, moduleType: 'js' };
}
