import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { selectedSeries } from '../src/promql/selected-series.js';
import { splitTests } from '../src/rule-tests/split-tests.js';

const rules = `
groups:
  - name: one
    rules:
      - { record: total, expr: sum(a), labels: { slo: one } }
  - name: two
    rules:
      - { record: total, expr: sum(b), labels: { slo: two } }
  - name: burn one
    rules:
      - { alert: Burn, expr: 'total{slo="one"} > 1', labels: { slo: one } }
  - name: burn two
    rules:
      - { alert: Burn, expr: 'avg_over_time(total{slo="two"}[1h]) > 1', labels: { slo: two } }
  - name: any
    rules:
      - { alert: Any, expr: 'total > 1 or {job="x"}' }
  - name: of alerts
    rules:
      - { record: firing, expr: 'count(ALERTS{alertname="Burn",slo="two"})' }
`;

/** The groups of the batch of one test. */
function groupsFor(check: object, ofRules = rules): string[] {
  const tests = JSON.stringify({ rule_files: ['rules.yml'], tests: [{ interval: '1m', input_series: [], ...check }] });
  const [batch] = splitTests(ofRules, tests, 'rules.yml') ?? [];
  return (parse(batch?.rules ?? '') as { groups: Array<{ name: string }> }).groups.map(({ name }) => name);
}
const expecting = (expr: string) => ({ promql_expr_test: [{ expr, eval_time: '1m' }] });

describe('a test is run with the groups', () => {
  test.each([
    [['one'], expecting('total{slo="one"}')],
    [['one', 'two'], expecting('total')],
    [['one', 'two'], expecting('total{slo=~"one"}')],
    [[], expecting('a')],
    [['two', 'burn two'], expecting('ALERTS{alertname="Burn",slo="two"}')],
    [['two', 'burn two', 'of alerts'], expecting('firing > 0')],
    [['one', 'two', 'burn one', 'burn two'], { alert_rule_test: [{ alertname: 'Burn', eval_time: '1m' }] }],
    [
      ['one', 'two', 'burn one', 'burn two', 'any', 'of alerts'],
      { alert_rule_test: [{ alertname: 'Any', eval_time: '1m' }] },
    ],
  ])('%j for %j', (groups, check) => {
    expect(groupsFor(check)).toEqual(groups);
  });

  test('whose labels are templates, whatever the test asks for', () => {
    const templated = rules.replace(
      'labels: { slo: two } }\n  - name: any',
      `labels: { slo: '{{ $value }}' } }\n  - name: any`,
    );
    expect(groupsFor(expecting('ALERTS{slo="three"}'), templated)).toEqual(
      expect.arrayContaining(['two', 'burn two', 'any']),
    );
  });
});

describe('files that are not of the generated form are left whole', () => {
  const tests = '{ rule_files: [rules.yml], tests: [] }';
  test.each([
    ['a template that queries', rules.replace('slo: one }', `slo: '{{ query "up" }}' }`), tests],
    ['an alias', rules, '{ rule_files: [rules.yml], tests: [&a { interval: 1m }, *a] }'],
    ['other rules', rules, '{ rule_files: [rules.yml, mine.yml], tests: [] }'],
    ['no YAML', rules, '{'],
    ['no tests', rules, '{ rule_files: [rules.yml] }'],
  ])('%s', (_what, given, ofTests) => {
    expect(splitTests(given, ofTests, 'rules.yml')).toBeUndefined();
  });
});

test('the selectors of an expression are found with the labels that have one value', () => {
  const expr = `rate(a{b="}\\"x",c=~"y",d!="z"}[5m]) / ({__name__="e",f="g"} or h)`;
  expect(selectedSeries(expr)).toEqual([
    { metric: 'a', labels: new Map([['b', '}"x']]) },
    { metric: 'e', labels: new Map([['f', 'g']]) },
    { metric: 'h', labels: new Map() },
  ]);
});
