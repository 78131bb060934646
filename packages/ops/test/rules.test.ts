import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { rounds } from '../../../scripts/rounds.js';
import type { Facts } from '../src/model/facts.js';
import { logqlErrors, promqlErrors } from '../src/promql/parse.js';
import { ruleTestFiles } from '../src/rule-tests/rule-test-files.js';
import { impossibleLimits } from '../src/rules/impossible-limits.js';
import { ruleGroups } from '../src/rules/rule-groups.js';
import { ruleSets } from '../src/rules/rule-sets.js';
import { type PrometheusGroup, rulesFile } from '../src/rules/rules-file.js';
import { exampleFacts } from './example-facts.js';
import { hostileText, ruleVariations } from './rule-variations.js';

const example = exampleFacts();
const [http, publish] = example.signals;
if (http === undefined || publish === undefined) throw new Error('The example has no signals.');

describe.each(Object.entries(ruleVariations))('the rules of %s', (_what, facts) => {
  const groups = ruleGroups(facts);

  test('are PromQL, and so are the queries of their runbooks', () => {
    for (const { recording, alerts } of groups) {
      for (const { expr } of [...recording, ...alerts]) expect(promqlErrors(expr), expr).toEqual([]);
      for (const { language, expr } of alerts.flatMap(({ runbook }) => runbook.queries)) {
        expect(language === 'promql' ? promqlErrors(expr) : logqlErrors(expr), expr).toEqual([]);
      }
    }
  });

  test('are in groups of different names', () => {
    const names = groups.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('say of every alert how bad it is, whose it is, and where to look', () => {
    for (const rule of alertsOf(facts)) {
      expect(['critical', 'high', 'warning']).toContain(rule.labels['severity']);
      expect(Object.keys(rule.labels)).toEqual(expect.arrayContaining(['service', 'team']));
      expect(Object.keys(rule.annotations ?? {})).toEqual(['summary', 'description', 'dashboard', 'runbook']);
      expect(rule.annotations?.['runbook']).toContain(`/${rule.alert}.md`);
    }
  });

  test('are the same when they are generated again', { timeout: 60_000 }, () => {
    const files = () => [rulesFile(facts), ...ruleTestFiles(facts)];
    expect(files()).toEqual(files());
  });

  test('all have tests', () => {
    const texts = ruleTestFiles(facts).map(({ text }) => text);
    for (const { alert } of alertsOf(facts)) {
      expect(
        texts.some(
          (text) => text.includes(`alertname: ${alert}\n`) || text.includes(`alertname="${alert}",alertstate`),
        ),
        alert,
      ).toBe(true);
    }
  });

  test('have tests of the annotations of every alert', () => {
    const firing = ruleSets(facts).flatMap(({ scenarios }) =>
      scenarios.flatMap(({ checks }) => checks.flatMap((check) => check.firing.map(({ alert }) => alert))),
    );
    expect(new Set(firing)).toEqual(new Set(ruleGroups(facts).flatMap(({ alerts }) => alerts)));
  });
});

test('a disabled alert is left out, with its tests', () => {
  const facts = exampleFacts({ disable: ['HighCPUUsage', 'ErrorBudgetBurn'] });
  const names = ruleGroups(facts).flatMap(({ alerts }) => alerts.map(({ name }) => name));
  expect(names).toContain('HighMemoryUsage');
  expect(names).not.toContain('HighCPUUsage');
  expect(
    ruleTestFiles(facts)
      .map(({ text }) => text)
      .join(),
  ).not.toMatch(/HighCPUUsage|ErrorBudgetBurn/);
});

test('an objective whose alerts are disabled may be as low as it likes', () => {
  const [slo] = example.slos;
  if (slo === undefined) throw new Error('The example has no objective');
  const slos = [{ ...slo, objective: 0.5 }];
  expect(impossibleLimits(exampleFacts({ slos }))).toEqual([expect.stringContaining('or disable ErrorBudgetBurn')]);
  expect(impossibleLimits(exampleFacts({ slos, disable: ['ErrorBudgetBurn'] }))).toEqual([]);
});

test('only what users notice, or soon will, pages', () => {
  const critical = alertsOf(example).filter(({ labels }) => labels['severity'] === 'critical');
  expect([...new Set(critical.map(({ alert }) => alert))].toSorted()).toEqual([
    'DatabaseDown',
    'DiskFull',
    'ErrorBudgetBurn',
    'SagaFailureRate',
    'SystemDown',
  ]);
});

test('a latency limit is a share over a bucket, in every way to write its bound', () => {
  const expr = recorded('signal:slow:rate5m', 'http-server');
  expect(expr).toContain('le=~"1|1\\\\.0"');
  expect(
    ruleGroups(example)
      .flatMap(({ alerts }) => alerts)
      .some((alert) => alert.expr.includes('histogram_quantile')),
  ).toBe(false);
});

test('failures beside the requests are part of the whole', () => {
  expect(recorded('signal:requests:rate5m', 'publish')).toBe(
    'sum(rate(collector_messages_published_total{job="shop"}[5m])) + ' +
      'sum(rate(collector_errors_total{job="shop",error_type="publish_error"}[5m])) or ' +
      'sum(rate(collector_messages_published_total{job="shop"}[5m])) or ' +
      'sum(rate(collector_errors_total{job="shop",error_type="publish_error"}[5m]))',
  );
});

test('texts of the service are no templates', () => {
  for (const rule of alertsOf(ruleVariations['hostile names'] as Facts)) {
    for (const text of [...Object.values(rule.labels), ...Object.values(rule.annotations ?? {})]) {
      expect(text.replaceAll(/\{\{ "\{+" \}\}/g, '')).not.toMatch(
        /\{\{(?! (?:\$labels\.\w+|\$value \| \w+|if \$labels\.instance|else|end) \}\})/,
      );
    }
  }
});

test('a file of rules is read back as it was, whatever the names', { timeout: 60_000 }, () => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(text, text, (service, title) => {
      const others = { slos: [], queues: [], freshness: [], database: undefined, host: 'none' } as const;
      const facts = exampleFacts({ service, signals: [{ ...http, title }], ...others });
      const groups = groupsOf(facts);
      expect(groups.find(({ name }) => name === `${service} availability`)).toBeDefined();
      expect(groups.flatMap(({ rules }) => rules).find(({ record }) => record !== undefined)?.labels).toEqual({
        service,
        signal: 'http-server',
      });
      for (const { expr } of groups.flatMap(({ rules }) => rules)) expect(promqlErrors(expr)).toEqual([]);
    }),
    { numRuns: Math.ceil(rounds(1000) / 10), examples: [[hostileText, hostileText]] },
  );
});

