import type { Facts } from '../model/facts.js';
import { series } from '../promql/selectors.js';
import { alertAnnotations, alertLabels } from '../rules/alert-texts.js';
import { renderTemplate } from './render-template.js';
import type { FiringAlert, Scenario, StateCheck, ValueCheck } from './scenario.js';

/** A scenario in the form of `promtool test rules`. */
export function promtoolTest(facts: Facts, { title, series: given, checks, states, values }: Scenario): object {
  const alertTests = checks.map(({ atSeconds, name, firing }) => ({
    eval_time: `${atSeconds}s`,
    alertname: name,
    ...(firing.length === 0 ? {} : { exp_alerts: firing.map((each) => expectedAlert(facts, each)) }),
  }));
  const valueTests = [...states.map((state) => stateTest(facts, state)), ...values.map(valueTest)];
  return {
    name: title,
    interval: '1m',
    input_series: given.map(({ metric, labels, values: text }) => ({
      series: seriesText(metric, labels),
      values: text,
    })),
    ...(alertTests.length === 0 ? {} : { alert_rule_test: alertTests }),
    ...(valueTests.length === 0 ? {} : { promql_expr_test: valueTests }),
  };
}

function expectedAlert(facts: Facts, { alert, labels, value }: FiringAlert): object {
  const annotations = Object.entries(alertAnnotations(facts, alert));
  return {
    exp_labels: { ...labels, ...alertLabels(facts, alert) },
    exp_annotations: Object.fromEntries(
      annotations.map(([name, template]) => [name, renderTemplate(template, { value, labels })]),
    ),
  };
}

/** Through Prometheus' own series of alerts: `promtool` would want all alerts of the name otherwise. */
function stateTest(facts: Facts, { atSeconds, alert, labels, isFiring }: StateCheck): object {
  const own = Object.entries(alertLabels(facts, alert));
  const found = Object.fromEntries([...own, ['alertname', alert.name], ['alertstate', 'firing']]);
  const expr = seriesText('ALERTS', found);
  return {
    expr,
    eval_time: `${atSeconds}s`,
    ...(isFiring ? { exp_samples: [{ labels: seriesText('ALERTS', { ...labels, ...found }), value: 1 }] } : {}),
  };
}

/** `promtool` compares floats exactly; rates are right to the last digit but one. */
function valueTest({ atSeconds, record, labels, value }: ValueCheck): object {
  if (value === undefined) return { expr: seriesText(record, labels), eval_time: `${atSeconds}s` };
  return {
    expr: `abs(${seriesText(record, labels)} - ${value}) < bool 1e-9`,
    eval_time: `${atSeconds}s`,
    exp_samples: [{ labels: seriesText('', labels), value: 1 }],
  };
}

function seriesText(metric: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, value]) => ({ label, operator: '=' as const, value }));
  return matchers.length === 0 && metric !== '' ? `${metric}` : series({ metric, matchers });
}
