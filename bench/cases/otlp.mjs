// What an export over OTLP costs: one push of all series to a server in the same process that takes anything.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { BUCKETS } from '../loaded.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

const help = 'Measured.';
const labelNames = ['kind', 'id'];
const COUNTERS = 9000;
const HISTOGRAMS = 1000;

/** @type {Case[]} */
export const cases = [
  {
    name: 'export of 9k counter and 1k histogram series over OTLP, http/protobuf',
    unit: 'ms',
    once: true,
    targets: { opentelemetry: 1 },
    why: 'both take about the same, and rounds of one run differ by a factor of two',
    // Ours goes out as five requests, between which the event loop turns; theirs is one.
    peers: {
      sightline: async () => {
        const { createMetrics } = await import('@sightline/core');
        const { otelBackend } = await import('@sightline/backend-otel');
        const url = await takesAnything();
        const backend = otelBackend({ url, intervalMs: 3_600_000 });
        const metrics = createMetrics({ backends: [backend], maxSeries: COUNTERS, collectionIntervalMs: 0 });
        const counter = metrics.counter('many_total', { help, labelNames });
        const histogram = metrics.histogram('some_seconds', { help, labelNames, buckets: BUCKETS });
        fill(
          (labels, i) => counter.inc(labels, i),
          (labels, i) => histogram.observe(labels, i % 11),
        );
        return timed(() => metrics.flush());
      },
      opentelemetry: async () => {
        const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
        const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
        const exporter = new OTLPMetricExporter({ url: await takesAnything() });
        const reader = new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: 3_600_000,
        });
        const meter = new MeterProvider({
          readers: [reader],
          views: [{ instrumentName: '*', aggregationCardinalityLimit: 2 * COUNTERS }],
        }).getMeter('bench');
        const counter = meter.createCounter('many_total', { description: help });
        const histogram = meter.createHistogram('some_seconds', {
          description: help,
          advice: { explicitBucketBoundaries: BUCKETS },
        });
        fill(
          (labels, i) => counter.add(i, labels),
          (labels, i) => histogram.record(i % 11, labels),
        );
        return timed(() => reader.forceFlush());
      },
    },
  },
  {
    name: 'loading what exports over OTLP',
    unit: 'ms',
    once: true,
    fresh: true,
    peers: {
      sightline: async () => loading(() => Promise.all([import('@sightline/core'), import('@sightline/backend-otel')])),
      opentelemetry: async () =>
        loading(() =>
          Promise.all([import('@opentelemetry/sdk-metrics'), import('@opentelemetry/exporter-metrics-otlp-proto')]),
        ),
    },
  },
];

async function loading(/** @type {() => Promise<unknown>} */ load) {
  await import('../empty.mjs'); // what the first import of a process costs belongs to neither
  return timed(async () => void (await load()));
}

function timed(/** @type {() => Promise<void>} */ send) {
  return async () => {
    const start = performance.now();
    await send();
    return performance.now() - start;
  };
}

/** @returns {Promise<string>} its address */
async function takesAnything() {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.end());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return `http://127.0.0.1:${address.port}/v1/metrics`;
}

function fill(
  /** @type {(labels: Record<string, string>, i: number) => void} */ count,
  /** @type {(labels: Record<string, string>, i: number) => void} */ observe,
) {
  for (let i = 0; i < COUNTERS; i++) count({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
  for (let i = 0; i < HISTOGRAMS; i++) observe({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
}
