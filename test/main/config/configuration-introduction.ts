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
| \`--peer HOST:PORT\` | \`bridge.peers\`; repeatable |
| \`--bots N\` | \`practice.bots\` |
| \`--bench\` | \`bench.enabled\` |
| \`--bench-rate HZ\` | \`bench.relayHz\` |
| \`--bench-match-seconds N\` | \`bench.relaySeconds\` |

## Changing settings while the host runs

The tables below say when a setting applies. Those that apply \`now\` belong to the network and may change while people play; those
that apply at a \`restart\` belong to one host and are read when it starts.

| who changes it | how | kept |
| --- | --- | --- |
| an operator | \`longhouse config set limits.idleSeconds 600\` shows the difference and asks; \`--dry-run\` only shows it | in the store, as the next version |
| a program | \`PATCH /v1/config\` with a nested partial document, \`?dryRun=true\` to try; null takes a change back | the same |
| whoever edits the file | \`kill -HUP\`, or \`systemctl reload\`: the file is read again | in the file |

A version is laid over file, environment and flags, key by key; lists are replaced whole. Versions count 1, 2, 3; each is on disk before it
is in force, and the newest is in force again after a restart. Where the file has changed so much meanwhile that the version does not fit
any more, it is refused whole: the host starts with the file alone and says so, in its log and in \`/v1/status\`.

- **Whole or not at all.** A change is checked as a complete configuration before any of it happens; a bad one is refused with the
  key, what was found and what is allowed. The same for a file after SIGHUP: the running configuration stays.
- **One version for a thread's turn.** Threads get the settings ahead, switch at the start of a turn, and acknowledge; the answer to a
  change comes when all have. A thread that is late is named in the log.
- **A mode's rules** hold for matches found from then on; running matches keep theirs, and so do the seats that they keep for lost connections.
  Waiting tickets keep their age and are looked at by the new rules; a match that is found but not accepted is formed anew. A mode that is
  taken away lets its matches end and its tickets go with the reason \`mode-closed\`, as do parties that have become too large.
- **Limits** hold at once, for players who are here too; the longest frame and line hold for connections made from then on.
- **\`maintenance.enabled\`** refuses logins (reason \`maintenance\`), except the names in \`maintenance.allow\`, practice bots, and those
  who are logged in or have a seat in a match: matches go on. Everyone who is here is told once. \`longhouse drain\` is for
  stopping a host; this is for mending something behind it.

SIGHUP cannot change what needs a restart: the log lists those settings, and they wait for it.

## Stopping

SIGTERM, Ctrl-C, or the end of the terminal that the host was started in: no new matches, running ones end or reach \`shutdown.deadlineSeconds\`, everyone is told, exit code 0. A second
signal, or one while the host is still starting, ends the process at once with 128 + the signal's number (143, 130, 129).

Exit codes of all commands: 0 done, 1 it cannot go on, 2 the command line or the configuration is wrong. Each error code is
explained in [errors.md](errors.md).

## Open files

Each player takes a file descriptor. Where the process may open fewer than \`players.capacity\` needs, the host starts, says so,
and stops taking connections in time: at the limit itself, Node accepts and closes silently. \`ulimit -n\` or systemd's
\`LimitNOFILE\` raise it.

## All settings
`;