describe('a limit that cannot fire', () => {
  test('is found in none of the examples', () => {
    for (const facts of Object.values(ruleVariations)) expect(impossibleLimits(facts)).toEqual([]);
  });

  const [slo] = example.slos;
  if (slo === undefined) throw new Error('The example has no objectives.');
  const limits = (changes: Partial<Facts['limits']>): Facts =>
    exampleFacts({ limits: { ...example.limits, ...changes } });
  const slow = (bound: number, share = 0.95): Facts =>
    exampleFacts({ signals: [{ ...http, duration: http.duration && { ...http.duration, slow: { bound, share } } }] });

  test.each<[string, Facts, RegExp]>([
    ['a share of all', limits({ cpuRatio: 1 }), /cpuRatio is 1:.*HighCPUUsage.*Pass a share/],
    ['a share of nothing', limits({ diskFreeRatio: 0 }), /diskFreeRatio is 0/],
    ['a warning above the alarm', limits({ errorRatio: { warning: 0.2, high: 0.1 } }), /medium \(0.2\) is not below/],
    [
      'a budget too large',
      exampleFacts({ slos: [{ ...slo, objective: 0.9 }] }),
      /144 % of the work. Raise it to 0.931/,
    ],
    ['a bound above the top bucket', slow(20), /compares with 20, which is above the top bucket, 10.*Use 10/],
    ['no bound of the histogram', slow(0.8), /no bound of its histogram. Use 0.75/],
    ['a share of all work within a bound', slow(1, 1), /wants the share 1/],
    [
      'an objective of a bound that is none',
      exampleFacts({ slos: [{ ...slo, within: 0.3 }] }),
      /"http-availability" compares with 0.3.*Use 0.25/,
    ],
    [
      'failures that are not counted',
      exampleFacts({ slos: [{ ...slo, signal: { ...http, errors: undefined } }] }),
      /counts none. Give the signal errors/,
    ],
    ['a negative queue', exampleFacts({ queues: [{ selector: http.requests, limit: -1 }] }), /has the limit -1/],
  ])('%s is named, with what to change', (_what, facts, message) => {
    expect(impossibleLimits(facts)).toEqual([expect.stringMatching(message)]);
  });
});

function recorded(record: string, signal: string): string | undefined {
  const rules = ruleGroups(example).flatMap(({ recording }) => recording);
  return rules.find((rule) => rule.record === record && rule.labels['signal'] === signal)?.expr;
}

function groupsOf(facts: Facts): PrometheusGroup[] {
  return (parse(rulesFile(facts).text, { version: '1.1' }) as { groups: PrometheusGroup[] }).groups;
}

function alertsOf(facts: Facts) {
  return groupsOf(facts).flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));
}
