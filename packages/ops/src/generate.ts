import { alertmanagerFiles } from './alertmanager/index.js';
import { checkFiles } from './checks/check-files.js';
import { dashboardFiles } from './dashboards/dashboard-files.js';
import { jsonFile } from './files/yaml.js';
import { kubernetesFiles } from './kubernetes/index.js';
import type { Facts } from './model/facts.js';
import type { OpsFile } from './model/ops-file.js';
import { ruleTestFiles } from './rule-tests/rule-test-files.js';
import { ruleGroups } from './rules/rule-groups.js';
import { prometheusGroup, rulesFile } from './rules/rules-file.js';
import { runbookFiles } from './runbooks/runbook-files.js';
import { stackFiles } from './stack/index.js';

/** Everything that is generated from the facts of a service. The same facts give the same bytes. */
export function opsFiles(facts: Facts): OpsFile[] {
  const groups = ruleGroups(facts);
  const grafana = dashboardFiles(facts);
  const dashboards = grafana.filter(({ path }) => path.startsWith('grafana/dashboards/'));
  const files = [
    jsonFile('catalogue.json', facts.catalogue),
    rulesFile(facts),
    ...ruleTestFiles(facts),
    ...grafana,
    ...alertmanagerFiles(facts),
    ...stackFiles(facts),
    ...kubernetesFiles(
      facts,
      groups.map((group) => prometheusGroup(facts, group)),
      dashboards,
    ),
    ...runbookFiles(facts, groups),
    ...checkFiles(facts, groups),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
