import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import collector from '../../../examples/collector/src/ops.js';
import cqrs from '../../../examples/cqrs/src/ops.js';
import { rounds } from '../../../scripts/rounds.js';
import { dashboardUid, dashboardUrl } from '../src/dashboards/dashboard-address.js';
import { dashboardFiles, dashboardPlans } from '../src/dashboards/dashboard-files.js';
import type { DashboardJson, PanelJson } from '../src/dashboards/grafana-json.js';
import { unitOf } from '../src/dashboards/metric-unit.js';
import { shownNames } from '../src/dashboards/other-metrics.js';
import { panelGrid } from '../src/dashboards/panel-grid.js';
import { stableIds } from '../src/dashboards/stable-ids.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import type { Facts } from '../src/model/facts.js';
import type { OpsFile } from '../src/model/ops-file.js';
import { logqlErrors, promqlErrors } from '../src/promql/parse.js';
import { dashboardProblems } from './dashboard-lint/lint-dashboard.js';
import { panelQueries, panelsOf } from './dashboard-lint/panel-queries.js';
import { exampleFacts } from './example-facts.js';
import { fullFacts, metric, withMetrics } from './full-facts.js';

vi.setConfig({ testTimeout: 120_000 }); // all dashboards are made and parsed again and again

const bare = exampleFacts({
  catalogue: { service: 'shop', metrics: [] },
  signals: [],
  slos: [],
  queues: [],
  freshness: [],
  kpis: [],
  database: undefined,
  host: 'none',
});

const services: ReadonlyArray<readonly [name: string, facts: Facts]> = [
  ['with one of everything', fullFacts()],
  ['with some of it', exampleFacts()],
  ['that declares nothing', bare],
  ['that collects market data (our example)', await resolveFacts(collector)],
  ['that takes orders (our example)', await resolveFacts(cqrs)],
  [
    'whose host is measured in the documents’ names',
    hostFacts(['system_cpu_usage_percent', 'core'], ['system_memory_usage_percent']),
  ],
  [
    'whose host is measured in semantic conventions',
    hostFacts(['system_memory_utilization_ratio', 'system_memory_state']),
  ],
  ['whose host is measured in names of the Collector', hostFacts(['system_memory_utilization_ratio', 'state'])],
];

function hostFacts(...metrics: ReadonlyArray<readonly string[]>): Facts {
  const { catalogue } = bare;
  return {
    ...bare,
    host: 'system-metrics',
    catalogue: withMetrics(
      catalogue,
      metrics.map(([name = '', ...labels]) => metric(name, 'gauge', labels)),
    ),
  };
}

