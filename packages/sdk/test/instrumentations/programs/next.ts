import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { program } from './program.js';

// What Next.js calls of the API: it asks whether there is a tracer by the name of the provider's class, and starts spans with
// options of its own among the API's (packages/next/src/server/lib/trace/tracer.ts).
program(async () => {
  const provider = trace.getTracerProvider() as unknown as { getDelegate(): object };
  if (provider.getDelegate().constructor.name === 'NoopTracerProvider')
    throw new Error('Next.js would start no spans.');
  const tracer = trace.getTracer('next.js', '0.0.1');
  const options = (spanName: string, type: string) => ({
    kind: SpanKind.SERVER,
    spanName,
    hideSpan: false,
    attributes: {
      'next.span_name': spanName,
      'next.span_type': type,
      'http.method': 'GET',
      'http.target': '/orders/17',
    },
  });
  const traced = <T>(name: string, type: string, run: (span: Span) => T): T =>
    tracer.startActiveSpan(name, options(name, type), run);

  await traced('GET /orders/17', 'BaseServer.handleRequest', async (root) => {
    if (!root.isRecording()) throw new Error('The request is not recorded.');
    traced('render route (app) /orders/[id]', 'AppRender.getBodyResult', (span) => {
      root.updateName('GET /orders/[id]').setAttributes({ 'next.route': '/orders/[id]', 'http.route': '/orders/[id]' });
      span.end();
    });
    const failing = tracer.startSpan('fetch GET https://example.com/', { kind: SpanKind.CLIENT });
    failing.setStatus({ code: SpanStatusCode.ERROR, message: 'ENOTFOUND' });
    failing.recordException(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    failing.end();
    root.setAttributes({ 'http.status_code': 200, 'next.rsc': undefined as never });
    root.end();
    if (root.isRecording()) throw new Error('An ended span records.');
  });
  tracer.startActiveSpan('revalidate', { root: true }, ROOT_CONTEXT, (span) => span.end());
});
