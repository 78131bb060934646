import { dashboardUrl } from '../dashboards/dashboard-address.js';
import type { Alert, RuleGroup, RunbookQuery } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { responses, severities } from './escalation.js';
import { logRecipes } from './log-recipes.js';
import { codeBlock, codeSpan, link, page, plainText, table, tableCode } from './markdown.js';

/** A page for each name of an alert, and a list of them. */
export function runbookFiles(facts: Facts, groups: readonly RuleGroup[]): OpsFile[] {
  const byName = alertsByName(groups);
  return [
    { path: 'runbooks/README.md', text: listOfRunbooks(facts, byName) },
    ...[...byName].map(([name, alerts]) => ({ path: `runbooks/${name}.md`, text: runbook(facts, name, alerts) })),
  ];
}

type Alerts = readonly [Alert, ...Alert[]];

/** By name, each with its most severe alerts first. */
function alertsByName(groups: readonly RuleGroup[]): Map<string, Alerts> {
  const byName = new Map<string, [Alert, ...Alert[]]>();
  for (const alert of groups.flatMap(({ alerts }) => alerts)) {
    const known = byName.get(alert.name);
    if (known === undefined) byName.set(alert.name, [alert]);
    else known.push(alert);
  }
  for (const alerts of byName.values()) alerts.sort((a, b) => rank(a) - rank(b));
  return new Map([...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rank({ severity }: Alert): number {
  return severities.indexOf(severity);
}

function listOfRunbooks({ service, team }: Facts, byName: ReadonlyMap<string, Alerts>): string {
  return page(
    `# Runbooks of ${plainText(service)}`,
    `For the team ${plainText(team)}. Each alert has a page: what users notice, what to do first, what to ask next.`,
    table(
      ['Alert', 'Severity', 'What users notice'],
      [...byName].map(([name, alerts]) => [
        `[${name}](${name}.md)`,
        [...new Set(alerts.map(({ severity }) => severity))].join(', '),
        plainText(alerts[0].runbook.symptom),
      ]),
    ),
    '## Response times',
    table(
      ['Severity', 'Answer', 'If it goes on'],
      severities.map((severity) => [severity, responses[severity].answer, responses[severity].escalate]),
    ),
    '## Lines of a trace',
    'An exemplar or a line names its trace. Without Loki, by the layout of the logger:',
    codeBlock('sh', logRecipes.map(({ layout, trace }) => jq(trace, layout)).join('\n')),
    '## After an alert',
    'An alert that called for no action is too sensitive: change its limit in the definition, then generate again.',
  );
}

function runbook(facts: Facts, name: string, alerts: Alerts): string {
  const [{ runbook: text, dashboard }] = alerts;
  const queries = furtherQueries(alerts);
  return page(
    `# ${name}`,
    `Service ${codeSpan(facts.service)}, team ${codeSpan(facts.team)}. Dashboard: ${link(titleOf(dashboard), dashboardUrl(facts, dashboard))}.`,
    '## Symptom',
    plainText(text.symptom),
    '## First action',
    text.actions.map((action, i) => `${i + 1}. ${plainText(action)}`).join('\n'),
    '## Likely causes',
    text.causes.map((cause) => `- ${plainText(cause)}`).join('\n'),
    '## When it fires',
    ...conditions(alerts),
    queries.length === 0 ? undefined : '## Look further',
    ...queries.flatMap(({ title, language, expr }) => [`${plainText(title)}:`, codeBlock(language, expr)]),
    '## Log lines',
    'Lines of errors that the service wrote, without Loki, by the layout of its logger:',
    codeBlock('sh', logRecipes.map(({ layout, errors }) => jq(errors, layout)).join('\n')),
    '## Escalation',
    table(
      ['Severity', 'Answer', 'If it goes on'],
      [...new Set(alerts.map(({ severity }) => severity))].map((severity) => [
        severity,
        responses[severity].answer,
        responses[severity].escalate,
      ]),
    ),
  );
}

/** Those of all alerts of the name, each once; with the labels of its alert where a title stands for several. */
function furtherQueries(alerts: Alerts): RunbookQuery[] {
  const byExpr = new Map<string, { readonly query: RunbookQuery; readonly labels: string }>();
  for (const { runbook, labels } of alerts) {
    for (const query of runbook.queries) {
      if (!byExpr.has(query.expr)) byExpr.set(query.expr, { query, labels: labelsText(labels) });
    }
  }
  const all = [...byExpr.values()];
  return all.map(({ query, labels }) => {
    const isAlone = all.filter((other) => other.query.title === query.title).length === 1;
    return isAlone || labels === '' ? query : { ...query, title: `${query.title} (${labels})` };
  });
}

/** `System overview` for `system-overview`. */
function titleOf(dashboard: string): string {
  return `${dashboard.charAt(0).toUpperCase()}${dashboard.slice(1).replaceAll('-', ' ')}`;
}

/** All alerts of this name, then the query of each. */
function conditions(alerts: Alerts): string[] {
  const rows = alerts.map(({ severity, forSeconds, labels, summary }) => [
    severity,
    forSeconds === 0 ? 'at once' : duration(forSeconds),
    plainText(labelsText(labels)),
    tableCode(summary),
  ]);
  const descriptions = new Set(alerts.map(({ description }) => plainText(description)));
  return [
    table(['Severity', 'After', 'Labels', 'Summary'], rows),
    ...descriptions,
    ...alerts.flatMap(({ severity, labels, expr }) => [
      `${[severity, plainText(labelsText(labels))].filter((text) => text !== '').join(', ')}:`,
      codeBlock('promql', expr),
    ]),
  ];
}

function labelsText(labels: Alert['labels']): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ');
}

function duration(seconds: number): string {
  const minutes = seconds / 60;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return Number.isInteger(minutes) ? `${minutes} min` : `${seconds} s`;
}

/** Lines that are no JSON are passed over. */
function jq(filter: string, layout: string): string {
  return `jq -cR 'fromjson? | ${filter}' service.log  # layout ${layout}`;
}
