/** What the ops bench and its asking process say to each other over Node's IPC channel. Both sides. */

export interface OpsLoadOrder {
  readonly url: string;
  readonly routes: readonly string[];
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly seconds: number;
}

export interface OpsLoadReport {
  readonly requestsPerSecond: number;
  /** 2xx; any other status; no answer. */
  readonly succeeded: number;
  readonly refused: number;
  readonly failed: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly cpuMicros: number;
}
