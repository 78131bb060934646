import type { SpanRow, TraceAnswer } from '@sightline/live';
import { expect, test } from 'vitest';
import { drawTrace } from '../src/draw-trace.js';

const span = (over: Partial<SpanRow>): SpanRow => ({
  spanId: 's1',
  parentSpanId: null,
  isParentMissing: false,
  depth: 0,
  service: 'orders',
  name: 'a',
  kind: 'internal',
  startMs: 0,
  offsetMs: 0,
  durationMs: 1,
  correctedMs: 0,
  status: 'unset',
  statusMessage: null,
  isCritical: false,
  scope: 'shop',
  attributes: {},
  events: [],
  links: [],
  leftOut: 0,
  ...over,
});

const trace = (...spans: SpanRow[]): TraceAnswer => ({
  traceId: 't1',
  startMs: 0,
  durationMs: 1,
  services: [...new Set(spans.map(({ service }) => service))],
  errors: 0,
  spans,
  logLines: [],
  moreLogLines: 0,
  messages: [],
  moreSpans: 0,
});

test('a trace is drawn as a tree with service, kind, duration, error and links', () => {
  const text = drawTrace(
    trace(
      span({}),
      span({
        spanId: 's2',
        depth: 1,
        name: 'b',
        links: [{ traceId: 't1', spanId: 's4', attributes: {}, isKept: true }],
      }),
      span({ spanId: 's3', depth: 2, name: 'c', service: 'stock', status: 'error', statusMessage: 'no tea' }),
      span({ spanId: 's4', depth: 1, name: 'd', kind: 'consumer', durationMs: 12.34 }),
    ),
  );
  expect(text).toBe(`Trace t1: 4 spans of 2 services
orders  a        internal     1.0 ms
orders  ├─ b     internal     1.0 ms  -> d
stock   │  └─ c  internal     1.0 ms  ERROR no tea
orders  └─ d     consumer    12.3 ms`);
});

test('a span without its parent is shown, and marked', () => {
  const text = drawTrace(trace(span({}), span({ spanId: 's9', name: 'orphan', isParentMissing: true })));
  expect(text).toContain('orphan  internal     1.0 ms  (its parent is missing)');
});
