/** The lines of code that fill an empty page. */
export const examples = {
  metrics: `const orders = obs.metrics.counter('orders_total', { help: 'Orders placed.', labelNames: ['outcome'] });
orders.inc({ outcome: 'ok' });`,
  traces: `await obs.spans.command('PlaceOrder', async (span) => {
  span.setAttribute('order.sku', sku);
  await placeOrder(sku);
});`,
  logs: `obs.logger.info({ orderId }, 'order placed');`,
  messages: `obs.live.publish('events', { type: 'OrderPlaced', payload: { orderId, total } });`,
  database: `import { observedPool } from '@sightline/database';
const pool = observedPool(obs, new pg.Pool());`,
  runtime: `import { collectProcessMetrics } from '@sightline/system-metrics';
collectProcessMetrics(obs.metrics);`,
  requests: `import { expressMiddleware } from '@sightline/http/express';
app.use(expressMiddleware(obs));`,
} as const;

/** All of it, for a service that records nothing yet. */
export const firstLines: string = `// requests: metrics, spans and log lines of each
${examples.requests}

// metrics of the process: memory, event loop, garbage collection
${examples.runtime}

// a span of your own, and a line within it
${examples.traces}
${examples.logs}`;

/** What makes any program send to the viewer. */
export function senderCode({ http, grpc }: { http: string; grpc: string }): string {
  return `# any OpenTelemetry SDK, in any language
export OTEL_EXPORTER_OTLP_ENDPOINT=${http}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf

# or over gRPC
export OTEL_EXPORTER_OTLP_ENDPOINT=${grpc}
export OTEL_EXPORTER_OTLP_PROTOCOL=grpc`;
}
