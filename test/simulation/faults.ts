/** What goes wrong in the simulated network, drawn from the seed. Test files only. */

import type { SimMachine, Simulation } from './simulation.ts';

const NEXT_MS = 120;

/** Injects faults until that time. */
export function injectFaults(simulation: Simulation, untilMs: number): void {
  const { world } = simulation;
  const next = (): void => {
    if (world.nowMs >= untilMs) return;
    inject(simulation);
    world.after(world.between(0, 2 * NEXT_MS), next);
  };
  next();
}

function inject(simulation: Simulation): void {
  const { world, network, machines } = simulation;
  // Where matches across hosts run, faults tell most.
  const hosting = machines.filter(
    ({ current }) => (current?.directory.federation.hostedCount() ?? 0) > 0,
  );
  const one = world.pick(hosting.length > 0 && world.chance(0.5) ? hosting : machines);
  const other = world.pick(machines.filter((machine) => machine !== one));
  if (one === undefined || other === undefined) return;
  const [from, to] = [one.hostId, other.hostId];
  const host = one.current;
  const drawn = world.random.below(100);
  simulation.faults += 1;
  if (drawn < 52) network.delay(from, to, world.between(0, world.chance(0.3) ? 300 : 20));
  else if (drawn < 55) {
    fault(simulation, 'cut', `${from} ${to}`);
    network.cut(from, to);
  } else if (drawn < 63) block(simulation, [[from, to]]);
  else if (drawn < 67)
    block(simulation, [
      [from, to],
      [to, from],
    ]);
  else if (drawn < 68) {
    const others = machines.filter((machine) => machine !== one).map(({ hostId }) => hostId);
    block(
      simulation,
      others.flatMap(
        (id) =>
          [
            [from, id],
            [id, from],
          ] as const,
      ),
    );
  } else if (drawn < 72) stall(simulation, one);
  else if (drawn < 82) {
    fault(simulation, 'main pauses', from);
    host?.process.pause('main', world.between(20, world.chance(0.3) ? 5_500 : 600));
  } else if (drawn < 90) {
    fault(simulation, 'host pauses', from);
    const forMs = world.between(20, world.chance(0.3) ? 5_000 : 600);
    host?.process.pause('main', forMs);
    host?.process.pause('bridge', forMs);
  } else if (drawn < 94) {
    const handler = world.pick([...(host?.workers.handlers.values() ?? [])]);
    if (host === undefined || handler === undefined || handler.isLobby) return;
    fault(simulation, 'match crashes', handler.id);
    host.workers.crash(handler.handler);
  } else if (drawn < 96) {
    if (host === undefined) return;
    fault(simulation, 'drains', from);
    host.setDraining(true);
    world.after(world.between(200, 4_000), () => host.setDraining(false));
  } else if (drawn < 98 && host !== undefined) restart(simulation, playing(simulation) ?? one);
}

/** A host whose players are in a match elsewhere: its death is the hardest. */
function playing({ world, machines }: Simulation): SimMachine | undefined {
  const away = machines.filter(({ current }) => current?.hasPlayersElsewhere === true);
  return world.chance(0.7) ? world.pick(away) : undefined;
}

/** What the others answer is still on its way when a main begins to hang: it hears them late. */
function stall(simulation: Simulation, { hostId, current }: SimMachine): void {
  const { world, network, machines } = simulation;
  fault(simulation, 'main stalls', hostId);
  for (const { hostId: from } of machines) if (from !== hostId) network.delay(from, hostId, 280);
  world.after(350, () => current?.process.pause('main', world.between(2_500, 5_500)));
}

/** A host dies and comes back; often before the others know, or before they can be reached. */
function restart(simulation: Simulation, machine: SimMachine): void {
  const { world, machines } = simulation;
  const { hostId } = machine;
  fault(simulation, 'host dies', hostId);
  const isSilent = world.chance(0.6);
  if (isSilent && world.chance(0.6)) {
    const others = machines.flatMap(({ hostId: id }) => (id === hostId ? [] : [id]));
    block(
      simulation,
      others.flatMap((id) => [[hostId, id] as const, [id, hostId] as const]),
    );
  }
  simulation.kill(machine, isSilent);
  world.after(world.between(20, world.chance(0.3) ? 4_000 : 400), () => simulation.start(machine));
}

function fault({ world }: Simulation, name: string, where: string): void {
  world.mark(name);
  world.trace(`${name}: ${where}`);
}

function block({ world, network }: Simulation, ways: readonly (readonly [string, string])[]): void {
  const name = ways.length === 1 ? 'blocked one way' : 'blocked both ways';
  world.mark(name);
  world.trace(`${name}: ${ways.join(' ')}`);
  for (const [from, to] of ways) network.block(from, to);
  const forMs = world.between(50, world.chance(0.3) ? 6_000 : 1_900);
  world.after(forMs, () => {
    for (const [from, to] of ways) network.unblock(from, to);
  });
}
