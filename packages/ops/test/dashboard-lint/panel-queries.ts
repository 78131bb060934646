import type { DashboardJson, PanelJson } from '../../src/dashboards/grafana-json.js';
import type { OpsFile } from '../../src/model/ops-file.js';

/** A query of a dashboard, and where it is. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly refId: string;
  readonly language: 'promql' | 'logql';
  /** With Grafana's variables. */
  readonly expr: string;
}

/** All queries of a dashboard's panels, those of collapsed rows included. Of other files none. */
export function panelQueries({ path, text }: OpsFile): PanelQuery[] {
  if (!/^grafana\/dashboards\/[^/]+\.json$/.test(path)) return [];
  const dashboard = JSON.parse(text) as DashboardJson;
  return panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, datasource, expr }) => ({
      dashboard: dashboard.title,
      panel: title,
      refId,
      language: datasource.type === 'loki' ? 'logql' : 'promql',
      expr,
    })),
  );
}

/** Its panels in the order of the page, without the rows. */
export function panelsOf({ panels }: Pick<DashboardJson, 'panels'>): PanelJson[] {
  return panels.flatMap((panel) => ('collapsed' in panel ? panel.panels : [panel]));
}
