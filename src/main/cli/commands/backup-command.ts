/** `longhouse backup`: a whole copy of the store, while the host runs or not. Main thread. */

import path from 'node:path';
import { backupDatabase } from '../../store/backup-file.ts';
import { byteText } from '../../worst-case-memory.ts';
import { configFromFlags, type ConfigFlags } from '../command-context.ts';
import { jsonText, type CommandRegistry } from '../host-command.ts';

export function addBackupCommand({ program, context }: CommandRegistry): void {
  program
    .command('backup')
    .description("copy the store of this machine's host to a file: docs/storage.md")
    .argument('<file>', 'must not be there yet')
    .option('--config <file>', 'configuration file of the host')
    .option('--data <dir>', 'data folder of the host')
    .option('--port-offset <n>', 'as the host has it; ports play no part here')
    .option('--json', 'as JSON')
    .action(async (file: string, flags: ConfigFlags & { json?: true }) => {
      const { dataDir } = configFromFlags(flags, context).host;
      const report = await backupDatabase(dataDir, path.resolve(context.workingDir, file));
      context.write(flags.json === true ? jsonText(report) : backupText(report));
    });
}

function backupText(report: Awaited<ReturnType<typeof backupDatabase>>): string {
  const { file, tookMs, bytes, rows } = report;
  return `wrote ${file}: ${byteText(bytes)}, ${rows} rows, checked, in ${Math.round(tookMs)} ms\n`;
}
