import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK, tracing as sdkTracing } from '@opentelemetry/sdk-node';
import { tracedEventBus } from '@sightline/cqrs';
import { tracedFetch } from '@sightline/http/client';
import { expressMiddleware } from '@sightline/http/express';
import { alwaysOff, createSpans, headSampling, parentBased, ratioSampler } from '@sightline/tracing';
import { w3cPropagator } from '@sightline/tracing/propagation';
import express from 'express';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type OtlpReceiver, otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

afterEach(() => {
  for (const api of [trace, context, propagation, metrics]) api.disable();
});

type SdkOptions = ConstructorParameters<typeof NodeSDK>[0];

/** A service's own SDK, as OpenTelemetry's documentation has it, with a collector. */
async function nodeSdk(
  options: SdkOptions = {},
): Promise<{ collector: OtlpReceiver; sdk: NodeSDK; flush(): Promise<void> }> {
  const collector = await otlpReceiver();
  onTestFinished(() => collector.stop());
  const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces` });
  const processor = new sdkTracing.BatchSpanProcessor(exporter);
  const sdk = new NodeSDK({
    serviceName: 'orders',
    spanProcessors: [processor],
    metricReaders: [],
    logRecordProcessors: [],
    ...options,
  });
  sdk.start();
  onTestFinished(() => sdk.shutdown());
  return { collector, sdk, flush: () => processor.forceFlush() };
}

function observability(options: ObservabilityOptions = {}) {
  const lines: Array<Record<string, unknown>> = [];
  const log = collectedLog();
  const obs: Observability = createObservability({
    serviceName: 'orders',
    backend: 'none',
    env: {},
    signals: false,
    log,
    tracing: { engine: 'registered' },
    logger: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
    ...options,
  });
  onTestFinished(() => obs.shutdown({ timeoutMs: 500 }));
  return { obs, lines, log };
}

async function listening(app: express.Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function tree(collector: OtlpReceiver): readonly string[] {
  const names = new Map(collector.spans.map(({ spanId, name }) => [spanId, name]));
  return collector.spans.map(({ name, parentSpanId }) => `${names.get(parentSpanId ?? '') ?? '-'} > ${name}`).sort();
}

describe('On a NodeSDK that the service runs itself', () => {
  test('spans of any code are one tree, and lines have their ids', async () => {
    const { collector, flush } = await nodeSdk();
    const { obs, lines, log } = observability();
    trace.getTracer('library').startActiveSpan('library', (span) => {
      obs.spans.command('PlaceOrder', { attributes: { password: 's3cret' } }, () => {
        obs.logger.info('placing');
        trace.getTracer('library').startSpan('insert').end();
      });
      obs.logger.info('placed');
      span.end();
    });
    await flush();
    expect(tree(collector)).toEqual(['- > library', 'command PlaceOrder > insert', 'library > command PlaceOrder']);
    expect(collector.requests[0]?.body.toString()).not.toContain('s3cret');
    const [library, command] = ['library', 'command PlaceOrder'].map((name) =>
      collector.spans.find((span) => span.name === name),
    );
    expect(lines.filter(({ msg }) => String(msg).startsWith('plac'))).toMatchObject([
      { msg: 'placing', trace_id: command?.traceId, span_id: command?.spanId },
      { msg: 'placed', trace_id: library?.traceId, span_id: library?.spanId },
    ]);
    expect(log.warnings).toEqual([]);
  });

  test('requests are spans of it: x-trace-id, headers of clients and lines share one trace', async () => {
    const { collector, flush } = await nodeSdk();
    const { obs, lines } = observability();
    const received: Array<string | undefined> = [];
    const stock = express();
    stock.get('/items/:sku', (request, response) => {
      received.push(request.get('traceparent'));
      response.json({});
    });
    const stockUrl = await listening(stock);
    const shop = express();
    shop.use(expressMiddleware(obs));
    const fetch = tracedFetch(obs);
    shop.get('/orders/:id', async (_request, response) => {
      await fetch(`${stockUrl}/items/tea`);
      obs.spans.command('PlaceOrder', () => obs.logger.info('placing'));
      response.json({});
    });
    const shopUrl = await listening(shop);
    const answer = await globalThis.fetch(`${shopUrl}/orders/17`);
    await answer.json();
    await expect.poll(() => lines.some(({ msg }) => String(msg).includes('/orders/'))).toBe(true);
    await flush();
    expect(tree(collector)).toEqual([
      '- > GET /orders/:id',
      'GET /orders/:id > GET',
      'GET /orders/:id > command PlaceOrder',
    ]);
    const traceId = answer.headers.get('x-trace-id');
    const client = collector.spans.find(({ name }) => name === 'GET');
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(received[0]).toMatch(new RegExp(`^00-${traceId}-${client?.spanId}-0[13]$`));
    expect(lines.find(({ msg }) => msg === 'placing')).toMatchObject({ trace_id: traceId });
  });

  test('the service of the guide sends one tree', async () => {
    const collector = await otlpReceiver();
    onTestFinished(() => collector.stop());
    Object.assign(process.env, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    });
    const { placeOrder, shutdown } = await import('./fixtures/own-node-sdk.js');
    expect(placeOrder('tea')).toBe('order-of-tea');
    await shutdown();
    expect(tree(collector)).toEqual(['- > POST /orders', 'POST /orders > command PlaceOrder']);
  });

  test('buses have their spans on it', async () => {
    const { collector, flush } = await nodeSdk();
    const { obs } = observability();
    const events = tracedEventBus(new EventEmitter(), { spans: obs.spans });
    events.on('OrderPlaced', function sendMail() {});
    events.emit('OrderPlaced', { id: 'o-1' });
    await flush();
    expect(tree(collector)).toEqual(['- > event OrderPlaced', 'event OrderPlaced > handle OrderPlaced']);
  });

  test('it may be started after the observability', async () => {
    const { obs } = observability();
    expect(obs.tracing.explain()).toContain('running on the registered provider, but none is registered');
    const { collector, flush } = await nodeSdk();
    obs.spans.span('late', () => {});
    await flush();
    expect(collector.spans.map(({ name }) => name)).toEqual(['late']);
    expect(obs.tracing.explain()).toMatch(/running on the registered provider \(\w*TracerProvider\)/);
  });

  test('flush sends its spans; shutdown leaves it running', async () => {
    const { collector } = await nodeSdk();
    const { obs } = observability();
    obs.spans.span('flushed', () => {});
    await obs.flush();
    expect(collector.spans.map(({ name }) => name)).toEqual(['flushed']);
    await obs.shutdown();
    expect(trace.getTracer('library').startSpan('after').isRecording()).toBe(true);
  });

  test('a flush that fails is a line, and rejects nothing', async () => {
    const failing = {
      onStart() {},
      onEnd() {},
      forceFlush: () => Promise.reject(new Error('no disk')),
      shutdown: async () => {},
    };
    await nodeSdk({ spanProcessors: [failing] });
    const { obs, log } = observability();
    expect(await obs.tracing.flush()).toEqual({ exported: 0, dropped: 0, pending: 0 });
    expect(log.warnings).toEqual(['[tracing] The registered provider failed in forceFlush: Error: no disk']);
  });

  test('its propagator reads and writes headers, which may be ours', async () => {
    await nodeSdk({ textMapPropagator: w3cPropagator });
    const { obs } = observability();
    const carrier: Record<string, string> = {};
    obs.spans.span('outgoing', (span) => {
      propagation.inject(context.active(), carrier);
      expect(carrier['traceparent']).toBe(`00-${span.spanContext().traceId}-${span.spanContext().spanId}-03`);
      const own: Record<string, string> = {};
      obs.tracing.propagator.inject(context.active(), own, {
        set: (to, key, value) => void Object.assign(to, { [key]: value }),
      });
      expect(own).toEqual(carrier);
    });
  });

  test('our samplers decide in it', async () => {
    const sampling = headSampling(parentBased(ratioSampler(0)));
    const { sampler, idGenerator } = sampling;
    const { collector, flush } = await nodeSdk({ sampler, idGenerator });
    const spans = createSpans({ headSampling: sampling });
    expect(spans.span('dropped', (span) => span.isRecording())).toBe(false);
    await flush();
    expect(collector.spans).toEqual([]);
  });

  test('options that only its own SDK can have are named', async () => {
    await nodeSdk();
    const { log } = observability({
      tracing: { engine: 'registered', samplingRules: [{ name: 'health', sampler: alwaysOff }] },
    });
    expect(log.warnings).toEqual([expect.stringContaining('the engine "registered" cannot use samplingRules')]);
  });
});

test('without tracing nothing is registered, so that a NodeSDK may be started later', async () => {
  const { obs, lines } = observability({ tracing: false });
  const { collector, flush } = await nodeSdk();
  trace.getTracer('library').startActiveSpan('library', (span) => {
    obs.logger.info('inside');
    span.end();
  });
  await flush();
  expect(collector.spans.map(({ name }) => name)).toEqual(['library']);
  expect(lines.find(({ msg }) => msg === 'inside')).toMatchObject({ trace_id: collector.spans[0]?.traceId });
});
