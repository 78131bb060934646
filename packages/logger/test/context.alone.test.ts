import { readFileSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { context as otel, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { bindContext, runWithContext } from '@sightline/context';
import type { LayoutName } from '@sightline/logger';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lines } from './lines.js';

beforeAll(() => {
  otel.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  otel.disable();
  propagation.disable();
});

const isStructured = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../structured.schema.json', import.meta.url), 'utf8')),
);

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const layouts: readonly LayoutName[] = ['pino', 'structured', 'ecs'];

/** What stands on the line, wherever the layout puts it. */
function ids(line: Record<string, unknown>): unknown {
  const { metadata = {}, context = {} } = line as Record<string, Record<string, unknown>>;
  return {
    trace: line['trace_id'] ?? line['trace.id'] ?? metadata['trace_id'],
    span: line['span_id'] ?? line['span.id'] ?? metadata['span_id'],
    correlation: line['correlation_id'] ?? context['correlation_id'] ?? metadata['correlation_id'],
    request: line['request_id'] ?? line['http.request.id'] ?? context['request_id'],
  };
}

describe.each(layouts)('%s', (layout) => {
  test('a request logs its ids on every line of its asynchronous work', async () => {
    const { log, all } = lines({ layout, name: 'shop' });
    const child = log.child({ part: 'child' });

    await runWithContext({ request_id: 'r-1', correlation_id: 'c-1' }, () =>
      otel.with(trace.setSpanContext(ROOT_CONTEXT, span), async () => {
        log.info('begin');
        await delay(1);
        child.info('after a timer');
        await Promise.resolve().then(() => log.info('in a chain'));
        await pipeline(
          Readable.from(['a', 'b']),
          new Transform({
            objectMode: true,
            transform(chunk, _, done) {
              log.info({ chunk }, 'in a stream');
              done(null, chunk);
            },
          }),
          async function* (source) {
            for await (const _ of source) log.info('in a consumer');
            yield '';
          },
        );
        await new Promise<void>((resolve) =>
          setImmediate(() => {
            child.info('in an immediate');
            resolve();
          }),
        );
        await new Promise<void>((resolve) =>
          queueMicrotask(() => {
            log.info('in a microtask');
            resolve();
          }),
        );
        // Events of a port or worker belong to the code that emits them, so a listener is bound.
        const { port1, port2 } = new MessageChannel();
        await new Promise<void>((resolve) => {
          port2.once(
            'message',
            otel.bind(
              otel.active(),
              bindContext(() => {
                log.info('in a message');
                resolve();
              }),
            ),
          );
          port1.postMessage('x');
        });
        port1.close();
        const worker = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true });
        await new Promise<void>((resolve) => {
          worker.once(
            'message',
            otel.bind(
              otel.active(),
              bindContext(() => {
                child.info('from a worker');
                resolve();
              }),
            ),
          );
        });
        await worker.terminate();
      }),
    );
    log.info('outside');

    const inside = all().slice(0, -1);
    expect(inside.length).toBeGreaterThanOrEqual(11);
    for (const line of inside) {
      expect(ids(line)).toEqual({ trace: span.traceId, span: span.spanId, correlation: 'c-1', request: 'r-1' });
    }
    expect(ids(all().at(-1) ?? {})).toEqual({});
    if (layout === 'structured')
      for (const line of all()) expect(isStructured(line), JSON.stringify(isStructured.errors)).toBe(true);
  });

  test('requests that take turns keep apart', async () => {
    const { log, all } = lines({ layout });
    await Promise.all(
      Array.from({ length: 600 }, (_, i) =>
        runWithContext({ request_id: `r-${i}`, correlation_id: `c-${i % 7}` }, async () => {
          for (let n = 0; n < 3; n++) {
            log.info({ expected: `r-${i}` }, 'turn');
            await Promise.resolve();
          }
        }),
      ),
    );
    for (const line of all()) {
      const expected = line['expected'] ?? (line['context'] as Record<string, unknown>)['expected'];
      expect((ids(line) as { request: string }).request).toBe(expected);
    }
    expect(all()).toHaveLength(1800);
  });
});

