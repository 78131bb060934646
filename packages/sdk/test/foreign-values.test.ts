import { propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { contextRunner, runWithContext } from '@sightline/context';
import { createMetrics } from '@sightline/core';
import { createLogger } from '@sightline/logger';
import { createTestSpans } from '@sightline/testing/spans';
import * as spansDoor from '@sightline/tracing';
import * as messagesDoor from '@sightline/tracing/messages';
import * as propagationDoor from '@sightline/tracing/propagation';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { cpuTime } from '../../../scripts/cpu-time.js';
import { foreignValues } from './fixtures/foreign-values.js';

const tracing = { ...spansDoor, ...messagesDoor, ...propagationDoor };

const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
afterAll(() => warn.mockRestore());

// Callers without types may give anything for anything.
type Any = never;

const quiet = { info() {}, warn() {}, error() {} };
const { spans } = createTestSpans();
const metrics = createMetrics({ log: quiet });
const messages = new tracing.MessagePropagator({ source: 'shop', metrics, contextFields: ['user_id'] });
const message = { type: 'event', name: 'OrderPlaced', payload: {} } as const;
const envelope = messages.wrap(message);
const inSpan = (use: (span: Span) => void): void => spans.span('work', use);
const traced = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
const written: string[] = [];
const log = createLogger({ env: {}, destination: { write: (line: string) => written.push(line) } });
const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
const depth = metrics.gauge('depth', { help: 'Depth.', labelNames: ['queue'] });
const seconds = metrics.histogram('wait_seconds', { help: 'Wait.', labelNames: ['queue'] });

const uses: Readonly<Record<string, (value: Any) => unknown>> = {
  'the name of a span': (value) => spans.span(value, () => {}),
  'options of a span': (value) => typeof value !== 'function' && spans.span('work', value, () => {}),
  'members of options of a span': (value) =>
    spans.span(
      'work',
      { attributes: value, links: value, kind: value, root: value, startTime: value, redact: value },
      () => {},
    ),
  'attributes of a span': (value) => spans.span('work', { attributes: { a: value, b: [value] as Any } }, () => {}),
  'attributes made later': (value) => spans.span('work', { attributes: () => value }, () => {}),
  'links of a span': (value) =>
    spans.span(
      'work',
      { links: [value, { context: value }, { context: { traceId: value, spanId: value } } as Any] },
      () => {},
    ),
  setAttribute: (value) => inSpan((span) => span.setAttribute('a', value).setAttribute(value, 1).setAttributes(value)),
  addEvent: (value) => inSpan((span) => span.addEvent(value).addEvent('e', value).addEvent('e', { a: value }, value)),
  addLink: (value) => inSpan((span) => span.addLink(value).addLinks(value).addLinks([value])),
  setStatus: (value) => inSpan((span) => span.setStatus(value).setStatus({ code: 2, message: value })),
  recordException: (value) => inSpan((span) => span.recordException(value, value)),
  'what a span gives back': (value) => void spans.span('work', () => value),
  'parts of an HTTP span': (value) =>
    spans.http('GET', { route: value, url: value, serverAddress: value, userAgent: value }, () => {}),
  'parts of a database span': (value) =>
    spans.db('SELECT', { collection: value, namespace: value, summary: value, queryText: value }, () => {}),
  'parts of a message span': (value) =>
    spans.message('send', { destination: value, destinationTemplate: value, system: value }, () => {}),
  runWithContext: (value) => runWithContext(value, () => {}),
  'fields of runWithContext': (value) =>
    runWithContext({ user_id: value, request_id: value, tenant: value } as Any, () => {}),
  contextRunner: (value) => contextRunner(value)(() => {}),
  'a message that is opened': (value) => messages.open(value),
  'a message that is handled': (value) => messages.handle(value, () => {}),
  'messages that are handled': (value) => messages.handleBatch(value, () => {}),
  'one of the messages that are handled': (value) => messages.handleBatch([value, envelope], () => {}),
  'options of handle': (value) => messages.handle(envelope, () => {}, value),
  'members of options of handle': (value) =>
    messages.handle(envelope, () => {}, {
      context: value,
      attributes: value,
      destination: value,
      operation: value,
      relation: value,
      root: value,
    }),
  'options of handleBatch': (value) => messages.handleBatch([envelope], () => {}, value),
  'fields of an envelope': (value) =>
    messages.handle(
      { ...envelope, id: value, name: value, timestamp: value, trace: value, context: value, payload: value },
      () => {},
    ),
  'fields of the trace of an envelope': (value) =>
    messages.handle(
      { ...envelope, trace: { traceparent: value, baggage: value }, context: { user_id: value } },
      () => {},
    ),
  'fields of a message that is sent': (value) =>
    messages.wrap({ ...message, id: value, correlation_id: value, causation_id: value, trace: value, name: value }),
  'options of wrap': (value) => messages.wrap(message, value),
  'options of send': (value) => messages.send(message, () => {}, value),
  extractCloudEvent: (value) => tracing.extractCloudEvent(value),
  'parts of a cloud event': (value) => tracing.extractCloudEvent({ headers: value, event: value }),
  'fields of a cloud event': (value) =>
    tracing.extractCloudEvent({ headers: { traceparent: value }, event: { traceparent: value } }),
  'options of extractCloudEvent': (value) => tracing.extractCloudEvent({ event: {} }, value),
  'the context of extractCloudEvent': (value) =>
    tracing.extractCloudEvent({ event: {} }, { context: value, propagator: value }),
  'members of a baggage': (value) =>
    tracing.baggagePropagator.inject(
      propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: value, b: { value, metadata: value } })),
      {},
      tracing.mapCarrier,
    ),
  'a baggage': (value) =>
    tracing.baggagePropagator.inject(propagation.setBaggage(ROOT_CONTEXT, value), {}, tracing.mapCarrier),
  'a span context': (value) =>
    tracing.w3cPropagator.inject(
      trace.setSpanContext(ROOT_CONTEXT, { traceId: value, spanId: value, traceFlags: value, traceState: value }),
      {},
      tracing.mapCarrier,
    ),
  'what a getter gives': (value) =>
    tracing.w3cPropagator.extract(ROOT_CONTEXT, {}, { get: () => value, keys: () => value }),
  'fields of a line': (value) => log.info(value as object, 'm'),
  'a field of a line': (value) => log.info({ a: value, b: [value], m: new Map([[value, value]]) }, 'm'),
  'the error of a line': (value) => log.error({ err: value }, 'm'),
  'parts of an error': (value) =>
    log.error(Object.assign(new Error('e', { cause: value }), { errors: value, own: value }), 'm'),
  'what fills a message': (value) =>
    (log.info as (...args: unknown[]) => void)('%s %d %i %j %o', value, value, value, value, value),
  'fields of a child': (value) => value !== null && value !== undefined && log.child(value).info('m'),
  'a field of a child': (value) => log.child({ a: value, name: value, err: value }).info('m'),
  isLevelEnabled: (value) => log.isLevelEnabled(value),
  labels: (value) => [
    jobs.inc(value),
    depth.set(value, 1),
    seconds.observe(value, 1),
    jobs.labels(value).inc(),
    jobs.remove(value),
  ],
  'a label': (value) => [
    jobs.inc({ queue: value }),
    depth.set({ queue: value }, 1),
    seconds.startTimer({ queue: value })(),
  ],
  'a value': (value) => [
    jobs.inc({ queue: 'a' }, value),
    depth.set({ queue: 'a' }, value),
    seconds.observe({ queue: 'a' }, value),
  ],
};

