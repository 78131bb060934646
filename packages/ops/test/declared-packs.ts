import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, type MetricsCollector } from '@sightline/core';
import type { FamilySnapshot, LabelValueSets } from '@sightline/core/backend';
import { scheduledMetrics } from '@sightline/core/scheduled';
import { cqrsLabelValues, cqrsMetrics } from '@sightline/cqrs';
import { databaseMetrics, observedPool, queryLabelValues } from '@sightline/database';
import { createEvents, recordEvents } from '@sightline/events';
import { websocketLabelValues, websocketMetrics } from '@sightline/events/websocket';
import { httpLabelValues } from '@sightline/http';
import { tracedFetch } from '@sightline/http/client';
import { instrumentHandler } from '@sightline/http/node';
import { createLogger, logLabelValues } from '@sightline/logger';
import { otlpLabelValues } from '@sightline/otlp';
import { createObservability, operationsOf } from '@sightline/sdk';
import { collectGpuMetrics, gpuLabelValues } from '@sightline/system-metrics/gpu';
import { collectHostMetrics, hostLabelValues } from '@sightline/system-metrics/host';
import { collectProcessMetrics, processLabelValues } from '@sightline/system-metrics/process';
import { createTestSpans } from '@sightline/testing/spans';
import { MessagePropagator, messageLabelValues } from '@sightline/tracing/messages';
import { catalogueOf } from '../src/catalogue/catalogue-of.js';
import type { CatalogueMetric } from '../src/model/catalogue.js';

type Metrics = ReturnType<typeof createMetrics>;
/** Returns the families if they are others than those of `metrics`. */
type Declares = (metrics: MetricsCollector) => unknown;

const log = { info() {}, warn() {}, error() {} };
const { spans } = createTestSpans();

/** How each pack comes to its metrics in a service, and what the values of its labels mean. */
const packs: Readonly<Record<string, readonly [Declares, LabelValueSets?]>> = {
  process: [(metrics) => collectProcessMetrics(metrics), processLabelValues],
  'host-documents': [(metrics) => collectHostMetrics(metrics), hostLabelValues],
  'host-semconv': [(metrics) => collectHostMetrics(metrics, { systemNames: 'semconv' })],
  'host-hostmetrics': [(metrics) => collectHostMetrics(metrics, { systemNames: 'hostmetrics' })],
  gpu: [declareGpu, gpuLabelValues],
  'http-server': [
    (metrics) => void instrumentHandler({ metrics, spans, logger: log } as never, () => {}),
    httpLabelValues,
  ],
  'http-client': [(metrics) => void tracedFetch({ metrics, spans, logger: log } as never), httpLabelValues],
  database: [
    (metrics) => {
      observedPool({ metrics, spans }, { query() {}, connect() {}, on() {}, totalCount: 0 } as never);
      return void recordEvents(createEvents(), metrics, databaseMetrics);
    },
    queryLabelValues,
  ],
  cqrs: [(metrics) => void recordEvents(createEvents(), metrics, cqrsMetrics), cqrsLabelValues],
  websocket: [(metrics) => void recordEvents(createEvents(), metrics, websocketMetrics), websocketLabelValues],
  messages: [(metrics) => void new MessagePropagator({ source: 'app', metrics }), messageLabelValues],
  log: [(metrics) => void createLogger({ metrics, destination: { write() {} } as never }), logLabelValues],
  operation: [(metrics) => operationsOf({ metrics, spans, log })('x', () => undefined)],
  sightline: [declareOwn, otlpLabelValues],
};

/** The metrics of every pack, as our packages declare them on this machine. */
export async function declaredPacks(): Promise<Record<string, CatalogueMetric[]>> {
  const declared: Record<string, CatalogueMetric[]> = {};
  const before = new Set<string>();
  for (const [name, [declare, sets]] of Object.entries(packs)) {
    const metrics = createMetrics({ log });
    const made = await declare(metrics);
    await metrics.collect();
    const families = Array.isArray(made) ? made : metrics.snapshot().families;
    // What an earlier pack has already, but for the hosts', which are alternatives.
    declared[name] = catalogueOf({ families }, name, sets).filter(
      (metric) => name.startsWith('host-') || !before.has(metric.name),
    );
    for (const metric of declared[name]) before.add(metric.name);
    if (isRunning(made)) made.shutdown();
  }
  return declared;
}

function isRunning(made: unknown): made is { shutdown(): void } {
  return typeof made === 'object' && made !== null && 'shutdown' in made;
}

async function declareGpu(metrics: MetricsCollector): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-smi-'));
  const command = join(folder, 'nvidia-smi');
  await writeFile(command, '#!/bin/sh\necho "0, 37, 16384, 4096, 12288, 61"\n');
  await chmod(command, 0o755);
  const { shutdown } = collectGpuMetrics(metrics, { command });
  await (metrics as Metrics).collect();
  shutdown();
  await rm(folder, { recursive: true });
}

/** What Sightline counts of itself: with each backend, with OTLP, and after each kind of failure. */
async function declareOwn(metrics: MetricsCollector): Promise<readonly FamilySnapshot[]> {
  const capped = metrics.gauge('capped', { help: 'One series.', labelNames: ['a'], maxSeries: 1 });
  for (const a of ['1', '2']) capped.set({ a }, 1);
  capped.set({ b: '1' } as never, 1);
  metrics.counter('grows_total', { help: 'Grows.' }).inc(-1);
  metrics.gauge('fails', { help: 'Fails.', collect: () => Promise.reject(new Error('no')) });
  createEvents({ metrics });
  scheduledMetrics(metrics, { log }).shutdown();
  failCallback(metrics);
  await (metrics as Metrics).collect();
  // Spans arrive, log lines are refused.
  const collector = createServer((request, response) => {
    response.writeHead(request.url === '/v1/traces' ? 200 : 400).end();
  });
  await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const found: FamilySnapshot[] = [...(metrics as Metrics).snapshot().families];
  for (const backend of ['prometheus', 'otel', 'statsd', 'log']) {
    const obs = createObservability({
      serviceName: 'app',
      backend,
      http: { port: 0, host: '127.0.0.1' },
      env: {
        SIGHTLINE_TEST_RUN: 'false',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      },
      logger: { destination: { write() {} } as never },
      logSnapshot: { logger: log },
      signals: false,
      log,
    });
    await obs.ready;
    obs.spans.span('x', () => obs.logger.info('x'));
    await obs.flush().catch(() => undefined);
    found.push(...(obs.metrics as Metrics).snapshot().families);
    await obs.shutdown().catch(() => undefined);
  }
  await new Promise((resolve) => collector.close(resolve));
  return [...new Map(found.map((family) => [family.name, family])).values()].filter(({ name }) =>
    name.startsWith('sightline_'),
  );
}

function failCallback(metrics: MetricsCollector): void {
  const handler = instrumentHandler({ metrics, spans, logger: log } as never, () => {}, {
    ignore: () => {
      throw new Error('no');
    },
  });
  const request = new IncomingMessage(new Socket());
  handler(request, new ServerResponse(request));
}
