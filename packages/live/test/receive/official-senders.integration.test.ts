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
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { systemClock } from '@sightline/base';
import { afterEach, expect, test } from 'vitest';
import type {
  LogsAnswer,
  MetricHistoryAnswer,
  MetricsAnswer,
  ServicesAnswer,
  TraceAnswer,
  TracesAnswer,
} from '../../src/model/answers.js';
import type { LiveHost } from '../../src/model/host.js';
import { createLiveApi } from '../../src/queries/index.js';
import { type OtlpReceiver, openOtlpGrpc, openOtlpHttp } from '../../src/receive/index.js';
import { createLiveStore, viewerLimits } from '../../src/store/index.js';
import { fakeBroadcaster } from '../store/fake-broadcaster.js';

const open: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.shutdown({ timeoutMs: 100 });
});

// The enum is of a package that is no dependency here.
const gzip = 'gzip' as NonNullable<NonNullable<ConstructorParameters<typeof ProtobufTraces>[0]>['compression']>;

const senders = {
  'http/protobuf': (url: string) => ({
    traces: new ProtobufTraces({ url: `${url}/v1/traces` }),
    metrics: new ProtobufMetrics({ url: `${url}/v1/metrics` }),
    logs: new ProtobufLogs({ url: `${url}/v1/logs` }),
  }),
  'http/protobuf, gzip': (url: string) => ({
    traces: new ProtobufTraces({ url: `${url}/v1/traces`, compression: gzip }),
    metrics: new ProtobufMetrics({ url: `${url}/v1/metrics`, compression: gzip }),
    logs: new ProtobufLogs({ url: `${url}/v1/logs`, compression: gzip }),
  }),
  'http/json': (url: string) => ({
    traces: new JsonTraces({ url: `${url}/v1/traces` }),
    metrics: new JsonMetrics({ url: `${url}/v1/metrics` }),
    logs: new JsonLogs({ url: `${url}/v1/logs` }),
  }),
  grpc: (url: string) => ({
    traces: new GrpcTraces({ url }),
    metrics: new GrpcMetrics({ url }),
    logs: new GrpcLogs({ url }),
  }),
  'grpc, gzip': (url: string) => ({
    traces: new GrpcTraces({ url, compression: gzip }),
    metrics: new GrpcMetrics({ url, compression: gzip }),
    logs: new GrpcLogs({ url, compression: gzip }),
  }),
};

test.each(Object.keys(senders) as Array<keyof typeof senders>)(
  'the exporters of OpenTelemetry over %s',
  async (protocol) => {
    const broadcaster = fakeBroadcaster();
    const store = createLiveStore({ limits: viewerLimits, broadcaster, clock: systemClock });
    const api = createLiveApi({ store, broadcaster, host: {} as LiveHost, clock: systemClock });
    const get = <T>(path: string, query = ''): T => api.get(path, new URLSearchParams(query)) as T;
    const receiver = await (protocol.startsWith('grpc') ? openOtlpGrpc : openOtlpHttp)({
      port: 0,
      intake: store.intake,
    });
    open.push(receiver);
    const exporters = senders[protocol](receiver.address.url);
    const resource = resourceFromAttributes({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'telemetry.sdk.language': 'nodejs',
    });

    const tracers = new TracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor({ exporter: exporters.traces })],
    });
    const tracer = tracers.getTracer('http');
    const root = tracer.startSpan('GET /orders', {
      kind: SpanKind.SERVER,
      attributes: { 'http.route': '/orders', n: 2 ** 40, ratio: 0.5 },
    });
    const child = tracer.startSpan('SELECT', { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, root));
    child.recordException(new TypeError('No rows.'));
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'No rows.' });
    child.end();
    root.end();
    await tracers.forceFlush();

    const reader = new PeriodicExportingMetricReader({ exporter: exporters.metrics, exportIntervalMillis: 3_600_000 });
    const meters = new MeterProvider({
      resource,
      readers: [reader],
      views: [{ instrumentName: 'sizes', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    });
    const meter = meters.getMeter('app');
    meter.createCounter('requests', { unit: '{request}', description: 'Requests.' }).add(3, { method: 'GET' });
    meter.createUpDownCounter('queued').add(-2);
    meter.createHistogram('took', { unit: 's' }).record(0.25);
    meter.createHistogram('sizes', { unit: 'By' }).record(1000);
    meter.createObservableGauge('depth').addCallback((result) => result.observe(1.5));
    await meters.forceFlush();

    const logs = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: exporters.logs })],
    });
    const logger = logs.getLogger('app');
    logger.emit({ severityNumber: 17, body: 'It failed.', attributes: { order: 7 } });
    logger.emit({
      eventName: 'OrderPlaced',
      body: { order: 7 },
      attributes: { 'sightline.topic': 'events', 'messaging.message.id': 'm-1' },
    });
    await logs.forceFlush();

    const { traces } = get<TracesAnswer>('traces');
    expect(traces).toEqual([
      expect.objectContaining({ name: 'GET /orders', service: 'shop', spans: 2, errors: 1, isRootMissing: false }),
    ]);
    const { spans } = get<TraceAnswer>(`traces/${root.spanContext().traceId}`);
    expect(spans[0]).toMatchObject({
      kind: 'server',
      scope: 'http',
      attributes: { 'http.route': '/orders', n: 2 ** 40, ratio: 0.5 },
    });
    expect(spans[1]).toMatchObject({ name: 'SELECT', depth: 1, status: 'error', statusMessage: 'No rows.' });
    expect(spans[1]?.events[0]).toMatchObject({ name: 'exception', attributes: { 'exception.type': 'TypeError' } });
    const rows = get<MetricsAnswer>('metrics').metrics;
    expect(rows.map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['depth', 'gauge', null],
      ['queued', 'gauge', null],
      ['requests', 'counter', 'request'],
      ['sizes', 'histogram', 'bytes'],
      ['took', 'histogram', 'seconds'],
    ]);
    const current = (name: string): unknown =>
      get<MetricHistoryAnswer>('metrics/history', `name=${name}`).series[0]?.current;
    expect(rows.map(({ name }) => current(name))).toEqual([1.5, -2, 3, 1, 1]);
    expect(get<LogsAnswer>('logs').lines).toEqual([
      expect.objectContaining({ message: 'It failed.', level: 'error', logger: 'app', attributes: { order: 7 } }),
    ]);
    expect(broadcaster.published).toEqual([
      expect.objectContaining({
        topic: 'events',
        type: 'OrderPlaced',
        payload: { order: 7 },
        messageId: 'm-1',
        source: 'shop',
      }),
    ]);
    expect(get<ServicesAnswer>('services').services).toEqual([
      expect.objectContaining({
        name: 'shop',
        version: '1.2.3',
        language: 'nodejs',
        spans: 2,
        logLines: 1,
        messages: 1,
        metrics: 5,
      }),
    ]);
    expect(receiver.losses().filter(({ lost }) => lost > 0)).toEqual([]);
    await Promise.all([tracers.shutdown(), meters.shutdown(), logs.shutdown()]);
  },
);
