import { promqlErrors } from '../../src/promql/parse.js';
import { grafanaUnitIds } from './grafana-unit-ids.js';
import { expressionRules } from './lint-expressions.js';
import {
  type LintedDashboard,
  type LintedPanel,
  type LintedVariable,
  type LintRule,
  lintedPanels,
  queryText,
  sourceUid,
  variablesOf,
} from './linted.js';

/** The linter's rules, as of June 2026. */
export const lintRules: readonly LintRule[] = [
  { name: 'template-datasource-rule', problems: dataSourceVariables },
  { name: 'template-job-rule', problems: (dashboard) => scopeVariable(dashboard, 'job') },
  { name: 'template-instance-rule', problems: (dashboard) => scopeVariable(dashboard, 'instance') },
  { name: 'template-label-promql-rule', problems: variableQueries },
  { name: 'template-on-time-change-reload-rule', problems: variableRefresh },
  { name: 'panel-datasource-rule', problems: panelSources },
  { name: 'panel-title-description-rule', problems: panelTexts },
  { name: 'panel-units-rule', problems: panelUnits },
  { name: 'panel-no-targets-rule', problems: panelTargets },
  ...expressionRules,
  { name: 'uneditable-dashboard', problems: ({ editable }) => (editable === false ? [] : ['it can be edited']) },
];

function dataSourceVariables(dashboard: LintedDashboard): string[] {
  const sources = variablesOf(dashboard).filter(({ type }) => type === 'datasource');
  if (sources.length === 0) return ['it has no variable for its data source'];
  return sources.flatMap((variable) => {
    const { name = '', label = '' } = variable;
    const query = queryText(variable).toLowerCase();
    const isAlone = sources.length === 1;
    const names = [`${query}_datasource`, ...(isAlone ? ['datasource'] : [])];
    const labels = [
      `${query.charAt(0).toUpperCase()}${query.slice(1)} data source`,
      ...(isAlone ? ['Data source'] : []),
    ];
    return [
      ...(names.includes(name) ? [] : [`the variable "${name}" should be called "${names[0]}"`]),
      ...(labels.includes(label) ? [] : [`the variable "${name}" has the label "${label}" and not "${labels[0]}"`]),
    ];
  });
}

function scopeVariable(dashboard: LintedDashboard, name: 'job' | 'instance'): string[] {
  const variable = variablesOf(dashboard).find((each) => each.name === name);
  if (variable === undefined) return [`there is no variable "${name}"`];
  const label = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [
    ...(isTemplated(variable) ? [] : [`the variable "${name}" does not use the data source variable`]),
    ...(variable.type === 'query' ? [] : [`the variable "${name}" is no query`]),
    ...(variable.label === label ? [] : [`the variable "${name}" has no label "${label}"`]),
    ...(variable.multi === true ? [] : [`of the variable "${name}" only one value can be chosen`]),
    ...(variable.allValue === '.+'
      ? []
      : [`the variable "${name}" stands for all as "${variable.allValue}", not ".+"`]),
  ];
}

function isTemplated({ datasource }: LintedVariable): boolean {
  return /^\$\{?(prometheus_)?datasource\}?$/.test(sourceUid(datasource));
}

function variableQueries(dashboard: LintedDashboard): string[] {
  return queryVariables(dashboard).flatMap((variable) => {
    const query = queryText(variable);
    const [, call = '', given = ''] = /^([a-z_]+)\((.+)\)$/.exec(query) ?? [];
    if (!['label_names', 'label_values', 'metrics', 'query_result'].includes(call)) {
      return [`the variable "${variable.name}" has no query of labels, metrics or results: ${query}`];
    }
    // Without the name of the label.
    const expr = call === 'label_values' ? given.replace(/,?\s*[a-zA-Z_]\w*$/, '') : given;
    const errors = expr === '' ? [] : promqlErrors(expr);
    return errors.map((error) => `the variable "${variable.name}" has a query that cannot be parsed ${error}`);
  });
}

function variableRefresh(dashboard: LintedDashboard): string[] {
  return queryVariables(dashboard)
    .filter(({ refresh }) => refresh !== 2)
    .map(({ name }) => `the variable "${name}" is not read again when the time range changes`);
}

function queryVariables(dashboard: LintedDashboard): LintedVariable[] {
  return variablesOf(dashboard).filter(({ type }) => type === 'query');
}

function panelSources(dashboard: LintedDashboard): string[] {
  const uids = variablesOf(dashboard)
    .filter(({ type }) => type === 'datasource')
    .flatMap(({ name }) => [`$${name}`, `\${${name}}`]);
  return panelsOfType(dashboard, ['singlestat', 'graph', 'timetable', 'timeseries'])
    .filter(({ datasource }) => !uids.includes(sourceUid(datasource)))
    .map((panel) => `${named(panel)} uses the data source "${sourceUid(panel.datasource)}" and not a variable`);
}

const numeric = ['stat', 'singlestat', 'graph', 'timetable', 'timeseries', 'gauge'];

function panelTexts(dashboard: LintedDashboard): string[] {
  return panelsOfType(dashboard, numeric)
    .filter(({ title = '', description = '' }) => title === '' || description === '')
    .map((panel) => `${named(panel)} has no title or no description`);
}

function panelUnits(dashboard: LintedDashboard): string[] {
  return panelsOfType(dashboard, numeric)
    .filter((panel) => !showsText(panel) && !grafanaUnitIds.has(unitOf(panel)))
    .map((panel) => `${named(panel)} has no unit that Grafana knows: "${unitOf(panel)}"`);
}

function showsText({ type, options, fieldConfig }: LintedPanel): boolean {
  const fields = options?.reduceOptions?.fields ?? '';
  return (type === 'stat' && fields !== '') || fieldConfig?.defaults?.mappings !== undefined;
}

function unitOf({ fieldConfig }: LintedPanel): string {
  const properties = fieldConfig?.overrides?.flatMap((override) => override.properties ?? []) ?? [];
  const overridden = properties.findLast(({ id }) => id === 'unit')?.value;
  return typeof overridden === 'string' ? overridden : (fieldConfig?.defaults?.unit ?? '');
}

function panelTargets(dashboard: LintedDashboard): string[] {
  return panelsOfType(dashboard, numeric)
    .filter(({ targets }) => targets === undefined || targets.length === 0)
    .map((panel) => `${named(panel)} has no query`);
}

function panelsOfType(dashboard: LintedDashboard, types: readonly string[]): LintedPanel[] {
  return lintedPanels(dashboard).filter(({ type = '' }) => types.includes(type));
}

function named({ title }: LintedPanel): string {
  return `the panel "${title ?? ''}"`;
}
