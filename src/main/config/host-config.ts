/**
 * The configuration of one host as every other file sees it: complete, checked, and with all that depends on the machine
 * worked out. Main thread; parts of it are copied to threads. What each key means stands in config-schema.ts.
 */

import type { BridgeConfig } from './bridge-schema.ts';
import type { LoginsConfig } from './logins-schema.ts';

export interface HostConfig {
  readonly host: {
    readonly id: string;
    /** Absolute path. */
    readonly dataDir: string;
    /** Already added to every port below. */
    readonly portOffset: number;
  };
  readonly listeners: readonly ListenerConfig[];
  readonly ops: {
    readonly port: number;
    readonly bindAddress: string;
    /** Empty: the one in the data folder. */
    readonly token: string;
    readonly hostNames: readonly string[];
    readonly requestsPerSecond: number;
  };
  readonly bridge: BridgeConfig;
  readonly threads: {
    /** Never 0 here: worked out from the cores where the setting is 0. */
    readonly gateways: number;
    /** Never 0 here: worked out from the cores where the setting is 0. */
    readonly matchWorkers: number;
    readonly heapMbMax: number;
    readonly externalMbMax: number;
    readonly hangMs: number;
    readonly turnMs: number;
  };
  readonly players: {
    readonly capacity: number;
    readonly lobbyCapacity: number;
    readonly graceSeconds: number;
  };
  readonly limits: LimitsConfig;
  readonly logins: LoginsConfig;
  readonly rings: { readonly upBytes: number; readonly downBytes: number };
  readonly practice: { readonly bots: number; readonly patienceMs: number };
  readonly texts: {
    readonly greeting: string;
    readonly lobby: string;
    readonly maintenance: string;
  };
  readonly maintenance: { readonly enabled: boolean; readonly allow: readonly string[] };
  readonly store: {
    readonly enabled: boolean;
    readonly resultsMax: number;
    readonly auditMax: number;
    readonly fileMbMax: number;
  };
  readonly ticketLog: {
    readonly enabled: boolean;
    readonly fileMbMax: number;
    readonly filesMax: number;
  };
  readonly shutdown: { readonly deadlineSeconds: number };
  readonly bench: {
    readonly enabled: boolean;
    readonly relayHz: number;
    readonly relaySeconds: number;
  };
  /** By name; `relay` is among them when bench.enabled. */
  readonly modes: Readonly<Record<string, ModeConfig>>;
  readonly log: {
    readonly level: LogLevel;
    readonly format: LogFormat;
    /** False: marks instead of clients' addresses. */
    readonly addresses: boolean;
  };
}

export interface ListenerConfig {
  readonly name: string;
  /** `line`, `frame`, `raw`, or the file URL of an adapter. */
  readonly protocol: string;
  /** 0: the system chooses a free one. */
  readonly port: number;
  readonly bindAddress: string;
  readonly greeter: string;
  readonly nameFrom: 'address' | 'firstLine';
  readonly proxyProtocol: boolean;
}

export interface ModeConfig {
  /** A built-in's name, or the file URL of a module. */
  readonly handler: string;
  readonly teams: number;
  readonly teamSize: number;
  /** teamSize where it was not set. */
  readonly minTeamSize: number;
  readonly tickHz: number;
  /** players.graceSeconds where it was not set. */
  readonly graceSeconds: number;
  /** In mu; see MatchingRules for these and the following. */
  readonly ratingWindow: number;
  readonly ratingWindowPerSecond: number;
  readonly unevenPercent: number;
  readonly unevenPercentPerSecond: number;
  readonly smallerAfterSeconds: number;
  readonly partySeconds: number;
  readonly avoidOpponentsSeconds: number;
  readonly avoidAbandonersSeconds: number;
  readonly avoidListSeconds: number;
  readonly acceptSeconds: number;
  readonly federateAfterSeconds: number;
  readonly backfill: boolean;
  readonly backfillTimeLeftPercent: number;
  readonly backfillLeadPercent: number;
  readonly practiceBots: boolean;
  readonly rated: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface LimitsConfig {
  readonly connectionsPerAddress: number;
  readonly connectsPerSecondPerAddress: number;
  readonly connectBurstPerAddress: number;
  readonly unlimitedAddresses: readonly string[];
  readonly trustedProxies: readonly string[];
  /** 0: as many as there is room for. */
  readonly unnamedConnections: number;
  readonly loginSeconds: number;
  readonly idleSeconds: number;
  readonly inputsPerSecond: number;
  readonly inputBytesPerSecond: number;
  readonly frameBytesMax: number;
  readonly lineBytesMax: number;
  readonly outputBytesMax: number;
  readonly heldBytesMax: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'auto' | 'pretty' | 'json';
