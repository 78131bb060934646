import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { application } from './application.js';
import { arranged } from './arrange-rows.js';
import { business } from './business.js';
import { CatalogueSearch } from './catalogue-search.js';
import { database } from './database.js';
import { grafanaFiles } from './grafana-files.js';
import { infrastructure } from './infrastructure.js';
import { model } from './model.js';
import { withOtherMetrics } from './other-metrics.js';
import type { DashboardPlan } from './plan.js';
import { renderDashboard } from './render-dashboard.js';
import { systemOverview } from './system-overview.js';

/** Grafana's dashboards, with what Grafana needs to load them. A dashboard that would have no panel is left out. */
export function dashboardFiles(facts: Facts): OpsFile[] {
  const dashboards = dashboardPlans(facts).map((plan) => ({
    path: `grafana/dashboards/${plan.id}.json`,
    text: `${JSON.stringify(renderDashboard(facts, plan), undefined, 2)}\n`,
  }));
  return [...dashboards, ...grafanaFiles(facts)];
}

/** What the dashboards show, before places and ids are given. */
export function dashboardPlans(facts: Facts): DashboardPlan[] {
  const search = new CatalogueSearch(facts.catalogue);
  const plans = [systemOverview, application, model, database, business, infrastructure].map((plan) =>
    plan(facts, search),
  );
  return withOtherMetrics(plans, search.all())
    .map(arranged)
    .filter(({ rows }) => rows.length > 0);
}
