/**
 * Why the host cannot start or go on: one registry of codes, one error class. Any thread.
 *
 * Trouble that one client makes is a Reason (reason.ts), not an error. docs/errors.md is written from this registry.
 */

/** What a code stands for, and what the person who reads it can do. */
export interface ErrorEntry {
  readonly summary: string;
  readonly remedy: string;
}

const REGISTRY = {
  usage: {
    summary: 'The command line could not be understood.',
    remedy: 'Run `longhouse --help`, or `longhouse COMMAND --help` for the flags of one command.',
  },
  'config-file': {
    summary: 'The configuration file is missing, unreadable or not TOML.',
    remedy:
      'Check the path after `--config` and the line that the message names; `longhouse example-config` prints a file that works.',
  },
  'config-unknown': {
    summary: 'A setting has a name that this version does not know.',
    remedy:
      'Correct or remove the setting; docs/configuration.md lists all names, and the message names the nearest one.',
  },
  'config-value': {
    summary: 'A setting has a value that is not allowed.',
    remedy: 'Give it a value that the message allows, or remove it to get the default.',
  },
  'config-conflict': {
    summary: 'Two settings, each allowed by itself, cannot stand together.',
    remedy: 'Change one of the settings that the message names.',
  },
  'config-host-setting': {
    summary: 'A change of the running configuration names a setting that belongs to one host.',
    remedy:
      'Set it in the file of that host and start it again; docs/configuration.md marks the settings that apply while a host runs.',
  },
  'handler-file': {
    summary: "A mode's handler file cannot be read.",
    remedy: 'Handler paths are relative to the configuration file; check the path and its rights.',
  },
  'login-key': {
    summary: 'The keys that login tokens are checked with cannot be used.',
    remedy:
      'Give `logins.tokenKeyFile` a PEM public key (Ed25519, P-256, RSA) or a JWKS of public keys; docs/logins.md shows how to make one.',
  },
  'login-check': {
    summary: "The game's own login check cannot be loaded.",
    remedy:
      'Give `logins.checkModule` a module, relative to the configuration file, that exports `checkLogin`; docs/logins.md has one.',
  },
  'protocol-file': {
    summary: "A listener's protocol is neither built in nor an adapter that can be loaded.",
    remedy:
      'Give `line`, `frame`, `raw` or a path relative to the configuration file; the message says what is wrong with the module. docs/protocol.md shows a whole adapter.',
  },
  unpack: {
    summary: 'The binary could not write the code of its threads to a folder.',
    remedy:
      'Make room in the folder that the message names, or start it with TMPDIR (or, under systemd, RuntimeDirectory=) set to one that it may write to.',
  },
  'bridge-tls': {
    summary: 'The files that encrypt links to other hosts cannot be used.',
    remedy:
      'Give `bridge.tlsCert`, `bridge.tlsKey` and `bridge.tlsCa` PEM files that the user of the host may read, the key being that of the certificate; docs/federation.md shows how to make them.',
  },
  'descriptor-limit': {
    summary: 'The process may not open enough files and sockets to be a host at all.',
    remedy: 'Raise the limit: `ulimit -n 65536`, or LimitNOFILE=65536 in the systemd unit.',
  },
  'data-dir': {
    summary: 'The data folder cannot be created or written.',
    remedy:
      'Choose another folder with `--data`, or give the user that runs the host the right to write.',
  },
  listen: {
    summary: 'A port could not be opened.',
    remedy:
      'Stop the program that has the port, or move all of the ports of this host with `--port-offset N`. Ports below 1024 need a right of their own.',
  },
  'thread-start': {
    summary: 'A gateway or match worker thread did not start.',
    remedy:
      'Look at the log lines before it; too little memory and a broken installation are the usual causes.',
  },
  'thread-lost': {
    summary:
      'A gateway or the bridge died. The host cannot go on without it: it says goodbye to the clients that it still has, writes what waits, and ends itself with exit code 1.',
    remedy:
      'Start the host again, or let a supervisor (systemd, Docker) do so; report the log lines before this one.',
  },
  backup: {
    summary: "The store's file could not be backed up.",
    remedy:
      'Give `longhouse backup` the name of a file that is not there yet, in a folder with room for the whole store; docs/storage.md.',
  },
  'ticket-log': {
    summary: 'A ticket log cannot be read or replayed.',
    remedy:
      'Give `longhouse replay` a file or the folder that a host wrote (`tickets` in its data folder); `--salvage` takes what stands before damage.',
  },
  'ops-token': {
    summary: 'The token of the ops port cannot be read or made.',
    remedy:
      'Look at `ops-token` in the data folder: it is one line, for the user of the host alone. Remove it and start again to get a new one, or set `ops.token`.',
  },
  'ops-unreachable': {
    summary: 'A command could not reach the ops port of a running host.',
    remedy:
      'Check that the host runs, and give the command the same `--config` and `--port-offset` that the host got.',
  },
  'ops-answer': {
    summary: 'What answered on the ops port did not answer as a host does.',
    remedy:
      'Another program may have the port; compare `ops.port` with what the host printed at start.',
  },
  'ops-refused': {
    summary: 'The host refused what a command asked of it; the message is its own.',
    remedy:
      'Correct the command: `longhouse COMMAND --help` lists its flags, `longhouse status` shows how the host is.',
  },
  'ops-denied': {
    summary: 'The host wants its ops token, and got none or another one.',
    remedy:
      'Run the command as the user of the host with the same `--data` or `--config`, or give `--token` (`ops-token` in the data folder).',
  },
} as const;

export type HostErrorCode = keyof typeof REGISTRY;

/** All codes with what they mean, in the order of docs/errors.md. */
export const ERRORS: Readonly<Record<HostErrorCode, ErrorEntry>> = REGISTRY;

/**
 * The host, or a command, cannot start or go on. `detail` is the whole message, in the house grammar:
 * `Cannot <action>: <what was found>`, values quoted, no full stop at the end.
 */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, detail: string, options: { readonly cause?: unknown } = {}) {
    super(detail, options);
    this.code = code;
  }
}

/** The message of anything that was thrown, for the end of a `Cannot ...: ...` sentence. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The stack of anything that was thrown, for who has to find the fault; its text where it has none. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
