/**
 * The binary's threads: a thread starts from a file, so the bundles that the executable carries are unpacked when the first one
 * is asked for. Main thread; in the binary only.
 */

import os from 'node:os';
import path from 'node:path';
import { getAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { every } from '../shared/clock.ts';
import { mendFiles, unpackFiles, type PackedFiles } from './unpack-files.ts';

/** The asset that lists the bundles: `{ hash, names }`. */
const LIST_ASSET = 'threads.json';
/** Cleaners of /tmp take what nobody has touched for days; Piscina starts threads as long as the host lives. */
const MEND_MS = 3_600_000;

let unpackedFolder: string | undefined;

/** The bundle of one thread. */
export function unpackedThread(name: string): URL {
  unpackedFolder ??= unpack();
  return pathToFileURL(path.join(unpackedFolder, `${name}.mjs`));
}

function unpack(): string {
  const packed = packedThreads();
  // systemd makes this folder for the service alone, and removes it with it.
  const [runtimeFolder = ''] = (process.env['RUNTIME_DIRECTORY'] ?? '').split(':');
  const parent = path.isAbsolute(runtimeFolder) ? runtimeFolder : os.tmpdir();
  const folder = unpackFiles(packed, { parent, onTampered });
  every(() => mendFiles(folder, packed, onTampered), MEND_MS);
  return folder;
}

function packedThreads(): PackedFiles {
  // The build wrote it: its shape is known.
  const list = JSON.parse(getAsset(LIST_ASSET, 'utf8')) as { hash: string; names: string[] };
  const files = new Map(list.names.map((name) => [name, getAsset(`threads/${name}`, 'utf8')]));
  return { hash: list.hash, files };
}

function onTampered(finding: string): void {
  process.stderr.write(`longhouse: ${finding}\n`);
}
