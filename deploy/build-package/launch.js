#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * What `longhouse` starts where the package is installed: the program, if Node is new enough. Main thread; plain JavaScript
 * that an old Node understands, too.
 */

const NODE_MAJOR_MIN = 26;

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  process.setSourceMapsEnabled(true);
  await import('./program.mjs');
} else {
  process.stderr.write(
    `longhouse: Cannot run on Node ${process.versions.node}: it needs Node ${NODE_MAJOR_MIN} or newer\n` +
      `  Run \`npm install --save-dev node@${NODE_MAJOR_MIN}\`, which brings one, and start it from a script of package.json.\n`,
  );
  process.exitCode = 1;
}