test('the structured layout is the one of the requirements, key by key', () => {
  const { log, text, last } = lines({ layout: 'structured', name: 'collector.ws' });
  runWithContext({ request_id: 'r', user_id: 'u', run_id: 'n', correlation_id: 'c' }, () =>
    otel.with(trace.setSpanContext(ROOT_CONTEXT, span), () => {
      const error = new Error('late', { cause: new Error('why') });
      log.error({ stream: 'md:ticker', duration_ms: 12, err: error }, 'publish failed');
    }),
  );
  const line = last();
  expect(Object.keys(line)).toEqual([
    'timestamp',
    'level',
    'logger',
    'message',
    'context',
    'metadata',
    'error',
    'performance',
  ]);
  expect(Object.keys(line['context'] as object)).toEqual(['request_id', 'user_id', 'run_id', 'stream']);
  expect(Object.keys(line['metadata'] as object)).toEqual([
    'hostname',
    'process_id',
    'thread_id',
    'correlation_id',
    'trace_id',
    'span_id',
    'trace_flags',
  ]);
  expect(Object.keys(line['error'] as object)).toEqual(['type', 'message', 'stack', 'cause']);
  expect(Object.keys(line['performance'] as object)).toEqual(['cpu_percent', 'memory_mb', 'duration_ms']);
  expect(text()).toMatch(
    /^\{"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"ERROR","logger":"collector.ws","message":"publish failed","context":\{/,
  );
});

test.each([
  ['whose keys differ', {}],
  ['of which logger and context have the same key', { request_id: 'logger' }],
])('the pino layout keeps its order of keys with fields %s', (_what, same) => {
  const { log, last } = lines({ layout: 'pino', name: 'shop', context: { bound: 1, ...same } });
  runWithContext({ request_id: 'r', user_id: 'u', correlation_id: 'c' }, () =>
    otel.with(trace.setSpanContext(ROOT_CONTEXT, span), () =>
      log.error({ stream: 'md', duration_ms: 12, err: new Error('late') }, 'failed'),
    ),
  );
  const keys = Object.keys(last());
  const ids = ['trace_id', 'span_id', 'trace_flags'];
  const own = ['level', 'time', 'pid', 'hostname', 'name', ...ids, 'user_id', 'correlation_id', 'bound'];
  expect(keys.filter((key) => key !== 'request_id')).toEqual([...own, 'stream', 'err', 'duration_ms', 'msg']);
});

test('a call’s own fields win over those of logger and context', () => {
  const { log, last } = lines({ layout: 'structured', context: { a: 'logger', request_id: 'logger' } });
  runWithContext({ request_id: 'context', user_id: 'context' }, () => log.info({ a: 'call', user_id: 'call' }, 'm'));
  expect(last()['context']).toEqual({ request_id: 'logger', a: 'call', user_id: 'call' });
});

test('ids that are none are left out', () => {
  const { log, last } = lines();
  for (const wrong of [
    { traceId: '0'.repeat(32) },
    { traceId: 'x"},{"' },
    { spanId: '0'.repeat(16) },
    { spanId: 'B7AD6B7169203331' },
  ]) {
    otel.with(trace.setSpanContext(ROOT_CONTEXT, { ...span, ...wrong }), () => log.info('m'));
    expect(last()).not.toHaveProperty('trace_id');
  }
});

test('the ecs layout keeps the schema’s fields at the top and others in context', () => {
  const { log, last } = lines({
    layout: 'ecs',
    name: 'n',
    service: { name: 'shop', version: '1', environment: 'test' },
  });
  runWithContext({ request_id: 'r', user_id: 'u', correlation_id: 'c' }, () =>
    otel.with(trace.setSpanContext(ROOT_CONTEXT, span), () =>
      log.error(
        {
          http: { request: { method: 'GET' } },
          'url.path': '/a',
          host: 'mine',
          event: 'text',
          duration_ms: 1.5,
          err: new Error('e'),
        },
        'm',
      ),
    ),
  );
  expect(Object.keys(last()).slice(0, 4)).toEqual(['@timestamp', 'log.level', 'message', 'ecs.version']);
  expect(last()).toMatchObject({
    'log.logger': 'n',
    'service.name': 'shop',
    'service.version': '1',
    'service.environment': 'test',
    'trace.id': span.traceId,
    'span.id': span.spanId,
    'http.request.id': 'r',
    'user.id': 'u',
    http: { request: { method: 'GET' } },
    'url.path': '/a',
    'event.duration': 1_500_000,
    'error.type': 'Error',
    'error.message': 'e',
    'error.stack_trace': expect.stringContaining('Error: e'),
    context: { correlation_id: 'c', host: 'mine', event: 'text' },
  });
});

test('performance is on a line that asks for it, or on all', () => {
  const { log, last } = lines({ layout: 'structured' });
  log.info({ performance: true }, 'm');
  expect(Object.keys(last()['performance'] as object)).toEqual(['cpu_percent', 'memory_mb']);
  log.info({ duration_ms: 'slow', performance: 'good' }, 'm');
  expect(last()).not.toHaveProperty('performance');
  const always = lines({ performance: true });
  always.log.info('m');
  expect(always.last()['performance']).toMatchObject({
    cpu_percent: expect.any(Number),
    memory_mb: expect.any(Number),
  });
});
