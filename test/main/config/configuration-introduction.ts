/** The part of docs/configuration.md that is written by hand; the tables after it come from the schema. */

export const CONFIGURATION_INTRODUCTION: string = `# Configuration

A host runs without any. What you set comes from three places, the later before the earlier:

1. the file given with \`--config\`, or named by \`LONGHOUSE_CONFIG\`, or \`longhouse.toml\` in the folder where the host is
   started, if there is one;
2. environment variables;
3. flags.

\`longhouse example-config > longhouse.toml\` writes a file with every setting explained (the same as
[examples/longhouse.toml](../examples/longhouse.toml)). \`longhouse check-config\` says whether a configuration is good and
what it comes to: ports, threads, the most memory it can take. \`longhouse check-config --json\` prints all of it.

An unknown or bad setting stops the start with exit code 2 and one message that names the key, where it came from, what was found
and what is allowed:

\`\`\`
longhouse: Cannot use setting "practice.bots" from flag --bots: found "x", allowed is a whole number from 0 to 1000
\`\`\`

## Environment variables

The name of a variable is \`LONGHOUSE_\`, then the section, then the key, in capitals, with an underscore before each word:
\`limits.idleSeconds\` is \`LONGHOUSE_LIMITS_IDLE_SECONDS\`. A row of \`listeners\` or \`modes\` goes by its name (\`-\` becomes \`_\`): the
\`teamSize\` of the mode \`ctf\` is \`LONGHOUSE_MODES_CTF_TEAM_SIZE\`. The row must be in the file, or be a default one.

Lists of texts are separated by commas. Whole tables and lists are written as TOML: \`LONGHOUSE_MODES='{ duel = { handler =
"capture-the-flag", teamSize = 1 } }'\`. A variable that begins with \`LONGHOUSE_\` and names no setting stops the start, except
\`LONGHOUSE_CONFIG\`.

## Flags

| flag | setting |
| --- | --- |
| \`--config FILE\` | the configuration file |
| \`--data DIR\` | \`host.dataDir\` |
| \`--host-id ID\` | \`host.id\` |
| \`--port-offset N\` | \`host.portOffset\` |
| \`--peer HOST:PORT\` | \`bridge.peers\`; repeatable. This version refuses to start with one |
| \`--bots N\` | \`practice.bots\` |
| \`--bench\` | \`bench.enabled\` |
| \`--bench-rate HZ\` | \`bench.relayHz\` |
| \`--bench-match-seconds N\` | \`bench.relaySeconds\` |

## Stopping

SIGTERM or Ctrl-C: no new matches, running ones end or reach \`shutdown.deadlineSeconds\`, everyone is told, exit code 0. A second
signal, or one while the host is still starting, ends the process at once with 128 + the signal's number (143, 130).

Exit codes of all commands: 0 done, 1 it cannot go on, 2 the command line or the configuration is wrong. Each error code is
explained in [errors.md](errors.md).

## Open files

Each player takes a file descriptor. Where the process may open fewer than \`players.capacity\` needs, the host starts, says so,
and stops taking connections in time: at the limit itself, Node accepts and closes silently. \`ulimit -n\` or systemd's
\`LimitNOFILE\` raise it.

## All settings
`;
