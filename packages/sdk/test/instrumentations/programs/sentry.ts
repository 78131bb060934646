import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as Sentry from '@sentry/node-core';
import { SentryPropagator, SentrySampler, SentrySpanProcessor } from '@sentry/opentelemetry';
import { startTracing } from '@sightline/tracing/sdk';
import { program } from './program.js';

const request = { 'http.request.method': 'GET', 'url.path': '/orders/17', 'server.address': 'shop' };
const query = { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1' };

// Sentry's recipe for a set-up of one's own: its sampler, processor, propagator and context manager, around either engine.
program(async () => {
  const sent: unknown[] = [];
  const client = Sentry.init({
    dsn: 'https://public@127.0.0.1/1',
    tracesSampleRate: 1,
    defaultIntegrations: false,
    transport: () => ({
      async send([, items]) {
        for (const [{ type }, payload] of items) sent.push([type, payload]);
        return { statusCode: 200 };
      },
      flush: async () => true,
    }),
  });
  if (client === undefined) throw new Error('Sentry has no client.');
  const shutdown = start(client);

  const tracer = trace.getTracer('shop', '1.2.3');
  const incoming = {
    'sentry-trace': '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1',
    baggage: 'sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,sentry-sample_rate=1,sentry-sampled=true',
  };
  const headers: Record<string, string> = {};
  await context.with(propagation.extract(context.active(), incoming), () =>
    tracer.startActiveSpan('GET /orders/17', { kind: SpanKind.SERVER, attributes: request }, async (span) => {
      await tracer.startActiveSpan('SELECT', { kind: SpanKind.CLIENT, attributes: query }, async (inner) => {
        inner.addEvent('row', { n: 1 });
        inner.end();
      });
      const failing = tracer.startSpan('render');
      failing.recordException(new Error('no template'));
      failing.setStatus({ code: SpanStatusCode.ERROR, message: 'no template' });
      failing.end();
      propagation.inject(context.active(), headers);
      Sentry.captureException(new Error('seen by Sentry'));
      Sentry.startSpan({ name: 'of Sentry', op: 'task' }, () => {});
      span.setAttributes({ 'http.route': '/orders/:id', 'http.response.status_code': 200 });
      span.end();
    }),
  );
  tracer.startActiveSpan('job', { root: true }, (span: Span) => span.end());

  await Sentry.flush(2000);
  await shutdown();
  const report = { headers: Object.keys(headers).sort(), sent: sent.map(seen) };
  await fetch(`${process.env['REPORT_URL']}/report`, { method: 'POST', body: JSON.stringify(report) });
});

function start(client: Sentry.NodeClient): () => Promise<unknown> {
  context.setGlobalContextManager(new Sentry.SentryContextManager());
  const sampler = new SentrySampler(client);
  const processor = new SentrySpanProcessor();
  const propagator = new SentryPropagator();
  if (process.env['ENGINE'] === 'sightline') {
    const { shutdown } = startTracing({ sampler, spanProcessors: [processor], propagators: propagator });
    return shutdown;
  }
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    sampler,
    spanProcessors: [processor, new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(propagator);
  return () => provider.shutdown();
}

interface SentrySpan {
  readonly op?: string;
  readonly description?: string;
  readonly status?: string;
  readonly origin?: string;
  readonly data?: object;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
}

interface SentryEvent {
  readonly transaction?: string;
  readonly contexts?: { readonly trace?: SentrySpan };
  readonly spans?: readonly SentrySpan[];
  readonly exception?: { readonly values?: ReadonlyArray<{ readonly value?: string }> };
}

/** What of an item is the same in every run. */
function seen(item: unknown): unknown {
  const [type, payload] = item as [string, SentryEvent];
  const { transaction, contexts, spans = [], exception } = payload;
  const root = contexts?.trace;
  const nameOf = (id: string | undefined): string | undefined =>
    id === root?.span_id
      ? 'the root'
      : (spans.find(({ span_id }) => span_id === id)?.description ?? (id && 'elsewhere'));
  const form = ({ op, status, origin, data, trace_id, parent_span_id }: SentrySpan) => ({
    op,
    status,
    origin,
    data,
    isOfTrace: trace_id === '4bf92f3577b34da6a3ce929d0e0e4736',
    parent: nameOf(parent_span_id),
  });
  return {
    type,
    transaction,
    root: root && form(root),
    spans: spans.map((span) => ({ description: span.description, ...form(span) })),
    exceptions: exception?.values?.map(({ value }) => value),
  };
}
