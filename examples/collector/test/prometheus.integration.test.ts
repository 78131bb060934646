import { spawnSync } from 'node:child_process';
import type { Observability } from '@sightline/sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startPrometheus } from '../../../scripts/servers/prometheus.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { collectorObservability } from '../src/observability.js';
import { type Service, startService } from '../src/service.js';
import { readSettings } from '../src/settings.js';
import { type SimulatedExchange, startSimulatedExchange } from '../src/simulated-exchange.js';
import { capturedLog } from './captured-log.js';

type LineValue = number | Readonly<Record<string, number | Readonly<Record<string, number>>>>;
type Line = Readonly<Record<string, LineValue>>;

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function collecting(): Promise<{
  obs: Observability;
  service: Service;
  exchange: SimulatedExchange;
  lines: readonly Line[];
  pageUrl: string;
}> {
  const exchange = await startSimulatedExchange({ messagesPerSecond: 500, malformedRatio: 0.02 });
  cleanUps.push(() => exchange.shutdown());
  const lines: Line[] = [];
  const log = capturedLog();
  const obs = collectorObservability({
    log,
    lines: { info: (fields: object) => void lines.push((fields as { metrics: Line }).metrics) },
    env: {
      METRICS_BACKEND: 'prometheus,log',
      METRICS_PORT: '0',
      METRICS_HOST: '127.0.0.1',
      METRICS_INTERVAL_SECONDS: '0.5',
    },
  });
  cleanUps.push(() => obs.shutdown());
  await obs.ready;
  const settings = readSettings({
    EXCHANGE_WS_URL: exchange.url,
    SUBSCRIBE_INTERVAL_MS: '0',
    EXCHANGE_NAME: 'simulated',
  });
  const service = await startService({ settings, metrics: obs.metrics, log });
  cleanUps.push(() => service.shutdown());
  return { obs, service, exchange, lines, pageUrl: `${obs.address?.url}/metrics` };
}

const until = (isTrue: () => boolean | Promise<boolean>) => vi.waitUntil(isTrue, { timeout: 60_000, interval: 50 });

/** The sum of all windows by joined label values; counts of a histogram. A window in which nothing happened has a 0 without labels. */
function totalsOf(lines: readonly Line[], key: string): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const line of lines) {
    const value = line[key] ?? 0;
    if (value === 0) continue;
    const byLabels = typeof value === 'number' || 'count' in value ? { '': value } : value;
    for (const [labels, amount] of Object.entries(byLabels)) {
      totals[labels] = (totals[labels] ?? 0) + (typeof amount === 'number' ? amount : Number(amount['count']));
    }
  }
  return totals;
}

