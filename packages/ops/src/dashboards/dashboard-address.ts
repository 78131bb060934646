import type { DashboardId } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { hash32 } from './stable-ids.js';

/** Where a dashboard is in Grafana, for links in alerts and runbooks. */
export function dashboardUrl({ service, links }: Pick<Facts, 'service' | 'links'>, id: DashboardId): string {
  return `${links.grafana}/d/${dashboardUid(service, id)}`;
}

/** At most 40 letters, digits, `-` and `_`, as Grafana demands. */
export function dashboardUid(service: string, id: DashboardId): string {
  const isPlain = /^[a-z0-9-]{1,24}$/.test(service);
  if (isPlain) return `${service}-${id}`;
  const start = service
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 15);
  return `${start}-${hash32(service).toString(16).padStart(8, '0')}-${id}`;
}
