import { dashboardUrl } from '../dashboards/dashboard-address.js';
import { dashboardPlans } from '../dashboards/dashboard-files.js';
import type { DashboardId } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { link, plainText } from '../runbooks/markdown.js';

/** Quotes panels of the generated dashboards. */
export interface PanelQuotes {
  /** `text` with the panel that shows it; `undefined` if this service has no such panel. */
  quote(id: DashboardId, panel: string | RegExp, text: string): string | undefined;
}

export function panelQuotes(facts: Facts): PanelQuotes {
  const plans = new Map(dashboardPlans(facts).map((plan) => [plan.id, plan]));
  return {
    quote(id, panel, text) {
      const plan = plans.get(id);
      const titles = plan?.rows.flatMap(({ panels }) => panels.map(({ title }) => title)) ?? [];
      const title = titles.find((each) => (typeof panel === 'string' ? each === panel : panel.test(each)));
      if (plan === undefined || title === undefined) return undefined;
      return `${text}: ${link(plan.title, dashboardUrl(facts, id))}, panel "${plainText(title)}".`;
    },
  };
}