describe.skipIf(!requireServer('prometheus', 'promtool'))('METRICS_BACKEND=prometheus,log', () => {
  test('gives a Prometheus server the same totals as the log lines add up to', async () => {
    const { obs, service, exchange, lines, pageUrl } = await collecting();
    const prometheus = await startPrometheus({ targets: [{ job: 'collector', url: pageUrl }] });
    cleanUps.push(() => prometheus.stop());
    const received = (): number => {
      const family = obs.metrics.snapshot().families.find(({ name }) => name === 'collector_messages_received_total');
      return family?.kind === 'counter' ? family.values.reduce((sum, each) => sum + each, 0) : 0;
    };

    await until(() => received() > 500 && lines.length > 1);
    exchange.dropConnections();
    const atLoss = received();
    await until(() => received() > atLoss + 500);
    await service.shutdown();
    const total = received();
    const endedSeconds = Date.now() / 1000;
    let seconds = 0; // at which all samples are of a scrape after the end
    await until(async () => {
      seconds = Date.now() / 1000;
      const [scrapedAt] = await prometheus.query('min(timestamp(collector_messages_received_total))', seconds);
      return (scrapedAt?.value ?? 0) > endedSeconds + 0.1;
    });
    expect((await prometheus.query('sum(collector_messages_received_total)', seconds))[0]?.value).toBe(total);
    const scraped = async (name: string, ...labelNames: string[]): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await prometheus.query(name, seconds)).map(({ labels, value: number }) => [
          labelNames.map((label) => labels[label]).join(':'),
          number,
        ]),
      );
    const onServer = {
      received: await scraped('collector_messages_received_total', 'channel', 'symbol'),
      published: await scraped('collector_messages_published_total', 'stream', 'symbol'),
      errors: await scraped('collector_errors_total', 'error_type'),
      reconnects: await scraped('collector_reconnects_total'),
      publish_latency_ms: await scraped('redis_publish_latency_ms_count', 'exchange', 'type'),
      message_size_bytes: await scraped('collector_message_size_bytes_count'),
    };
    await obs.shutdown();

    for (const [key, totals] of Object.entries(onServer))
      expect({ [key]: totalsOf(lines, key) }).toEqual({ [key]: totals });
    expect(onServer.reconnects['']).toBeGreaterThan(0);
    expect(onServer.errors['parse_error']).toBeGreaterThan(0);
    expect(Object.keys(onServer.published)).toContain('md:ticker:BTC_JPY');
    expect(Object.values(onServer.received)).toEqual(Object.values(onServer.published));
  });

  test('writes the log line in the order in which one reads it', async () => {
    const { obs, service, lines } = await collecting();
    // Nothing may have been received in the first window.
    const full = (): Line | undefined => lines.find(({ received }) => Object.keys(received ?? {}).length > 1);
    await until(() => full() !== undefined);
    await service.shutdown();
    await obs.shutdown();
    const line = full();
    expect(Object.keys(line ?? {})).toEqual([
      'received',
      'published',
      'errors',
      'reconnects',
      'message_size_bytes',
      'send_buffer_bytes',
      'last_message_timestamp',
      'publish_latency_ms',
      'window_seconds',
    ]);
    expect(Object.keys(line?.['received'] ?? {}).slice(0, 2)).toEqual(['ticker:BTC_JPY', 'ticker:ETH_JPY']);
    expect(Object.keys(line?.['errors'] ?? {})).toEqual(['parse_error', 'publish_error', 'api_error']);
    expect(line?.['reconnects']).toBe(0);
  });

  test('serves a page with every metric, which Prometheus’ linter finds well-named but for one', async () => {
    const { pageUrl } = await collecting();
    const page = await (await fetch(pageUrl)).text();
    for (const name of [
      'collector_messages_received_total',
      'collector_messages_published_total',
      'collector_errors_total',
      'collector_reconnects_total',
      'collector_publish_latency_seconds_bucket',
      'collector_message_size_bytes_bucket',
      'collector_send_buffer_bytes',
      'last_message_timestamp',
      'ws_events_received_total',
      'ws_events_published_total',
      'ws_reconnects_total',
      'redis_publish_errors_total',
      'redis_publish_latency_ms_bucket',
    ]) {
      expect(page).toMatch(new RegExp(`^${name}(\\{| )`, 'm'));
    }
    expect(boundsOf(page, 'collector_publish_latency_seconds')).toEqual([
      0.001,
      0.005,
      0.01,
      0.05,
      0.1,
      0.5,
      1,
      Infinity,
    ]);
    expect(boundsOf(page, 'redis_publish_latency_ms')).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, Infinity]);

    const lint = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
    const complaints = `${lint.stdout}${lint.stderr}`.split('\n').filter((line) => line !== '');
    // Dashboards that exist know this name and its milliseconds.
    expect(complaints.filter((line) => !line.startsWith('redis_publish_latency_ms'))).toEqual([]);
    expect(complaints.length).toBeGreaterThan(0);
  });
});

function boundsOf(page: string, name: string): number[] {
  const found = [...page.matchAll(new RegExp(`^${name}_bucket\\{.*le="([^"]+)"`, 'gm'))];
  return [...new Set(found.map(([, bound]) => Number(bound?.replace('+Inf', 'Infinity'))))];
}