describe.each(services)('the dashboards of a service %s', (_, facts) => {
  const files = dashboardFiles(facts).filter(({ path }) => path.endsWith('.json'));
  const dashboards = files.map(({ text }) => JSON.parse(text) as DashboardJson);

  test('pass the linter', () => {
    expect(files.flatMap(({ path, text }) => dashboardProblems(text).map((problem) => `${path}: ${problem}`))).toEqual(
      [],
    );
  });

  test('have expressions that parse, in panels and annotations', () => {
    const annotations = dashboards.flatMap(({ annotations: { list } }) => list.flatMap(({ expr }) => expr ?? []));
    expect(annotations.flatMap(promqlErrors)).toEqual([]);
    expect(files.flatMap(panelQueries).flatMap(errorsOf)).toEqual([]);
  });

  test('leave no metric of the catalogue without a panel', () => {
    const shown = shownNames(dashboardPlans(facts));
    const samples = (name: string) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`];
    expect(facts.catalogue.metrics.filter(({ name }) => !samples(name).some((sample) => shown.has(sample)))).toEqual(
      [],
    );
  });

  test('fill lines of 24 without gaps and overlaps', () => {
    for (const { panels } of dashboards) {
      expect(badLines(panels.map(({ gridPos }) => gridPos))).toEqual([]);
      for (const row of panels)
        if ('collapsed' in row) expect(badLines(row.panels.map(({ gridPos }) => gridPos))).toEqual([]);
    }
  });

  test('have no two panels with one id, and none with one title in a row', () => {
    for (const dashboard of dashboards) {
      const rows = dashboard.panels.filter((panel) => 'collapsed' in panel);
      const ids = [...panelsOf(dashboard), ...rows].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const titles of titlesByRow(dashboard)) expect(new Set(titles).size).toBe(titles.length);
    }
  });

  test('open with about ten panels', () => {
    for (const { panels } of dashboards) {
      const end = panels.findIndex((panel) => 'collapsed' in panel && panel.collapsed);
      const open = panels.slice(0, end === -1 ? undefined : end).filter((panel) => !('collapsed' in panel));
      expect(open.length).toBeLessThanOrEqual(10);
      expect(open.length).toBeGreaterThan(0);
    }
  });

  test('are the same when they are generated again', () => {
    expect(dashboardFiles(structuredClone(facts))).toEqual(dashboardFiles(facts));
  });

  test('have descriptions that say something', () => {
    const short = dashboards.flatMap(panelsOf).filter(({ description }) => description.length < 10);
    expect(short.map(({ title }) => title)).toEqual([]);
  });
});

describe('System overview', () => {
  const overview = dashboardOf(fullFacts(), 'system-overview');

  test('has its nine panels, and the alerts', () => {
    expect(titlesByRow(overview)[0]).toEqual([
      'Uptime',
      'Active runs',
      'Success rate',
      'Database connections',
      'CPU',
      'Memory',
      'Disk',
      'Duration: Runs',
      'Errors by type',
      'Alerts',
    ]);
  });

  test.each([
    ['Uptime', ['red', 'yellow 3600', 'green 86400']],
    ['Active runs', ['green', 'yellow 50', 'red 100']],
    ['Success rate', ['red', 'yellow 90', 'green 95']],
    ['CPU', ['green', 'red 80']],
    ['Memory', ['green', 'yellow 80', 'red 90']],
    ['Disk', ['green', 'yellow 80', 'red 95']],
  ])('colours %s by its limits', (title, limits) => {
    const steps = panelOf(overview, title).fieldConfig.defaults.thresholds?.steps ?? [];
    expect(steps.map(({ color, value }) => (value === null ? color : `${color} ${value}`))).toEqual(limits);
  });

  test('shows the host by the node exporter, with variables of its own', () => {
    expect(panelOf(overview, 'CPU').targets?.[0]?.expr).toBe(
      '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{job=~"$host_job",instance=~"$host_instance",mode="idle"}[$__rate_interval])))',
    );
    expect(overview.templating.list.map(({ name }) => name)).toEqual([
      'prometheus_datasource',
      'job',
      'instance',
      'host_job',
      'host_instance',
    ]);
  });

  test('compares successes to what ended, and is empty without work', () => {
    expect(panelOf(overview, 'Success rate').targets?.[0]?.expr).toBe(
      '100 * (1 - (sum(rate(nf_runs_total{job=~"$job",instance=~"$instance",status="failed"}[$__rate_interval])) or 0 * sum(rate(nf_runs_total{job=~"$job",instance=~"$instance",status=~"success|failed"}[$__rate_interval]))) / (sum(rate(nf_runs_total{job=~"$job",instance=~"$instance",status=~"success|failed"}[$__rate_interval])) > 0))',
    );
  });

  test('lists the alerts of the service', () => {
    expect(panelOf(overview, 'Alerts').options).toMatchObject({ alertInstanceLabelFilter: '{service="shop"}' });
  });
});

test('the dashboards are read anew as often as their numbers change', () => {
  const refreshes = dashboardsOf(fullFacts()).map(({ uid, refresh }) => `${uid} ${refresh}`);
  expect(refreshes).toEqual([
    'shop-system-overview 1m',
    'shop-application 1m',
    'shop-model 5m',
    'shop-database 1m',
    'shop-business 1h',
    'shop-infrastructure 1m',
  ]);
});

test.each(services)('the overview of a service %s begins with a line of numbers', (_, facts) => {
  const stats = dashboardOf(facts, 'system-overview').panels.filter(({ gridPos: { y } }) => y === 0);
  expect(stats.length).toBe(facts === bare || facts.signals.length === 0 ? 1 : 4);
});

test('dashboards without a panel are left out', () => {
  expect(dashboardsOf(bare).map(({ uid }) => uid)).toEqual(['shop-system-overview', 'shop-application']);
});

test('failures beside requests are counted into the total', () => {
  const application = dashboardOf(exampleFacts(), 'application');
  const publishing = application.panels.find(({ title }) => title === 'Publishing') as
    | { panels?: PanelJson[] }
    | undefined;
  const [target] = publishing?.panels?.find(({ title }) => title === 'Share of failures')?.targets ?? [];
  const [requests, errors] = [
    'sum(rate(collector_messages_published_total{job=~"$job",instance=~"$instance"}[$__rate_interval]))',
    'sum(rate(collector_errors_total{job=~"$job",instance=~"$instance",error_type="publish_error"}[$__rate_interval]))',
  ];
  const total = `((${requests} or 0 * ${errors}) + (${errors} or 0 * ${requests}))`;
  expect(target?.expr).toBe(`(${errors} or 0 * ${total}) / (${total} > 0)`);
});

test('a filter by label is offered where requests, failures and durations all have the label', () => {
  const { templating } = dashboardOf(exampleFacts(), 'application');
  expect(templating.list.map(({ name }) => name).filter((name) => name.startsWith('filter'))).toEqual([
    'filter_http_server',
    'filter_sagas',
  ]);
});

test('points of a duration lead to traces, graphs lead to log lines', () => {
  const duration = panelOf(dashboardOf(exampleFacts(), 'system-overview'), 'Duration: HTTP requests');
  expect(duration.targets?.map(({ exemplar = false }) => exemplar)).toEqual([false, false, true]);
  const url = new URL(duration.links?.[0]?.url ?? '', 'http://grafana').searchParams.get('panes') ?? '';
  expect(JSON.parse(url)).toEqual({
    lines: {
      datasource: 'loki',
      queries: [{ refId: 'A', datasource: { type: 'loki', uid: 'loki' }, expr: '{service_name="shop"}' }],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of Grafana
      range: { from: '${__from}', to: '${__to}' },
    },
  });
});

describe('the grid', () => {
  const views = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'logs', 'alertlist'] as const;

  test('has neither gaps nor overlaps for any panels', () => {
    const panel = fc.record({
      view: fc.constantFrom(...views),
      width: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(panel, { maxLength: 40 }), fc.nat(100), (panels, y) => {
        const plans = panels.map((each, i) => ({
          ...each,
          title: `${i}`,
          description: '',
          unit: 'short',
          queries: [],
        }));
        const { places, height } = panelGrid(plans, y);
        expect(places).toHaveLength(panels.length);
        expect(badLines(places)).toEqual([]);
        const last = places.at(-1);
        expect(height).toBe(last === undefined ? 0 : last.y + last.h - y);
      }),
      { numRuns: rounds(5000) },
    );
  });

  test('fills lines evenly', () => {
    const plans = Array.from({ length: 5 }, (_, i) => ({
      view: 'timeseries' as const,
      title: `${i}`,
      description: '',
      unit: 's',
      queries: [],
    }));
    expect(panelGrid(plans, 0).places.map(({ x, y, w }) => `${y}:${x}+${w}`)).toEqual([
      '0:0+8',
      '0:8+8',
      '0:16+8',
      '8:0+12',
      '8:12+12',
    ]);
  });
});

test.each([
  ['a_seconds', undefined, 's'],
  ['a_seconds_total', undefined, 's'],
  ['a_ms', 'milliseconds', 'ms'],
  ['a_bytes', 'bytes', 'bytes'],
  ['a_ratio', undefined, 'percentunit'],
  ['a_percent', 'percent', 'percent'],
  ['a_usd', undefined, 'currencyUSD'],
  ['a_jobs', 'jobs', 'short'],
  ['a', 'constructor', 'short'],
])('the metric %s of the unit %s is shown in %s', (name, unit, shown) => {
  expect(unitOf({ name, unit })).toBe(shown);
});

describe('ids', () => {
  test('of dashboards are addresses in Grafana', () => {
    expect(dashboardUrl(exampleFacts(), 'model')).toBe('http://localhost:3000/d/shop-model');
  });

  test('of dashboards are short and plain for any service, and differ by service', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(dashboardUid(one, 'system-overview')).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
        if (one !== other) expect(dashboardUid(one, 'model')).not.toBe(dashboardUid(other, 'model'));
      }),
    );
  });

  test('of panels do not depend on what stands beside them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (names) => {
        const [first = ''] = names;
        expect(stableIds(names).get(first)).toBe(stableIds([first]).get(first));
      }),
    );
  });

  test('of panels differ when their hashes are equal', () => {
    const ids = stableIds(['b', 'a'], () => 7);
    expect([...ids]).toEqual([
      ['a', 7],
      ['b', 8],
    ]);
  });
});

describe('hostile names and texts', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      '$job',
      `$\{__from}`,
      '[[instance]]',
      '{{le}}',
      '"} or vector(1) #',
      '</script><img>',
      'a\nb',
      '\\',
      '`',
      'constructor',
      'sum',
      'by',
    ),
  );

  test('change nothing but their own text', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (name, help, title, service) => {
        const { signals } = exampleFacts();
        const [http] = signals;
        if (http === undefined) throw new Error('The example has no signals.');
        const requests = { metric: name, matchers: [{ label: 'a', operator: '=', value: help }] } as const;
        const facts: Facts = {
          ...bare,
          service,
          job: service,
          signals: [{ ...http, title, requests }],
          slos: [{ id: title, signal: http, objective: 0.99, within: undefined, minEvents: 1 }],
          queues: [{ selector: requests, limit: 1 }],
          kpis: [requests],
          database: { system: 'postgres', job: help },
          catalogue: withMetrics(bare.catalogue, [
            metric(name, 'counter', [], { help }),
            metric(`${name}2`, 'gauge', [], { help }),
          ]),
        };
        const files = dashboardFiles(facts);
        const dashboards = files.filter(({ path }) => path.endsWith('.json'));
        expect(dashboards.flatMap(panelQueries).flatMap(errorsOf)).toEqual([]);
        expect(dashboards.flatMap(({ text }) => dashboardProblems(text))).toEqual([]);
        const provider = parse(textOf(files, 'grafana/provisioning/dashboards/dashboards.yml'));
        expect(provider.providers[0].name.replaceAll('$$', '$')).toBe(service);
      }),
      { numRuns: rounds(500) },
    );
  });

  test('leave no variable of Grafana in an expression but ours', () => {
    const facts = exampleFacts({
      kpis: [
        { metric: 'shop_revenue_euros', matchers: [{ label: 'a', operator: '=', value: `$job $\{instance} [[job]]` }] },
      ],
    });
    const [target] = panelOf(dashboardOf(facts, 'business'), 'shop_revenue_euros').targets ?? [];
    expect(target?.expr).toBe(
      'max(shop_revenue_euros{job=~"$job",instance=~"$instance",a="\\u0024job \\u0024{instance} \\u005b[job]]"})',
    );
  });
});

