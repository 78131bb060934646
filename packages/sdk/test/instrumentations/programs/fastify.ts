import { FastifyOtelInstrumentation } from '@fastify/otel';
import { trace } from '@opentelemetry/api';
import { fastify } from 'fastify';
import { program } from './program.js';
import { requested } from './requested.js';

program(async () => {
  const app = fastify({ forceCloseConnections: true });
  if (process.env['IS_INSTRUMENTED'] !== 'true') {
    const instrumentation = new FastifyOtelInstrumentation();
    instrumentation.setTracerProvider(trace.getTracerProvider());
    await app.register(instrumentation.plugin());
  }
  app.addHook('onRequest', async () => {});
  app.get('/orders/:id', { preHandler: async function checked() {} }, async function find(request) {
    trace.getTracer('shop').startActiveSpan('find', (span) => span.end());
    return request.params;
  });
  app.get('/broken', async () => {
    throw new Error('no such order');
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const path of ['/orders/17', '/broken', '/nothing']) await requested(url + path);
  await app.close();
});
