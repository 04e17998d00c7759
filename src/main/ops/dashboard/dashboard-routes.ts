/** The dashboard's files as routes of the ops port. Main thread. */

import type { FileRoute } from '../ops-route.ts';
import { DASHBOARD_HEADERS, loadDashboard } from './dashboard-assets.ts';

/** Reads the files once, when the ops port is built. */
export function dashboardRoutes(): readonly FileRoute[] {
  return loadDashboard().map(({ url, contentType, etag, body }) => ({
    kind: 'file',
    method: 'GET',
    url,
    summary: url === '/' ? 'The dashboard.' : 'A file of the dashboard.',
    // The page holds nothing but itself; what it asks for is guarded where that is answered.
    access: 'open',
    // It is some forty files at once.
    isUnlimited: true,
    mediaType: contentType,
    headers: { ...DASHBOARD_HEADERS, etag },
    handle: () => body,
  }));
}