describe('the files beside the dashboards', () => {
  const files = dashboardFiles(fullFacts());

  test('provision data sources with fixed uids, the scrape interval and links to traces', () => {
    const { datasources } = parse(textOf(files, 'grafana/provisioning/datasources/datasources.yml'));
    expect(datasources.map(({ uid, type }: { uid: string; type: string }) => `${uid} ${type}`)).toEqual([
      'prometheus prometheus',
      'alertmanager alertmanager',
      'prometheus-business prometheus',
      'loki loki',
      'jaeger jaeger',
      'postgres postgres',
    ]);
    expect(datasources[0].jsonData).toMatchObject({
      timeInterval: '1m',
      exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'jaeger' }],
    });
    const [inLine] = datasources[3].jsonData.derivedFields;
    const pattern = new RegExp(inLine.matcherRegex);
    for (const key of ['trace_id', 'trace.id']) {
      expect(pattern.exec(`{"level":30,"${key}":"0af7651916cd43dd8448eb211c80319c"}`)?.[1]).toBe(
        '0af7651916cd43dd8448eb211c80319c',
      );
    }
    // Grafana reads $$ as $.
    expect(inLine.url).toBe('$$' + '{__value.raw}');
  });

  test('hold no password', () => {
    const secrets = files.flatMap(({ text }) => text.match(/password.*/g) ?? []);
    expect(secrets).toEqual([
      'password: $__file{/run/secrets/postgres_password}',
      'password = $__file{/run/secrets/grafana_admin_password}',
    ]);
  });

  test('make the dashboards read-only', () => {
    const { providers } = parse(textOf(files, 'grafana/provisioning/dashboards/dashboards.yml'));
    expect(providers[0]).toMatchObject({ allowUiUpdates: false, options: { path: '/etc/grafana/dashboards' } });
    expect(providers[1]).toMatchObject({ allowUiUpdates: false, options: { path: '/etc/grafana/local' } });
  });
});

