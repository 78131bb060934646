import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { checkFiles } from '../src/checks/check-files.js';
import { dashboardFiles } from '../src/dashboards/dashboard-files.js';
import type { DashboardJson } from '../src/dashboards/grafana-json.js';
import type { Facts } from '../src/model/facts.js';
import { panelsOf } from './dashboard-lint/panel-queries.js';
import { exampleFacts } from './example-facts.js';
import { fullFacts } from './full-facts.js';

vi.setConfig({ testTimeout: 60_000 }); // all dashboards are planned again and again

describe.each([
  ['with one of everything', fullFacts()],
  ['with some of it', exampleFacts()],
])('the lists of a service %s', (_, facts) => {
  const files = checkFiles(facts, []);

  test('quote panels that are there', () => {
    const quotes = files.flatMap(({ text }) => quotesIn(text));
    expect(quotes.length).toBeGreaterThan(15);
    expect(quotes.filter(({ url, panel }) => !titlesAt(facts, url).includes(panel))).toEqual([]);
  });

  test('have items in every section', () => {
    for (const { text } of files) {
      for (const section of text.split(/^## /m).slice(1)) expect(section).toContain('- [ ] ');
    }
  });
});

test('names of others add neither headings nor items', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('a\n# Heading', '\n- [ ] item', '```', '<b>', '](<x>), panel "A".'),
  );
  const plain = checkFiles(exampleFacts(), []);
  fc.assert(
    fc.property(hostile, hostile, (name, team) => {
      const queues = [{ selector: { metric: name, matchers: [] }, limit: 1 }];
      const files = checkFiles(exampleFacts({ service: name, team, job: team, queues }), []);
      for (const [i, { text }] of files.entries()) {
        expect(text.match(/^#+ /gm)).toHaveLength(plain[i]?.text.match(/^#+ /gm)?.length ?? 0);
        expect(text.match(/^- \[ \] /gm)).toHaveLength(plain[i]?.text.match(/^- \[ \] /gm)?.length ?? 0);
      }
    }),
    { numRuns: rounds(200) },
  );
});

test('the daily list has what the operations team looks at', () => {
  const [daily] = checkFiles(fullFacts(), [
    {
      name: 'shop',
      intervalSeconds: 60,
      recording: [],
      alerts: [
        { ...alert, name: 'SystemDown' },
        { ...alert, name: 'HighErrorRate', severity: 'high' },
      ],
    },
  ]);
  for (const item of [
    'No critical alert is open (`SystemDown`)',
    'At least 95 % of the work succeeds',
    'CPU is below 80 %',
    'Memory is below 80 %',
    'Disks are below 85 %',
    'Connections to the database',
    'The error lines of a day',
    'backup',
  ]) {
    expect(daily?.text).toContain(item);
  }
});

test('the monthly list has every objective', () => {
  const text = checkFiles(exampleFacts(), []).find(({ path }) => path === 'checks/monthly.md')?.text;
  expect(text).toContain('`http-availability` (99.9 %) has budget left over 30 days');
  expect(text).toContain('`http-latency` (95 %)');
});

test('the set-up asks for what this service has', () => {
  const text = checkFiles(exampleFacts(), []).find(({ path }) => path === 'checks/set-up.md')?.text;
  expect(text).toContain('`/metrics` and `/healthz`: `shop:9464`');
  expect(text).toContain('up{job="shop"}');
  expect(text).toContain('{service_name="shop"}');
  expect(text).toContain('job `postgres`');
});

const alert = {
  name: '',
  expr: 'up == 0',
  forSeconds: 60,
  severity: 'critical',
  labels: {},
  summary: '',
  description: '',
  dashboard: 'application',
  runbook: { symptom: '', causes: [], actions: [], queries: [] },
} as const;

function quotesIn(markdown: string): Array<{ url: string; panel: string }> {
  return [...markdown.matchAll(/\]\(<([^>]*)>\), panel "(.*)"\.$/gm)].map(([, url = '', panel = '']) => ({
    url,
    panel: panel.replaceAll(/\\(.)/g, '$1'),
  }));
}

function titlesAt(facts: Facts, url: string): string[] {
  const dashboards = dashboardFiles(facts)
    .filter(({ path }) => path.endsWith('.json'))
    .map(({ text }) => JSON.parse(text) as DashboardJson);
  const found = dashboards.find(({ uid }) => url === `${facts.links.grafana}/d/${uid}`);
  return found === undefined ? [] : panelsOf(found).map(({ title }) => title);
}
