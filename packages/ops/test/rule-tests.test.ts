import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../src/model/alert.js';
import type { DurationFact, Signal } from '../src/model/facts.js';
import { bucketOf, equal, literalPattern, matches, oneOf } from '../src/promql/selectors.js';
import { boundaryScenarios } from '../src/rule-tests/boundaries.js';
import { counterValues, gaugeValues } from '../src/rule-tests/counter-values.js';
import { exampleLabels, otherLabels } from '../src/rule-tests/example-labels.js';
import { packScenarios } from '../src/rule-tests/pack-scenarios.js';
import { patternExample } from '../src/rule-tests/pattern-example.js';
import { renderTemplate } from '../src/rule-tests/render-template.js';
import { scenario } from '../src/rule-tests/scenario.js';
import { testRules } from '../src/rule-tests/test-rules.js';
import { ruleSets } from '../src/rules/rule-sets.js';
import { templateText } from '../src/rules/template-text.js';
import { exampleFacts } from './example-facts.js';

const { catalogue } = exampleFacts();

describe('the samples of a series', () => {
  test('are those of a counter, one a minute', () => {
    expect(counterValues([{ minutes: 3, perMinute: 10 }])).toBe('0 10+10x2');
    expect(
      counterValues([
        { minutes: 1, perMinute: 5 },
        { minutes: 2, perMinute: 0 },
      ]),
    ).toBe('0 5 5+0x1');
  });

  test('begin anew at a restart', () => {
    expect(
      counterValues([
        { minutes: 2, perMinute: 10 },
        { minutes: 2, perMinute: 3, isRestart: true },
      ]),
    ).toBe('0 10+10x1 3+3x1');
  });

  test('end where the instance is down', () => {
    expect(
      counterValues([
        { minutes: 1, perMinute: 10 },
        { minutes: 3, perMinute: 0, isDown: true },
      ]),
    ).toBe('0 10 stale _x2');
  });

  test('are missing where scrapes fail', () => {
    expect(counterValues([{ minutes: 6, perMinute: 2, everyMinutes: 3 }])).toBe('0 _x2 6 _x2 12');
  });

  test('have no exponents, which promtool does not read', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e30 }), (value) => {
        expect(gaugeValues(value, 3)).toMatch(/^\d+(\.\d+)?\+0x3$/);
      }),
    );
  });
});

describe('a bucket in a test', () => {
  test.each([1e-7, 0.25, 5, 1e6, 1e21])('is one that the rules look at, for the bound %s', (bound) => {
    const facts = exampleFacts();
    const signal = facts.signals.find(({ duration }) => duration?.slow !== undefined);
    const duration = { ...(signal?.duration as DurationFact), bounds: [bound], slow: { bound, share: 0.95 } };
    const changed = { ...(signal as Signal), duration };
    const slo = { id: 'fast', signal: changed, objective: 0.99, within: bound, minEvents: 1 };
    const { operator, value } = bucketOf(bound);
    const pattern = operator === '=' ? literalPattern(value) : value;
    const bounds = ruleSets({ ...facts, signals: [changed], slos: [slo] })
      .flatMap(({ scenarios }) => scenarios)
      .flatMap(({ series }) => series)
      .flatMap(({ metric, labels: { le } }) => (metric === `${duration.histogram}_bucket` && le ? [le] : []));
    expect(bounds).toContain(String(bound));
    expect(bounds.filter((le) => le !== '+Inf' && !new RegExp(`^(?:${pattern})$`).test(le))).toEqual([]);
  });
});

describe('a label value for a test', () => {
  test.each([
    ['5..', '500'],
    ['.*failed.*', '0failed0'],
    ['destination|sink', 'destination'],
    ['a\\.b[0-9]+', 'a.b0'],
    ['(?:x|y){2}z?', 'xxz'],
    ['\\d{3}', '000'],
  ])('is made for the pattern %s', (pattern, text) => {
    expect(patternExample(pattern)[0]).toBe(text);
  });

  test('matches its pattern, whatever the pattern is', () => {
    fc.assert(
      fc.property(fc.string(), (pattern) => {
        for (const text of patternExample(pattern)) expect(text).toMatch(new RegExp(`^(?:${pattern})$`, 's'));
      }),
    );
  });

  test('is one that the catalogue lists, if it lists any', () => {
    const failing = [matches('status', '.*failed.*')];
    const metric = 'saga_completed_total';
    expect(exampleLabels(catalogue, { metric, matchers: failing })).toEqual({ status: 'failed' });
    expect(exampleLabels(catalogue, { metric, matchers: [] }, failing)).toEqual({ status: 'completed' });
  });

  test('is found for any literal value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const selector = { metric: 'some_total', matchers: [oneOf('kind', [value, 'more'])] };
        expect(exampleLabels(catalogue, selector)).toEqual({ kind: value });
        expect(otherLabels({ catalogue, signals: [] }, selector)?.['kind']).not.toBe(value);
      }),
    );
  });

  test('that cannot exist is an error that says what to declare', () => {
    const selector = { metric: 'collector_errors_total', matchers: [equal('error_type', 'unknown')] };
    const none = { ...selector, matchers: [equal('error_type', 'a'), equal('error_type', 'b')] };
    expect(() => exampleLabels(catalogue, none)).toThrow(/error_type="a", error_type="b".*Declare the label's values/);
  });
});