function errorsOf({ dashboard, panel, language, expr }: ReturnType<typeof panelQueries>[number]): string[] {
  const errors = language === 'promql' ? promqlErrors(expr) : logqlErrors(expr);
  return errors.map((error) => `${dashboard}, ${panel}: ${error}: ${expr}`);
}

function dashboardsOf(facts: Facts): DashboardJson[] {
  return dashboardFiles(facts)
    .filter(({ path }) => path.endsWith('.json'))
    .map(({ text }) => JSON.parse(text) as DashboardJson);
}

function dashboardOf(facts: Facts, id: string): DashboardJson {
  const found = dashboardsOf(facts).find(({ uid }) => uid.endsWith(id));
  if (found === undefined) throw new Error(`There is no dashboard ${id}.`);
  return found;
}

function panelOf(dashboard: DashboardJson, title: string): PanelJson {
  const found = panelsOf(dashboard).find((panel) => panel.title === title);
  if (found === undefined) throw new Error(`There is no panel ${title}.`);
  return found;
}

function textOf(files: readonly OpsFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

/** Titles of the panels of each row, first those above all rows. */
function titlesByRow({ panels }: DashboardJson): string[][] {
  const rows: string[][] = [[]];
  for (const panel of panels) {
    if ('collapsed' in panel) rows.push(panel.panels.map(({ title }) => title));
    else rows.at(-1)?.push(panel.title);
  }
  return rows;
}

/** Lines of the grid that are not filled exactly once, by their upper edge. */
function badLines(places: ReadonlyArray<{ x: number; y: number; w: number; h: number }>): string[] {
  let nextY = places[0]?.y ?? 0;
  const bad: string[] = [];
  for (const y of new Set(places.map((place) => place.y))) {
    const line = places.filter((place) => place.y === y);
    if (y !== nextY) bad.push(`line ${y} begins where ${nextY} was expected`);
    let nextX = 0;
    for (const { x, w } of line.toSorted((a, b) => a.x - b.x)) {
      if (x !== nextX) bad.push(`line ${y} has a gap or an overlap at ${x}`);
      nextX = x + w;
    }
    if (nextX !== 24) bad.push(`line ${y} is ${nextX} wide`);
    const heights = new Set(line.map(({ h }) => h));
    if (heights.size !== 1) bad.push(`line ${y} has several heights`);
    nextY = y + (line[0]?.h ?? 0);
  }
  return bad;
}
