import { errorLines } from '../dashboards/log-queries.js';
import type { RuleGroup } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { checklist, codeBlock, codeSpan, page, plainText } from '../runbooks/markdown.js';
import { type PanelQuotes, panelQuotes } from './panel-quotes.js';
import { setUpPage } from './set-up-page.js';

/** Lists of what a person looks at each day, week and month, and once when the service is set up. */
export function checkFiles(facts: Facts, groups: readonly RuleGroup[]): OpsFile[] {
  const quotes = panelQuotes(facts);
  return [
    { path: 'checks/daily.md', text: daily(facts, groups, quotes) },
    { path: 'checks/monthly.md', text: monthly(facts, quotes) },
    { path: 'checks/set-up.md', text: setUpPage(facts, groups) },
    { path: 'checks/weekly.md', text: weekly(facts, quotes) },
  ];
}

function daily(facts: Facts, groups: readonly RuleGroup[], { quote }: PanelQuotes): string {
  const alerts = groups.flatMap((group) => group.alerts);
  const critical = [...new Set(alerts.filter(({ severity }) => severity === 'critical').map(({ name }) => name))];
  const names = critical.length === 0 ? '' : ` (${critical.map(codeSpan).join(', ')})`;
  return page(
    `# Every day: ${plainText(facts.service)}`,
    'Five minutes. What is not as it should be becomes a ticket, or follows its runbook.',
    checklist([
      quote('system-overview', 'Alerts', `No critical alert is open${names}, and none is older than its response time`),
      quote(
        'system-overview',
        /^(Uptime|Instances up)$/,
        'All instances run, and none has started anew without a reason',
      ),
      quote('system-overview', 'Success rate', 'At least 95 % of the work succeeds'),
      quote('system-overview', /^Duration:/, 'Durations are as they were yesterday'),
      quote('system-overview', 'Errors by type', 'There is no new type of error'),
      quote('system-overview', 'CPU', 'CPU is below 80 %'),
      quote('system-overview', 'Memory', 'Memory is below 80 %'),
      quote('system-overview', 'Disk', 'Disks are below 85 %'),
      quote('system-overview', 'Database connections', 'Connections to the database are as usual'),
      quote('database', 'Connections used', 'Less than 80 % of the connections of the database are used'),
      quote('application', /^Waiting:/, 'Queues are short'),
      quote('application', 'Error lines', 'The error lines of a day are known ones'),
      quote('model', 'Accuracy', 'The accuracy of models has not dropped'),
      quote('business', /_daily_runs_count/, 'As many runs have ended as on other days'),
      "Last night's backup is there, and as large as the one before.",
    ]),
    'Error lines of the last day, in Loki:',
    codeBlock('logql', errorLines(facts.service)),
  );
}

function weekly(facts: Facts, { quote }: PanelQuotes): string {
  return page(
    `# Every week: ${plainText(facts.service)}`,
    'Half an hour, with the time range of each dashboard set to a week.',
    '## Trends',
    checklist([
      quote('application', /^Rate( |$)/, 'Load: more or less than last week'),
      quote('application', 'Duration', 'Durations: slower than last week'),
      quote('system-overview', 'Errors by type', 'Errors by type: the three most frequent have an owner'),
      quote('model', 'Training', 'Training takes as long as last week'),
      quote('database', /^Time of queries/, 'Queries take as long as last week'),
      quote('database', 'Slow queries', 'The slowest queries have an index, or a ticket'),
    ]),
    '## Capacity',
    checklist([
      quote('infrastructure', 'CPU utilisation', 'CPU at the busiest hour'),
      quote('infrastructure', 'Memory utilisation', 'Memory: no steady growth'),
      quote('infrastructure', 'Disk utilisation', 'Disks: weeks until 85 %'),
      quote('infrastructure', 'Memory of a process', 'Memory of the processes: no steady growth between restarts'),
      quote('infrastructure', 'Delay of the event loop', 'Delay of the event loop at the busiest hour'),
      quote('system-overview', 'Series of an instance', 'Number of series: no steady growth'),
    ]),
    '## Security and alerts',
    checklist([
      'Dependencies have no known vulnerability that is not assessed; images are current.',
      'Only those who should have access have it: sign-ins to Grafana and the database are known.',
      'Every alert of the week called for an action. Limits of those that did not are changed in the definition.',
    ]),
  );
}

function monthly(facts: Facts, { quote }: PanelQuotes): string {
  const objectives = facts.slos.map(({ id, objective }) =>
    quote(
      'system-overview',
      `${id}: budget left`,
      `${codeSpan(id)} (${percent(objective)}) has budget left over 30 days`,
    ),
  );
  return page(
    `# Every month: ${plainText(facts.service)}`,
    'With the team, an hour.',
    '## Objectives',
    checklist([
      ...objectives,
      'An objective that was missed has a decision: what is mended before new features.',
      'Availability was 99 % or better; incidents were noticed within 10 minutes and ended within an hour.',
    ]),
    '## Capacity and cost',
    checklist([
      quote('infrastructure', 'CPU utilisation', 'CPU and memory suffice for the next three months'),
      quote('infrastructure', 'Disk utilisation', 'Disks suffice for the next three months'),
      quote('database', 'Size', 'The database grows as planned'),
      quote('business', /_cost_per_prediction_usd/, 'Cost of a prediction'),
      'Cost of machines, storage and telemetry against the plan; what is kept longer than it is read.',
    ]),
    '## Recovery',
    checklist([
      'A backup was restored on another machine, and the service ran on it. How long it took is written down.',
      'A page of a runbook was followed by a person who had not read it before.',
      'Secrets that have a date are renewed.',
    ]),
  );
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
