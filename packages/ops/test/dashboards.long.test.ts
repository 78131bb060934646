import { type Point, pointsOf } from '@sightline/core/backend';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Prometheus } from '../../../scripts/servers/prometheus.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { dashboardFiles } from '../src/dashboards/dashboard-files.js';
import type { DashboardJson, PanelJson } from '../src/dashboards/grafana-json.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import type { Facts } from '../src/model/facts.js';
import { asGrafana, type GrafanaView } from './as-grafana.js';
import { panelsOf } from './dashboard-lint/panel-queries.js';
import { type ObservedShop, shopDefinition, startShop } from './observed-shop.js';
import { type WatchedService, watchService } from './watched-service.js';

const programs = [
  ['2.42', 'prometheus'],
  // The address of a newer one, such as of a build by Go.
  ...(process.env['PROMETHEUS3'] === undefined ? [] : [['3', process.env['PROMETHEUS3']] as const]),
] as const;

/** How long a machine under load may be late with scrapes: panels of rates need several. */
const late = { timeout: 60_000, interval: 500 };

const ACTIVE_RUNS = 3;

describe.skipIf(!requireServer('prometheus', 'prometheus-node-exporter')).each(programs)(
  'with Prometheus %s, the dashboards of a shop',
  (_, command) => {
    const cleanUps: Array<() => unknown> = [];
    let shop: ObservedShop;
    let watched: WatchedService;
    let prometheus: Prometheus;

    beforeAll(async () => {
      shop = await startShop({ activeRuns: ACTIVE_RUNS });
      cleanUps.push(() => shop.shutdown());
      watched = await watchService({ job: 'shop', pageUrl: shop.pageUrl, command });
      prometheus = watched.prometheus;
      cleanUps.push(() => watched.stop());
      // Counters are seen at 0 before they count, so that increases are complete.
      await vi.waitUntil(async () => (await prometheus.query('nf_runs_total{status="failed"}')).length > 0, {
        timeout: 60_000,
      });
      shop.startWork();
      await vi.waitUntil(
        async () =>
          Number((await prometheus.query('count_over_time(saga_completed_total{status="failed"}[1m])'))[0]?.value) > 8,
        { timeout: 60_000, interval: 200 },
      );
    });

    afterAll(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    test.each([
      ['the node exporter', shopDefinition.host],
      ['the service itself', 'system-metrics' as const],
    ])('have data in every panel, with a host that is measured by %s', async (_measured, host) => {
      const facts = await resolveFacts({ ...shopDefinition, host });
      const { empty, all } = await watched.emptyQueries(facts);
      expect(empty).toEqual([]);
      expect(all).toBeGreaterThan(150);
    });

    test('are of metrics that are there, but for counters of what never happened', async () => {
      const { catalogue } = await resolveFacts(shopDefinition);
      await vi.waitFor(async () => {
        const missing: string[] = [];
        const time = await watched.wholeTime();
        for (const { name, type } of catalogue.metrics) {
          const sample = type === 'histogram' ? `${name}_count` : name;
          if ((await prometheus.query(`${sample}{job="shop"}`, time)).length === 0) missing.push(`${type} ${name}`);
        }
        expect(missing.filter((each) => !/^counter (sightline_|log_|shop_not_counted_total)/.test(each))).toEqual([]);
      }, late);
    });

    test('have a number in every panel of the open rows', async () => {
      const dashboards = dashboardsOf(await resolveFacts(shopDefinition));
      await vi.waitFor(async () => {
        const time = await watched.wholeTime();
        for (const dashboard of dashboards) {
          for (const { title, targets = [] } of dashboard.panels.flatMap((panel) =>
            'collapsed' in panel ? [] : [panel],
          )) {
            for (const { expr } of targets.filter(({ datasource }) => datasource.type === 'prometheus')) {
              const samples = await prometheus.query(asGrafana(expr, dashboard), time);
              const numbers = samples.filter(({ value }) => Number.isFinite(value));
              expect(numbers, `${dashboard.title}, ${title}: ${expr}`).not.toEqual([]);
            }
          }
        }
      }, late);
    });

    test('mark a version that was not there before, and no restart', async () => {
      const [overview = noDashboard] = dashboardsOf(await resolveFacts(shopDefinition));
      const { list } = (overview as DashboardJson).annotations;
      await vi.waitFor(async () => {
        const time = await watched.wholeTime();
        const marks = async (name: string) => {
          const { expr = '' } = list.find((annotation) => annotation.name === name) ?? {};
          return (await prometheus.query(asGrafana(expr, overview), time)).length;
        };
        expect(await marks('Deploys')).toBe(1);
        expect(await marks('Restarts')).toBe(0);
      }, late);
    });

    test('offer values for every variable', async () => {
      const dashboards = dashboardsOf(await resolveFacts(shopDefinition));
      for (const { templating, title } of dashboards) {
        for (const { name, definition = '' } of templating.list.filter(({ type }) => type === 'query')) {
          const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
          const values = await prometheus.labelValues(label, asGrafana(series, { templating }));
          expect(values, `${title}, ${name}`).not.toEqual([]);
        }
      }
    });

    test('show nothing of another job', async () => {
      const [overview] = dashboardsOf(await resolveFacts(shopDefinition));
      const runs = exprOf(overview, 'Active runs');
      const view = { chosen: { job: ['other'] } };
      expect(await prometheus.query(asGrafana(runs, overview ?? noDashboard, view))).toEqual([]);
    });

    test('show what the service has counted', async () => {
      await shop.stopWork();
      const facts = await resolveFacts(shopDefinition);
      // Until Prometheus has all of it.
      await vi.waitUntil(
        async () => (await prometheus.query('shop_parcels_total'))[0]?.value === counted(shop, 'shop_parcels_total'),
        {
          timeout: 60_000,
          interval: 200,
        },
      );
      const view: GrafanaView = { intervalSeconds: 600, rangeSeconds: 600 };
      let now = 0;
      const shown = async (id: string, panel: string, refId = 'A', row?: string): Promise<number> => {
        const dashboard = dashboardsOf(facts).find(({ uid }) => uid === `shop-${id}`) ?? noDashboard;
        const samples = await prometheus.query(asGrafana(exprOf(dashboard, panel, refId, row), dashboard, view), now);
        expect(samples, `${id}, ${panel}`).toHaveLength(1);
        return samples[0]?.value ?? Number.NaN;
      };
      const { success, failed } = {
        success: counted(shop, 'nf_runs_total', { status: 'success' }),
        failed: counted(shop, 'nf_runs_total', { status: 'failed' }),
      };
      const times = observed(shop, 'shop_publish_duration_seconds');
      const processStartSeconds = counted(shop, 'process_start_time_seconds'); // which is rounded

      await vi.waitFor(async () => {
        now = await watched.wholeTime();
        expect(await shown('system-overview', 'Active runs')).toBe(ACTIVE_RUNS);
        expect(await shown('system-overview', 'Success rate')).toBeCloseTo((100 * success) / (success + failed), 6);
        expect(await shown('system-overview', 'Database connections')).toBe(4);
        expect(await shown('system-overview', 'Uptime')).toBeCloseTo(now - processStartSeconds, 2);
        expect(await shown('application', 'Duration', 'B', 'Publishing')).toBeCloseTo(quantileOf(times, 0.95), 6);
        expect(await shown('application', 'Share within 0.1 s', 'A', 'Publishing')).toBeCloseTo(shareOf(times, 0.1), 6);
        expect(await shown('business', 'shop_revenue_euros')).toBe(1234.5);
      }, late);
    });
  },
);

const noDashboard: Pick<DashboardJson, 'templating' | 'panels'> = { templating: { list: [] }, panels: [] };

function dashboardsOf(facts: Facts): DashboardJson[] {
  return dashboardFiles(facts)
    .filter(({ path }) => path.endsWith('.json'))
    .map(({ text }) => JSON.parse(text) as DashboardJson);
}

function exprOf(
  dashboard: Pick<DashboardJson, 'panels'> | undefined,
  title: string,
  refId = 'A',
  row?: string,
): string {
  const panels: readonly PanelJson[] =
    row === undefined
      ? panelsOf(dashboard ?? noDashboard)
      : (dashboard?.panels.flatMap((panel) => ('collapsed' in panel && panel.title === row ? panel.panels : [])) ?? []);
  const target = panels.find((panel) => panel.title === title)?.targets?.find((each) => each.refId === refId);
  if (target === undefined) throw new Error(`There is no panel ${title} with a query ${refId}.`);
  return target.expr;
}

type Labels = Readonly<Record<string, string>>;
type HistogramSeries = Extract<Point, { kind: 'histogram' }>;

/** The service's own numbers. */
function counted(shop: ObservedShop, name: string, wanted: Labels = {}): number {
  return pointsWith(shop, name, wanted).reduce((sum, point) => sum + ('value' in point ? point.value : 0), 0);
}

function observed(shop: ObservedShop, name: string): HistogramSeries {
  const point = pointsWith(shop, name, {}).find((each) => each.kind === 'histogram');
  if (point === undefined) throw new Error(`There is no histogram ${name}.`);
  return point;
}
function pointsWith(shop: ObservedShop, name: string, wanted: Labels): Point[] {
  const families = shop.obs.metrics.snapshot().families.filter((family) => family.name === name);
  return families
    .flatMap((family) => [...pointsOf(family)])
    .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value));
}

/** By linear interpolation within the bucket, as Prometheus documents it. */
function quantileOf({ bounds, bucketCounts, count }: HistogramSeries, quantile: number): number {
  const rank = quantile * count;
  let below = 0;
  for (const [i, inBucket] of bucketCounts.entries()) {
    const upper = bounds[i];
    if (upper === undefined) break;
    if (below + inBucket >= rank) {
      const lower = i === 0 ? 0 : (bounds[i - 1] ?? 0);
      return lower + ((upper - lower) * (rank - below)) / inBucket;
    }
    below += inBucket;
  }
  return bounds.at(-1) ?? Number.NaN;
}

function shareOf({ bounds, bucketCounts, count }: HistogramSeries, bound: number): number {
  const within = bucketCounts.filter((_, i) => (bounds[i] ?? Number.POSITIVE_INFINITY) <= bound);
  return within.reduce((sum, each) => sum + each, 0) / count;
}
