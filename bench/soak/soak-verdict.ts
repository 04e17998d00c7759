/** What the readings of a soak say: is anything left over after a cycle, does anything grow. Pure. */

export interface SoakReading {
  readonly hostId: string;
  /** Of the host's process: a host that was killed and started again begins anew. */
  readonly pid: number;
  /** Since the soak began. */
  readonly hours: number;
  readonly rssMib: number;
  readonly descriptors: number;
  readonly threads: number;
}

/** What a host says when nobody is there. */
export interface EmptyStatus {
  readonly players: {
    readonly host: number;
    readonly network: number;
    readonly hostsHeard: number;
  };
  readonly matches: { readonly host: number; readonly network: number };
  readonly queues: Readonly<Record<string, { readonly host: number; readonly network: number }>>;
}

export interface Growth {
  readonly hostId: string;
  readonly pid: number;
  readonly readings: number;
  readonly rssMibPerHour: number;
  readonly rssMib: { readonly first: number; readonly last: number };
  readonly descriptors: { readonly least: number; readonly most: number };
}

/** Below this many readings a slope says nothing. */
const READINGS_MIN = 4;
/** The first cycles of a process fill caches and compile code. */
const WARM_UP_READINGS = 2;

/** What is not as it should be on a host where nobody is; empty when all is well. */
export function leftOver(status: EmptyStatus, hosts: number): readonly string[] {
  const { players, matches, queues } = status;
  const found = [
    count('players of the host', players.host, 0),
    count('players of the network', players.network, 0),
    count('matches of the host', matches.host, 0),
    count('matches of the network', matches.network, 0),
    count('hosts heard', players.hostsHeard, hosts),
    ...Object.entries(queues).flatMap(([mode, queue]) => [
      count(`waiting for "${mode}" on the host`, queue.host, 0),
      count(`waiting for "${mode}" on the network`, queue.network, 0),
    ]),
  ];
  return found.filter((text) => text !== '');
}

/** One row for each process that lived long enough. */
export function growthOf(readings: readonly SoakReading[]): readonly Growth[] {
  const byProcess = Map.groupBy(readings, ({ hostId, pid }) => `${hostId} ${pid}`);
  return [...byProcess.values()].flatMap((all) => {
    const [first, ...warm] = all.slice(WARM_UP_READINGS);
    const last = warm.at(-1);
    if (first === undefined || last === undefined || warm.length + 1 < READINGS_MIN) return [];
    const used = [first, ...warm];
    const descriptors = used.map((reading) => reading.descriptors);
    return {
      hostId: first.hostId,
      pid: first.pid,
      readings: used.length,
      rssMibPerHour: slopeOf(used.map(({ hours, rssMib }) => [hours, rssMib])),
      rssMib: { first: first.rssMib, last: last.rssMib },
      descriptors: { least: Math.min(...descriptors), most: Math.max(...descriptors) },
    };
  });
}

/** Least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}

function count(what: string, found: number, wanted: number): string {
  return found === wanted ? '' : `${what}: ${found}, not ${wanted}`;
}
