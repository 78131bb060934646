import { dashboardUrl } from '../dashboards/dashboard-address.js';
import type { Alert } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { templateText } from './template-text.js';

/** The labels that a rule sets, as they are: not yet as templates. */
export function alertLabels(facts: Facts, { severity, labels }: Alert): Record<string, string> {
  return { severity, service: facts.service, team: facts.team, ...labels };
}

/** The annotations of an alert, as Go templates. */
export function alertAnnotations(facts: Facts, alert: Alert): Record<string, string> {
  return {
    summary: alert.summary,
    description: alert.description,
    dashboard: templateText(dashboardUrl(facts, alert.dashboard)),
    runbook: templateText(`${facts.links.runbooks}/${alert.name}.md`),
  };
}
