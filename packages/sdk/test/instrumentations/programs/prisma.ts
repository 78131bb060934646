import { type Context, context, trace } from '@opentelemetry/api';
import { PrismaInstrumentation } from '@prisma/instrumentation';
import { program } from './program.js';

/** What Prisma's client calls. */
interface Helper {
  getTraceParent(context?: Context): string;
  dispatchEngineSpans(spans: readonly object[], events: readonly object[], emitLogEvent: (event: object) => void): void;
  runInChildSpan<T>(options: string | object, callback: (span?: unknown, context?: Context) => T): T;
}

program(async () => {
  if (process.env['IS_INSTRUMENTED'] !== 'true') {
    const instrumentation = new PrismaInstrumentation();
    instrumentation.setTracerProvider(trace.getTracerProvider());
    instrumentation.enable();
  }
  const { helper } = Reflect.get(globalThis, 'PRISMA_INSTRUMENTATION') as { helper: Helper };
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    const { traceId, spanId } = span.spanContext();
    const [version, ofTrace, ofSpan, flags] = helper.getTraceParent(context.active()).split('-');
    if (version !== '00' || ofTrace !== traceId || ofSpan !== spanId || !/^0[13]$/.test(flags ?? ''))
      throw new Error(`not the active span: ${helper.getTraceParent()}`);
    const options = {
      name: 'operation',
      attributes: { method: 'findMany', model: 'Order' },
      middleware: false,
      internal: false,
    };
    await helper.runInChildSpan(options, async () => {
      await helper.runInChildSpan({ name: 'serialize', active: false }, async () => {});
      const start = Math.floor(Date.now() / 1000);
      const at = (nanos: number) => [start, nanos];
      const engine = (id: string, parentId: string | null, more: object) => ({
        id,
        parentId,
        name: `prisma:engine:${id}`,
        kind: 'internal',
        startTime: at(1000),
        endTime: at(2000),
        ...more,
      });
      helper.dispatchEngineSpans(
        [
          engine('query', null, {}),
          engine('connection', 'query', { attributes: { 'db.system': 'postgresql' }, links: ['query'] }),
          engine('db_query', 'query', { kind: 'client', attributes: { 'db.statement': 'SELECT 1', n: 1 } }),
        ],
        [{ spanId: 'db_query', level: 'error', timestamp: at(1500), attributes: { message: 'no such table' } }],
        () => {},
      );
    });
    await helper
      .runInChildSpan('failing', async () => {
        throw new Error('no such model');
      })
      .catch(() => {});
    span.end();
  });
});
