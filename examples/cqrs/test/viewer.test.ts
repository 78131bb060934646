import { SpanKind } from '@opentelemetry/api';
import { createObservability } from '@sightline/sdk';
import { expect, test } from 'vitest';
import { drawTraces } from '../src/viewer/draw-traces.js';
import type { ReceivedSpan } from '../src/viewer/received-span.js';
import { startSpanReceiver } from '../src/viewer/span-receiver.js';

const span = (over: Partial<ReceivedSpan>): ReceivedSpan => ({
  service: 'orders',
  traceId: 't1',
  spanId: 's1',
  parentSpanId: undefined,
  name: 'a',
  kind: 'internal',
  start: 0n,
  durationMs: 1,
  isError: false,
  message: undefined,
  links: [],
  ...over,
});

test('a trace is drawn as a tree with service, kind, duration, error and links', () => {
  const text = drawTraces([
    span({
      spanId: 's3',
      parentSpanId: 's2',
      name: 'c',
      service: 'stock',
      start: 3n,
      isError: true,
      message: 'no tea',
    }),
    span({ spanId: 's4', parentSpanId: 's1', name: 'd', start: 4n, kind: 'consumer', durationMs: 12.34 }),
    span({ spanId: 's2', parentSpanId: 's1', name: 'b', start: 2n, links: [{ traceId: 't1', spanId: 's4' }] }),
    span({ start: 1n }),
  ]);
  expect(text).toBe(`Trace t1: 4 spans of 2 services
orders  a        internal     1.0 ms
orders  ├─ b     internal     1.0 ms  -> d
stock   │  └─ c  internal     1.0 ms  ERROR no tea
orders  └─ d     consumer    12.3 ms`);
});

test('a span without its parent is shown, and marked', () => {
  const text = drawTraces([span({}), span({ traceId: 't2', spanId: 's9', parentSpanId: 'gone', name: 'orphan' })]);
  expect(text).toContain('Trace t2: 1 spans');
  expect(text).toContain('orphan  internal     1.0 ms  (its parent is missing)');
});

test('the receiver takes what services send', async () => {
  const receiver = await startSpanReceiver();
  const obs = createObservability({
    serviceName: 'tests',
    backend: 'none',
    signals: false,
    tracing: { isGlobal: false, url: receiver.url, protocol: 'http/json' },
    env: {},
  });
  obs.spans.span('work', { kind: SpanKind.CONSUMER }, () => {});
  await obs.shutdown();
  const nonsense = await fetch(receiver.url, { method: 'POST', body: 'no JSON' });
  expect(nonsense.status).toBe(400);
  await receiver.shutdown();
  expect(receiver.spans).toMatchObject([{ service: 'tests', name: 'work', kind: 'consumer', parentSpanId: undefined }]);
});
