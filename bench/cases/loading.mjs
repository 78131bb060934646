// What telemetry costs a service before its first request: time and memory from the first import until everything is ready, a new
// process for each.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

/** @typedef {import('../measure.mjs').Case} Case */

const require = createRequire(import.meta.url);

/** @type {Case[]} */
export const cases = [
  fromImportToReady('time from import to ready', 'ms', { 'opentelemetry sdk-node': 0.5 }, async (start) => {
    const before = performance.now();
    await start();
    return performance.now() - before;
  }),
  fromImportToReady('resident memory from import to ready', 'kB', {}, async (start) => {
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    await start();
    globalThis.gc?.();
    return (process.memoryUsage.rss() - before) / 1000;
  }),
];

/** @returns {Case} */
function fromImportToReady(
  /** @type {string} */ name,
  /** @type {'ms' | 'kB'} */ unit,
  /** @type {Record<string, number>} */ mostOf,
  /** @type {(start: () => Promise<unknown>) => Promise<number>} */ measured,
) {
  const peer = (/** @type {(url: string) => Promise<unknown>} */ start) => async () => {
    await import('../empty.mjs'); // what the first import of a process costs is not theirs
    const url = await sink();
    return () => measured(() => start(url));
  };
  return {
    name: `everything on, ${name}`,
    unit,
    once: true,
    fresh: true,
    rounds: 15,
    mostOf,
    gate: 0.8,
    why: 'importing takes two thirds of it: 26 ms OpenTelemetry’s API and pino, the rest about 30 files of ours, a millisecond each',
    peers: {
      sightline: peer(sightline),
      'opentelemetry sdk-node': peer(opentelemetry),
      'prom-client and pino': peer(promClientAndPino),
    },
  };
}

async function sightline(/** @type {string} */ url) {
  const { createObservability } = await import('@sightline/sdk');
  const obs = createObservability({
    serviceName: 'bench',
    backend: 'otel',
    otel: { url: `${url}/v1/metrics` },
    tracing: { url: `${url}/v1/traces` },
    logger: { destination: { write() {} } },
    signals: false,
    env: {},
  });
  await obs.ready;
}

async function opentelemetry(/** @type {string} */ url) {
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
  const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-proto');
  const { PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
  const sdk = new NodeSDK({
    serviceName: 'bench',
    traceExporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }),
    metricReaders: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }) }),
    ],
  });
  sdk.start();
}

/** Without spans. */
async function promClientAndPino() {
  const { default: prom } = await import('prom-client');
  prom.collectDefaultMetrics();
  const { default: pino } = await import('pino');
  pino({ write() {} });
}

async function sink() {
  const server = createServer((request, response) => request.resume().on('end', () => response.end())).listen(0);
  server.unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}