describe('a template', () => {
  const given = { value: 0.102, labels: { instance: 'a:9464' } };

  test.each([
    ['{{ $value | humanizePercentage }} of {{ $labels.instance }}', 0.102, '10.2% of a:9464'],
    ['{{ $value | humanize }}', 51, '51'],
    ['{{ $value | humanize }}', 1_020_000, '1.02M'],
    ['{{ $value | humanize }}', 0.5, '500m'],
    ['{{ $value | humanizeDuration }}', 61, '1m 1s'],
    ['{{ $value | humanizeDuration }}', 0.5, '0.5s'],
    ['{{ $value | humanizeDuration }}', 90_061, '1d 1h 1m 1s'],
    ['{{ if $labels.job }}{{ $labels.job }}{{ else }}none{{ end }}', 0, 'none'],
  ])('%s of %d is %s', (template, value, text) => {
    expect(renderTemplate(template, { ...given, value })).toBe(text);
  });

  test('of any text is that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '"', '$', 'a', '\\', ' ') }), (text) => {
        expect(renderTemplate(templateText(text), given)).toBe(text);
      }),
    );
  });

  test('that nothing here can render is an error', () => {
    expect(() => renderTemplate('{{ $value | printf "%f" }}', given)).toThrow('No test can render');
  });
});

describe('scenarios at the boundary', () => {
  const [set] = ruleSets(exampleFacts());
  const alert = set?.group.alerts[0] as Alert;
  const measured = {
    quantity: 'jobs',
    alerts: [{ alert: { ...alert, forSeconds: 300 }, limit: 50 }],
    holdsFromSeconds: 60,
    labels: {},
    series: (value: number) => [{ metric: 'jobs', labels: {}, values: `${value}` }],
  };

  test('are just beyond the limit and just within it', () => {
    expect(boundaryScenarios(measured).map(({ title, series: [jobs] }) => [title, jobs?.values])).toEqual([
      ['jobs just above 50', '51'],
      ['jobs just below 50', '49'],
    ]);
    const [beyond] = boundaryScenarios({ ...measured, side: 'below' });
    expect(beyond?.series[0]?.values).toBe('49');
  });

  test('wait for the alert until its time has passed, to the minute', () => {
    const [beyond, within] = boundaryScenarios(measured);
    expect(beyond?.states.map(({ atSeconds, isFiring }) => [atSeconds, isFiring])).toEqual([
      [300, false],
      [360, true],
      [420, true],
    ]);
    expect(within?.states.some(({ isFiring }) => isFiring)).toBe(false);
  });

  test('stay below the greatest value that is possible', () => {
    const [beyond] = boundaryScenarios({ ...measured, greatest: 1, alerts: [{ alert, limit: 0.99 }] });
    expect(beyond?.series[0]?.values).toBe('0.995');
  });
});

test('scenarios are joined only if they do not touch each other', () => {
  const sets = ruleSets(exampleFacts());
  const packed = packScenarios(sets);
  const all = sets.flatMap(({ scenarios }) => scenarios);
  expect(packed.length).toBeLessThan(all.length / 2);
  expect(packed.flatMap(({ states }) => states)).toHaveLength(all.flatMap(({ states }) => states).length);
  for (const { series } of packed) {
    const keys = series.map(({ metric, labels }) => JSON.stringify([metric, Object.entries(labels).toSorted()]));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});

describe('testing without', () => {
  test('promtool says how to get it, and is no success', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-no-promtool-'));
    try {
      mkdirSync(join(folder, 'prometheus'));
      writeFileSync(join(folder, 'prometheus', 'rules.yml'), '');
      writeFileSync(join(folder, 'prometheus', 'rules.test.yml'), '');
      const { exitCode, lines } = await testRules({ folder, promtool: join(folder, 'no-promtool') });
      expect(exitCode).toBe(2);
      expect(lines).toEqual([expect.stringContaining('apt-get install prometheus')]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('rules says how to generate them', async () => {
    const { exitCode, lines } = await testRules({ folder: join(tmpdir(), 'no-such-folder') });
    expect(exitCode).toBe(2);
    expect(lines).toEqual([expect.stringContaining('Run: sightline ops generate')]);
  });
});

test('a scenario says nothing that it was not given', () => {
  expect(scenario('quiet', { series: [] })).toEqual({
    title: 'quiet',
    everySeconds: 60,
    series: [],
    checks: [],
    states: [],
    values: [],
  });
});

test('a promtool by a path relative to the current folder is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
  try {
    mkdirSync(join(folder, 'prometheus'));
    for (const name of ['rules.yml', 'rules.test.yml']) writeFileSync(join(folder, 'prometheus', name), '');
    writeFileSync(join(folder, 'promtool'), '#!/bin/sh\necho broken rules >&2\nexit 1\n', { mode: 0o755 });
    const promtool = relative(process.cwd(), join(folder, 'promtool'));
    expect(await testRules({ folder, promtool })).toEqual({ exitCode: 1, lines: ['broken rules'] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
