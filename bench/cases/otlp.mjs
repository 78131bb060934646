// What an export over OTLP costs: all series, or many log records, to a server in the same process that takes anything.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { BUCKETS } from '../loaded.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

const help = 'Measured.';
const labelNames = ['kind', 'id'];
const COUNTERS = 9000;
const HISTOGRAMS = 1000;
const RECORDS = 10_000;

/** @type {Case[]} */
export const cases = [
  {
    name: 'export of 9k counter and 1k histogram series over OTLP, http/protobuf',
    unit: 'ms',
    once: true,
    targets: { opentelemetry: 1.5 },
    gate: 0.7,
    why: 'on the edge: encoding takes 1.3 of its 5 ms, and HTTP, the receiver in the same process included, the rest',
    // Ours goes out as two requests, between which the event loop turns; theirs is one.
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
    name: 'export of 10k log records with 5 attributes over OTLP, http/protobuf',
    unit: 'ms',
    once: true,
    targets: { opentelemetry: 1.5 },
    // Both keep records until there are 512, and send them one request after the other.
    peers: {
      sightline: async () => {
        const { consoleLog, systemClock } = await import('@sightline/base');
        const { delivery, lazyTransport, otlpSettings } = await import('@sightline/otlp');
        const { flatAttributes, logEncoder } = await import('@sightline/otlp/encode');
        const settings = otlpSettings('logs', 'bench', 'bench').resolve({ url: await takesAnything('logs') });
        const encoder = logEncoder({ encoding: 'protobuf', resource: ['service.name', 'bench'] });
        const records = delivery({
          signal: 'logs',
          subject: 'bench',
          maxQueueSize: 2 * RECORDS,
          sizeOf: ({ size }) => size,
          maxBatchSize: 512,
          intervalMs: 3_600_000,
          timeoutMs: 10_000,
          encode: (batch) => encoder.request(batch),
          transport: lazyTransport(settings, { signal: 'logs', subject: 'bench', clock: systemClock }),
          clock: systemClock,
          log: consoleLog,
        });
        const scope = { name: 'bench' };
        return timed(async () => {
          for (let i = 0; i < RECORDS; i++) {
            const now = Date.now();
            const fields = {
              timeSeconds: Math.floor(now / 1000),
              timeNanos: (now % 1000) * 1e6,
              observedSeconds: Math.floor(now / 1000),
              observedNanos: (now % 1000) * 1e6,
              severityNumber: 9,
              severityText: 'INFO',
              body: 'order placed',
              attributes: flatAttributes(attributesOf(i)),
              droppedAttributesCount: 0,
              flags: 0,
            };
            records.add(encoder.encode(fields, scope));
          }
          await records.flush({ timeoutMs: 10_000 });
        });
      },
      opentelemetry: async () => {
        const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs');
        const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-proto');
        const exporter = new OTLPLogExporter({ url: await takesAnything('logs') });
        const processor = new BatchLogRecordProcessor({
          exporter,
          maxQueueSize: 2 * RECORDS,
          maxExportBatchSize: 512,
          scheduledDelayMillis: 3_600_000,
        });
        const logger = new LoggerProvider({ processors: [processor] }).getLogger('bench');
        return timed(async () => {
          for (let i = 0; i < RECORDS; i++) {
            logger.emit({ severityNumber: 9, severityText: 'INFO', body: 'order placed', attributes: attributesOf(i) });
          }
          await processor.forceFlush();
        });
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
async function takesAnything(signal = 'metrics') {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.end());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return `http://127.0.0.1:${address.port}/v1/${signal}`;
}

function attributesOf(/** @type {number} */ i) {
  return { 'order.id': `order-${i}`, 'user.id': i, region: 'eu-west', retried: false, 'total.ratio': 0.5 };
}

function fill(
  /** @type {(labels: Record<string, string>, i: number) => void} */ count,
  /** @type {(labels: Record<string, string>, i: number) => void} */ observe,
) {
  for (let i = 0; i < COUNTERS; i++) count({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
  for (let i = 0; i < HISTOGRAMS; i++) observe({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
}
