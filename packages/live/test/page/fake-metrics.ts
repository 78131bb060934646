import type { MetricHistoryAnswer, MetricRow, SeriesHistory } from '../../src/model/answers.js';
import { createRandom } from './random.js';

/** More than 60 metrics of the shop, of all kinds. */
export const shopMetrics: readonly MetricRow[] = [
  row(
    'shop',
    'http_server_request_duration_seconds',
    'histogram',
    'Time of requests, by route and status.',
    's',
    ['route', 'status'],
    12,
  ),
  row('shop', 'orders_total', 'counter', 'Orders placed, by outcome.', null, ['outcome'], 3),
  row('shop', 'cart_value_euros', 'summary', 'What is in a cart when it is paid.', '{EUR}', [], 1),
  row('shop', 'queue_length', 'gauge', 'Mails that wait to be sent.', '{mail}', ['queue'], 4),
  row('shop', 'process_resident_memory_bytes', 'gauge', 'Resident memory.', 'By', [], 1),
  row('shop', 'nodejs_eventloop_delay_seconds', 'histogram', 'How late timers are.', 's', [], 1),
  row('shop', 'bytes_sent_total', 'counter', 'Bytes of answers.', 'By', ['route'], 30),
  row('shop', 'build_info', 'info', 'The version that runs.', null, ['version', 'revision'], 1),
  row('payments', 'charges_total', 'counter', 'Attempts to charge a card.', null, ['provider', 'outcome'], 6),
  row('payments', 'provider_latency_seconds', 'histogram', 'Time until the provider answers.', 's', ['provider'], 2),
  row('stock', 'left', 'gauge', '', null, ['sku'], 4000, 2000),
  ...Array.from({ length: 54 }, (_, index) =>
    row(
      (['shop', 'payments', 'stock', 'mailer', 'search', 'users'] as const)[index % 6] ?? 'shop',
      `${['cache_hits', 'jobs_done', 'retries', 'bytes_read', 'locks_held', 'steps'][index % 6]}_${index}_total`,
      index % 3 === 1 ? 'gauge' : 'counter',
      `Number ${index} of the many things that a service counts.`,
      index % 5 === 0 ? 'By' : null,
      index % 2 === 0 ? ['kind'] : [],
      index % 2 === 0 ? 5 : 1,
    ),
  ),
];

function row(
  service: string,
  name: string,
  kind: MetricRow['kind'],
  help: string,
  unit: string | null,
  labelNames: readonly string[],
  series: number,
  seriesWithoutHistory: number = 0,
): MetricRow {
  return { service, name, kind, help, unit, labelNames, series, seriesWithoutHistory };
}

export const heatBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, null] as const;

/** A history that ends at `untilMs`: each value depends on its time alone, so that a later answer goes on where an earlier one ended. */
export function metricHistory(
  metric: MetricRow,
  {
    untilMs,
    lastMs,
    afterMs,
    limit,
    exemplars,
  }: { untilMs: number; lastMs: number; afterMs?: number; limit: number; exemplars: MetricHistoryAnswer['exemplars'] },
): MetricHistoryAnswer {
  const stepMs = lastMs > 15 * 60_000 ? 10_000 : 1000;
  const first = Math.ceil((untilMs - lastMs) / stepMs) * stepMs;
  const timesMs: number[] = [];
  for (let timeMs = first; timeMs <= untilMs; timeMs += stepMs)
    if (afterMs === undefined || timeMs > afterMs) timesMs.push(timeMs);
  const count = Math.min(limit, metric.series);
  const series = Array.from({ length: count }, (_, index) => oneSeries(metric, index, timesMs));
  return {
    metric,
    timesMs,
    series,
    otherSeries: metric.series - count,
    heatMap:
      metric.kind === 'histogram'
        ? {
            bounds: heatBounds,
            counts: timesMs.map((timeMs) =>
              isGap(timeMs) ? null : heatBounds.map((_, bucket) => heat(timeMs, bucket)),
            ),
          }
        : null,
    exemplars: metric.kind === 'histogram' ? exemplars : [],
    cursor: String(timesMs.at(-1) ?? afterMs ?? untilMs),
  };
}

function oneSeries(metric: MetricRow, index: number, timesMs: readonly number[]): SeriesHistory {
  const seed = hash(metric.name) + index * 77;
  const size = metric.unit === 'By' ? 4e6 : metric.kind === 'gauge' ? 60 : 20;
  const rate = timesMs.map((timeMs) => wave(timeMs, seed) * size * (1 / (index + 1)));
  const timed = (factor: number): ReadonlyArray<number | null> =>
    timesMs.map((timeMs) => (isGap(timeMs) ? null : (0.02 + 0.08 * wave(timeMs, seed)) * factor));
  const isTimed = metric.kind === 'histogram';
  return {
    labels: Object.fromEntries(metric.labelNames.map((name) => [name, labelValue(name, index)])),
    current: metric.kind === 'info' ? 1 : Math.round(184_220 / (index + 1)) + (metric.kind === 'gauge' ? 0.5 : 0),
    currentSum: isTimed || metric.kind === 'summary' ? 9120.25 / (index + 1) : null,
    values:
      metric.kind === 'gauge' || metric.kind === 'info'
        ? { value: metric.kind === 'info' ? timesMs.map(() => 1) : rate }
        : {
            rate,
            ...(isTimed && { mean: timed(1.2), p50: timed(1), p95: timed(3.1), p99: timed(5.4) }),
            ...(metric.kind === 'summary' && { 'q0.5': rate, 'q0.99': rate.map((value) => value * 2.2) }),
          },
  };
}

/** Two minutes without a request. */
function isGap(timeMs: number): boolean {
  return Math.floor(timeMs / 60_000) % 14 < 2;
}

function heat(timeMs: number, bucket: number): number {
  const middle = 3.2 + 1.6 * wave(timeMs, 3);
  return Math.round(40 * Math.exp(-((bucket - middle) ** 2) / 1.6) * wave(timeMs + bucket * 3000, bucket));
}

function wave(timeMs: number, seed: number): number {
  const noise = createRandom(1 + ((Math.floor(timeMs / 1000) + seed) % 100_000)).next();
  return (
    0.55 +
    0.25 * Math.sin(timeMs / 90_000 + seed) +
    0.2 * (noise - 0.5) +
    (Math.floor(timeMs / 60_000) % 9 === 4 ? 0.45 : 0)
  );
}

function labelValue(name: string, index: number): string {
  const values: Record<string, readonly string[]> = {
    route: ['/orders', '/orders/:id', '/search', '/health', '/users/:id'],
    status: ['200', '201', '404', '502'],
    outcome: ['ok', 'declined', 'failed'],
    queue: ['mail', 'sms', 'push', 'print'],
    provider: ['north', 'south'],
  };
  const known = values[name];
  return known === undefined
    ? `${name}-${index}`
    : (known[index % known.length] ?? '') + (index >= known.length ? `-${index}` : '');
}

function hash(text: string): number {
  let value = 0;
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 100_003;
  return value;
}
