/** The command of `document`: writes docs/benchmarks.md out of what the benches wrote. The bench's parent process. */

import { Command } from 'commander';

interface DocumentFlags {
  readonly out: string;
  readonly readme?: string;
  readonly keep?: true;
}

export function documentCommand(): Command {
  const command = new Command('document')
    .description('writes docs/benchmarks.md out of the JSON files that the benches wrote')
    .argument('<folder>', 'with the files that --json wrote')
    .option('--out <file>', 'the document', 'docs/benchmarks.md')
    .option('--keep', 'what the pages say of runs that are not in the folder stays')
    .option('--readme <file>', 'a page whose marked figures are written anew, too')
    .action(async (folder: string, flags: DocumentFlags) => {
      const { writeDocument } = await import('./write-document.ts');
      const { out, readme, keep = false } = flags;
      const said = writeDocument(folder, { out, readme, keep }, (message) =>
        command.error(message),
      );
      console.log(said);
    });
  return command;
}
