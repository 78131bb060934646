import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPythonOtel, sendFromPython } from '../../../../scripts/servers/python-otel.js';
import { openViewer, type Viewer } from '../../src/index.js';

// What one program sends by the SDK of its language is the same in the viewer, whichever way it comes.

interface Exporters {
  readonly traces: SpanExporter;
  readonly metrics: PushMetricExporter;
  readonly logs: LogRecordExporter;
}

const exporters = {
  'http/protobuf': ({ otlpHttpUrl: url }: Viewer) => ({
    traces: new ProtobufTraces({ url: `${url}/v1/traces` }),
    metrics: new ProtobufMetrics({ url: `${url}/v1/metrics` }),
    logs: new ProtobufLogs({ url: `${url}/v1/logs` }),
  }),
  'http/json': ({ otlpHttpUrl: url }: Viewer) => ({
    traces: new JsonTraces({ url: `${url}/v1/traces` }),
    metrics: new JsonMetrics({ url: `${url}/v1/metrics` }),
    logs: new JsonLogs({ url: `${url}/v1/logs` }),
  }),
  grpc: ({ otlpGrpcUrl: url }: Viewer) => ({
    traces: new GrpcTraces({ url }),
    metrics: new GrpcMetrics({ url }),
    logs: new GrpcLogs({ url }),
  }),
} satisfies Readonly<Record<string, (viewer: Viewer) => Exporters>>;

test.each(Object.keys(exporters) as Array<keyof typeof exporters>)(
  'OpenTelemetry for JavaScript, over %s',
  async (protocol) => {
    const viewer = await openedViewer();
    await sendFromJavaScript(exporters[protocol](viewer), 'shop');
    await expectTheSame(viewer, 'shop', { language: 'nodejs', logger: 'shop' });
  },
);

describe.skipIf(!hasPythonOtel)('OpenTelemetry for Python', () => {
  test.each(['http', 'grpc'] as const)('over %s', async (protocol) => {
    const viewer = await openedViewer();
    await sendFromPython(protocol, protocol === 'http' ? viewer.otlpHttpUrl : viewer.otlpGrpcUrl);
    await expectTheSame(viewer, `python-${protocol}`, {
      language: 'python',
      logger: 'opentelemetry.sdk._logs._internal',
    });
  });
});

/** The same as `scripts/servers/python-otel/send.py`. */
async function sendFromJavaScript(given: Exporters, name: string) {
  const resource = resourceFromAttributes({ 'service.name': name, 'telemetry.sdk.language': 'nodejs' });
  const traces = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: given.traces })] });
  const reader = new PeriodicExportingMetricReader({ exporter: given.metrics, exportIntervalMillis: 3_600_000 });
  const metrics = new MeterProvider({ resource, readers: [reader] });
  const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: given.logs })] });

  const meter = metrics.getMeter('shop');
  meter.createCounter('shop.orders').add(3, { product: 'tea' });
  meter.createHistogram('shop.total', { unit: 's' }).record(0.25);
  meter.createUpDownCounter('shop.open').add(-2);
  const tracer = traces.getTracer('shop');
  const order = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER, attributes: { items: 3 } });
  const charge = tracer.startSpan('charge', {}, trace.setSpan(ROOT_CONTEXT, order));
  charge.addEvent('refused', { attempt: 1 });
  charge.setStatus({ code: SpanStatusCode.ERROR, message: 'no funds' });
  const context = trace.setSpan(ROOT_CONTEXT, charge);
  logs.getLogger('shop').emit({ severityNumber: 13, severityText: 'WARN', body: 'payment refused', context });
  charge.end();
  order.end();
  for (const each of [traces, logs, metrics]) await each.shutdown();
}

async function expectTheSame(
  viewer: Viewer,
  service: string,
  { language, logger }: { readonly language: string; readonly logger: string },
): Promise<void> {
  const { services } = await viewer.get('services');
  expect(services).toEqual([
    expect.objectContaining({ name: service, language, spans: 2, logLines: 1, metrics: 3, instances: 1, restarts: 0 }),
  ]);
  const { traces } = await viewer.get('traces', { service, attribute: 'items=3', status: 'error' });
  expect(traces).toEqual([
    expect.objectContaining({ name: 'POST /orders', service, spans: 2, errors: 1, isRootMissing: false }),
  ]);
  const traceId = traces[0]?.traceId ?? '';
  const { spans, logLines } = await viewer.get(`traces/${traceId}`);
  expect(spans).toEqual([
    expect.objectContaining({
      ...{ name: 'POST /orders', kind: 'server', depth: 0, parentSpanId: null, status: 'unset', scope: 'shop' },
      attributes: { items: 3 },
    }),
    expect.objectContaining({
      ...{ name: 'charge', kind: 'internal', depth: 1, status: 'error', statusMessage: 'no funds', scope: 'shop' },
      ...{ parentSpanId: spans[0]?.spanId, isParentMissing: false, correctedMs: 0 },
      events: [{ name: 'refused', offsetMs: expect.any(Number), attributes: { attempt: 1 } }],
    }),
  ]);
  for (const { startMs, durationMs } of spans) {
    expect(Math.abs(startMs - Date.now())).toBeLessThan(60_000);
    expect(durationMs).toBeLessThan(60_000);
  }
  expect(logLines).toEqual([
    expect.objectContaining({
      ...{ message: 'payment refused', level: 'warn', service, logger, traceId, spanId: spans[1]?.spanId },
    }),
  ]);
  const metrics = await viewer.get('metrics', { service });
  expect(metrics.metrics.map(({ name, kind, unit, labelNames }) => [name, kind, unit, labelNames])).toEqual([
    ['shop.open', 'gauge', null, []],
    ['shop.orders', 'counter', null, ['product']],
    ['shop.total', 'histogram', 'seconds', []],
  ]);
  const seriesOf = async (name: string) => (await viewer.get('metrics/history', { name, last: '5m' })).series;
  expect(await seriesOf('shop.orders')).toEqual([expect.objectContaining({ labels: { product: 'tea' }, current: 3 })]);
  expect(await seriesOf('shop.open')).toEqual([expect.objectContaining({ labels: {}, current: -2 })]);
  expect(await seriesOf('shop.total')).toEqual([expect.objectContaining({ current: 1, currentSum: 0.25 })]);
  const overview = await viewer.get('overview', { service });
  expect(overview).toMatchObject({ requestsFrom: 'spans', requests: { total: 1 }, errors: { total: 0 } });
  const { losses } = await viewer.get('losses');
  expect(losses.filter(({ lost }) => lost > 0)).toEqual([]);
}

async function openedViewer(): Promise<Viewer> {
  const viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0 });
  onTestFinished(() => viewer.shutdown());
  return viewer;
}
