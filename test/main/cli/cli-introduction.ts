/** The part of docs/cli.md that people write: what all commands have in common. Test files only. */

export const CLI_INTRODUCTION = `# The command line

\`npx longhouse COMMAND\` in the checkout and \`longhouse COMMAND\` of the binary are the same program. \`longhouse --help\` lists the
commands, \`longhouse COMMAND --help\` the flags of one. The list below is written from the program
(\`test/main/cli/cli-document.test.ts\`).

## How a command finds the host

Commands that talk to a running host read the same configuration as \`start\` does (\`longhouse.toml\`, \`LONGHOUSE_...\`, \`--config\`,
\`--data\`, \`--port-offset\`), ask the ops port that it names, and show the token in \`ops-token\` of the data folder. So on the host's
machine, as the host's user, with the host's flags, nothing more is needed. From elsewhere:

\`\`\`
longhouse status --url http://10.0.0.5:7780 --token "$(cat token)"
\`\`\`

Most of what only reads needs no token. What changes something does, and so does what is about one person (\`follow\`) or one
operator (\`audit\`). \`--by NAME\` says who acts; the audit log keeps it.

## Exit codes

| code | means |
| --- | --- |
| 0 | done |
| 1 | refused, not found, or the host could not be reached: the message says what was found and what helps |
| 2 | the command line or the configuration is wrong; nothing was asked of the host |

A \`start\` that is told twice to stop ends with 128 and the number of the signal: 143, 130, 129.

Messages go to standard error, results to standard output. \`--json\` prints what the API answered, lists with all rows up to
\`--limit\`; \`follow\`, \`events\` and \`top\` then print one object a line. Colors and pictures are for terminals only; \`NO_COLOR=1\`
turns colors off.

## Some of them closer

\`longhouse top\` shows the host once a second: state, players, busiest worker of the last minute, queues, threads, matches,
events. \`tab\` or \`1\` to \`5\` choose a pane, \`p\` pauses, \`q\` quits. Where standard output is no terminal it prints one line a second.

\`longhouse follow NAME\` prints what the host remembers of an account and goes on with what comes: login, lobby, queue, why it
waits (each time the reason changes), match, hand-off, kick. Each line has the time and how long after the one before it came.
While somebody follows, the player's gateway reports each step of a hand-off (\`LEAVE written\`, \`LEFT received\`, \`JOIN written\`)
with its own clock; players whom nobody follows cost nothing. The host remembers the last 524,288 events of all accounts, at
most 200 of one.

\`longhouse drain\` takes a host out of service: \`/readyz\` answers 503 \`draining\` at once, no new matches, no new logins (who lost the
connection still comes back to a running match), matches of practice bots alone are ended. It waits for those who **play**, not
for those who are connected. Everybody is told at the start, 10, 5 and 1 minute and 30 and 10 seconds before the deadline; then what still
runs is ended with the reason \`shutdown\` and the host exits with 0. \`longhouse undrain\` takes it back. SIGTERM goes the same way
with \`shutdown.deadlineSeconds\` and cannot be taken back.

\`longhouse config set KEY VALUE\` shows the difference first and asks; \`--dry-run\` stops there, \`--yes\` does not ask. Without a
terminal one of them must be given.

## Commands
`;
