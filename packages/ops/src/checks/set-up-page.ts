import { serviceLines } from '../dashboards/log-queries.js';
import type { RuleGroup } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { checklist, codeBlock, codeSpan, page, plainText } from '../runbooks/markdown.js';

/** What must be true before a service is relied on, each with the way to see it. */
export function setUpPage(facts: Facts, groups: readonly RuleGroup[]): string {
  const { service, job, team, target, host, database } = facts;
  const ofJob = [equal('job', job)];
  return page(
    `# Set-up of ${plainText(service)}`,
    'Once, in this order; again after a move. `sightline doctor` does the checks that a program can do.',
    '## Metrics',
    checklist([
      `Each instance answers at ${codeSpan(target.path)} and ${codeSpan(target.healthPath)}: ${target.addresses.map(codeSpan).join(', ')}.`,
      'Prometheus scrapes each of them once a minute. The query has the value 1 for each instance:',
    ]),
    codeBlock('promql', series({ metric: 'up', matchers: ofJob })),
    checklist([
      ...(host === 'node-exporter' ? ['The node exporter runs on each machine and is scraped.'] : []),
      ...(database === undefined
        ? []
        : [`The exporter of the database is scraped as the job ${codeSpan(database.job)} and reaches it.`]),
      'The clocks of all machines are in step.',
    ]),
    '## Alerts',
    checklist([
      `Prometheus has loaded ${groups.length} groups of rules, and each is healthy (its page Status, Rule health).`,
      'Alertmanager is known to Prometheus (its page Status, Runtime).',
      `A test alert of each severity reaches a person of the team ${plainText(team)}, and its links open the dashboard and the runbook.`,
      'Each secret is in a file of its own that only its service can read; no secret is in a configuration.',
      'The rota names a person for each hour, and a second one.',
    ]),
    '## Dashboards',
    checklist([
      'Grafana shows all data sources as working.',
      'Each dashboard has data in every panel of its open rows.',
      'A point of a duration leads to its trace, a log line leads to its trace.',
    ]),
    '## Log lines and traces',
    checklist(['Lines of each instance arrive in Loki within a minute:']),
    codeBlock('logql', serviceLines(service)),
    checklist([
      'A request shows up as a trace in Jaeger.',
      'Lines, traces and business series are kept as long as is agreed, and no longer.',
    ]),
    '## Recovery',
    checklist([
      'Backups run each night, and one was restored.',
      'The machine, and the telemetry stack itself, come back on their own after a restart.',
      'What watches the watcher: a failure of Prometheus or Alertmanager is noticed from outside.',
    ]),
  );
}
