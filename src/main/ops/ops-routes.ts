/** Every route of the ops port. Main thread. */

import { dashboardRoutes } from './dashboard/dashboard-routes.ts';
import type { OpsHost } from './ops-host.ts';
import type { OpsRoute } from './ops-route.ts';
import { actRoutes } from './routes/act-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { matchRoutes } from './routes/match-routes.ts';
import { playerRoutes } from './routes/player-routes.ts';

export function opsRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    ...healthRoutes(host),
    ...playerRoutes(host),
    ...matchRoutes(host),
    ...actRoutes(host),
    ...dashboardRoutes(),
  ];
}
