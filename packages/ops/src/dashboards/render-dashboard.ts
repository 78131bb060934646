import type { Facts } from '../model/facts.js';
import { promqlString } from '../promql/selectors.js';
import { annotations } from './annotations.js';
import { dashboardUid } from './dashboard-address.js';
import type { DashboardJson, DashboardLinkJson, PanelJson, PanelLinkJson, RowJson } from './grafana-json.js';
import { serviceLines } from './log-queries.js';
import { panelGrid } from './panel-grid.js';
import type { DashboardPlan, PanelPlan, RowPlan } from './plan.js';
import { renderPanel } from './render-panel.js';
import { stableIds } from './stable-ids.js';
import { dataSources, templateVariables } from './template-variables.js';

/** A plan as Grafana reads it. */
export function renderDashboard(facts: Facts, plan: DashboardPlan): DashboardJson {
  const rows = plan.rows.filter(({ panels }) => panels.length > 0);
  const ids = stableIds(rows.flatMap((row) => [rowName(row), ...row.panels.map((panel) => panelName(row, panel))]));
  const idOf = (name: string): number => ids.get(name) ?? 0;
  const panels: Array<PanelJson | RowJson> = [];
  let y = 0;
  for (const row of rows) {
    const { title, isCollapsed } = row;
    const headY = y;
    if (title !== undefined) y += 1;
    const grid = panelGrid(row.panels, y);
    const rendered = row.panels.map((panel, i) =>
      renderPanel(panel, {
        id: idOf(panelName(row, panel)),
        place: grid.places[i] ?? { x: 0, y, w: 24, h: 8 },
        links: panelLinks(facts, plan, panel),
        alerts: `{service=${promqlString(facts.service)}}`,
      }),
    );
    if (title !== undefined) {
      const gridPos = { x: 0, y: headY, w: 24, h: 1 };
      const id = idOf(rowName(row));
      panels.push({ id, type: 'row', title, collapsed: isCollapsed, gridPos, panels: isCollapsed ? rendered : [] });
    }
    if (title === undefined || !isCollapsed) {
      panels.push(...rendered);
      y += grid.height;
    }
  }
  return {
    uid: dashboardUid(facts.service, plan.id),
    title: `${facts.service}: ${plan.title}`,
    description: plan.description,
    tags: ['sightline', facts.service],
    timezone: 'browser',
    editable: false,
    graphTooltip: 1,
    time: { from: plan.from, to: 'now' },
    refresh: plan.refresh,
    schemaVersion: 42,
    templating: { list: templateVariables(facts, plan) },
    annotations: { list: annotations },
    links: dashboardLinks(facts),
    panels,
  };
}

function rowName({ title }: RowPlan): string {
  return JSON.stringify([title]);
}

function panelName(row: RowPlan, { title }: PanelPlan): string {
  return JSON.stringify([row.title, title]);
}

/** From a graph of the service to its lines of the same time, in Explore. */
function panelLinks({ service }: Facts, plan: DashboardPlan, { view, queries }: PanelPlan): PanelLinkJson[] {
  const isOfService = queries.some(({ language, expr }) => language === 'promql' && expr.includes('"$job"'));
  if (view !== 'timeseries' || !isOfService || plan.id === 'infrastructure') return [];
  const { uid } = dataSources.loki;
  const logQueries = [{ refId: 'A', datasource: { type: 'loki', uid }, expr: serviceLines(service) }];
  const pane = JSON.stringify({ datasource: uid, queries: logQueries });
  // Grafana fills its variables in where they are not encoded.
  const panes = [
    encodeURIComponent(`{"lines":${pane.slice(0, -1)},"range":{"from":"`),
    `\${__from}`,
    encodeURIComponent('","to":"'),
    `\${__to}`,
    encodeURIComponent('"}}}'),
  ].join('');
  return [
    { title: 'Log lines of this time', url: `/explore?schemaVersion=1&orgId=1&panes=${panes}`, targetBlank: true },
  ];
}

function dashboardLinks({ service, links }: Facts): DashboardLinkJson[] {
  const link = { icon: 'external link', tooltip: '', asDropdown: false, targetBlank: false, keepTime: true };
  return [
    { ...link, title: 'Dashboards', type: 'dashboards', url: '', tags: ['sightline', service], includeVars: true },
    {
      ...link,
      title: 'Runbooks',
      type: 'link',
      icon: 'doc',
      url: links.runbooks,
      tags: [],
      includeVars: false,
      keepTime: false,
      targetBlank: true,
    },
  ];
}