describe.each(Object.entries(uses))('as %s', (_, use) => {
  test.each(Object.entries(foreignValues))('%s neither throws nor takes long', async (_name, value) => {
    expect(await cpuTime(() => void use(value as Any))).toBeLessThan(5000);
  });
});

const carriers = Object.entries(tracing).filter(([name]) => name.endsWith('Carrier')) as unknown as Array<
  [string, propagationDoor.CarrierAdapter<unknown>]
>;

const places: ReadonlyArray<(value: unknown) => unknown> = [
  (value) => value,
  (value) => ({ traceparent: value, tracestate: value, baggage: value, b3: value }),
  (value) => ({ headers: value, properties: value, trace: value }),
  (value) => ({
    headers: { traceparent: value },
    properties: { headers: value, userProperties: { traceparent: value } },
  }),
  (value) => ({ headers: [value, { traceparent: value }] }),
  (value) => ['traceparent', value, value, 'x'],
];

test('finds all carriers', () => expect(carriers.length).toBeGreaterThan(8));

describe.each(carriers)('%s', (_, carrier) => {
  test.each(Object.entries(foreignValues))(
    'reads and writes %s without throwing or taking long',
    async (_name, value) => {
      const propagator = tracing.compositePropagator([
        tracing.w3cPropagator,
        tracing.baggagePropagator,
        tracing.b3Propagator(),
      ]);
      const ms = await cpuTime(() => {
        for (const place of places) {
          tracing.extractContext(carrier, place(value), { propagator });
          tracing.injectContext(carrier, place(value), { propagator, context: traced });
        }
        tracing.extractContext(carrier, {}, value as Any);
        tracing.injectContext(carrier, {}, value as Any);
        tracing.extractContext(carrier, {}, { context: value as Any, propagator: value as Any });
      });
      expect(ms).toBeLessThan(5000);
    },
  );
});
