import { context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { type LoggerProvider, SeverityNumber } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { LogRecord } from '@sightline/logger';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loggerProvider } from '../src/logger-provider/logger-provider.js';
import { lines } from './lines.js';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

const span: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

/** As code that uses OpenTelemetry's API sees it. */
function apiOf(provider: LoggerProvider): LoggerProvider {
  return provider;
}

function collected(options: Parameters<typeof lines>[0] = {}) {
  const records: LogRecord[] = [];
  const sink = { emit: (record: LogRecord) => void records.push(record) };
  const written = lines({ level: 'trace', sink, ...options });
  const provider = loggerProvider(written.log);
  return { ...written, records, provider, logger: apiOf(provider).getLogger('checkout', '1.0.0') };
}

test('a record is a line of the logger that is named after the scope', () => {
  const { logger, last, records } = collected();
  logger.emit({
    severityNumber: SeverityNumber.WARN2,
    severityText: 'WARNING',
    body: 'card declined',
    attributes: { attempt: 2, tags: ['a'], nested: { a: 1 } },
    eventName: 'payment.failed',
    timestamp: [1_700_000_000, 500_000_000],
  });
  expect(last()).toMatchObject({
    level: 40,
    time: 1_700_000_000_500,
    name: 'checkout',
    msg: 'card declined',
    attempt: 2,
    tags: ['a'],
    nested: { a: 1 },
    'event.name': 'payment.failed',
  });
  expect(records).toMatchObject([
    { name: 'checkout', severityNumber: 13, body: 'card declined', timestampMs: 1_700_000_000_500 },
  ]);
});

test('it has the span of its own context', () => {
  const { logger, last } = collected();
  logger.emit({ body: 'x', context: trace.setSpanContext(ROOT_CONTEXT, span) });
  expect(last()).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => logger.emit({ body: 'y', context: ROOT_CONTEXT }));
  expect(last()).not.toHaveProperty('trace_id');
});

test('secrets in it are hidden', () => {
  const { logger, text } = collected();
  logger.emit({
    body: { password: 'geheim-1' },
    attributes: { authorization: 'Bearer geheim-2', card: { token: 'geheim-3' } },
  });
  expect(text()).not.toContain('geheim');
});

test.each([
  [undefined, 30],
  [0, 30],
  [SeverityNumber.TRACE, 10],
  [SeverityNumber.TRACE4, 10],
  [SeverityNumber.DEBUG, 20],
  [SeverityNumber.INFO, 30],
  [SeverityNumber.INFO4, 30],
  [SeverityNumber.WARN, 40],
  [SeverityNumber.ERROR3, 50],
  [SeverityNumber.FATAL4, 60],
  [99, 60],
  [Number.NaN, 30],
])('severity %s is level %s', (severityNumber, level) => {
  const { logger, last } = collected();
  logger.emit({ body: 'x', ...(severityNumber === undefined ? {} : { severityNumber }) });
  expect(last()).toMatchObject({ level });
});

test.each([
  [{ body: 7 }, { msg: '7' }],
  [{ body: { a: [1] } }, { body: { a: [1] } }],
  [{ body: null }, {}],
  [
    { body: 'x', exception: new TypeError('no') },
    { msg: 'x', err: { type: 'TypeError', message: 'no' } },
  ],
  [{ exception: { name: 'E', message: 'no', stack: 's' } }, { 'exception.type': 'E', 'exception.message': 'no' }],
  [{ exception: 'no' }, { 'exception.message': 'no' }],
  [{ body: 'x', timestamp: new Date(5) }, { time: 5 }],
  [{ body: 'x', timestamp: Number.NaN }, { msg: 'x' }],
  [{ body: 'x', timestamp: 'soon' }, { msg: 'x' }],
  [{ body: 'x', attributes: 7 }, { msg: 'x' }],
])('%j is written', (record, line) => {
  const { logger, last } = collected();
  logger.emit(record as never);
  expect(last()).toMatchObject(line);
});

test.each([
  null,
  undefined,
  7,
  'text',
  [],
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  ),
])('a record that is none harms nothing (%#)', (record) => {
  expect(() => collected().logger.emit(record as never)).not.toThrow();
});

test('enabled() knows the levels of the logger of that name', () => {
  const { provider, logger, all } = collected({ level: 'info', levels: { quiet: 'error' } });
  expect(logger.enabled({ severityNumber: SeverityNumber.DEBUG })).toBe(false);
  expect(logger.enabled()).toBe(true);
  const quiet = provider.getLogger('quiet');
  expect(quiet.enabled({ severityNumber: SeverityNumber.WARN })).toBe(false);
  quiet.emit({ severityNumber: SeverityNumber.WARN, body: 'no' });
  logger.emit({ severityNumber: SeverityNumber.DEBUG, body: 'no' });
  expect(all()).toEqual([]);
});

test('records of other logging libraries, which write their lines themselves, go to the sink only', () => {
  const { provider, records, text } = collected();
  const winston = provider.getLogger('@opentelemetry/instrumentation-winston');
  winston.emit({ body: 'x' });
  expect(text()).toBe('');
  expect(records).toMatchObject([{ body: 'x', name: '@opentelemetry/instrumentation-winston' }]);
  expect(winston.enabled()).toBe(true);
  expect(loggerProvider(lines().log).getLogger('@opentelemetry/instrumentation-winston').enabled()).toBe(false);
});

test('a line of its own that comes back as a record is ignored', () => {
  const back: { emit?: (record: { body: string }) => void } = {};
  const pieces: string[] = [];
  const destination = {
    write(line: string) {
      pieces.push(line);
      back.emit?.({ body: line });
    },
  };
  const { provider, log } = collected({ destination });
  const logger = provider.getLogger('any');
  back.emit = (record) => logger.emit(record);
  log.info('once');
  logger.emit({ body: 'twice' });
  expect(pieces).toHaveLength(2);
});

test('any pino logger writes them, too', () => {
  const pieces: string[] = [];
  const logger = loggerProvider(pino({ level: 'info' }, { write: (line) => void pieces.push(line) })).getLogger(
    'scope',
  );
  logger.emit({ body: 'x', severityNumber: SeverityNumber.ERROR, attributes: { a: 1 } });
  logger.emit({ body: 'x', severityNumber: SeverityNumber.DEBUG });
  expect(pieces.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, name: 'scope', a: 1, msg: 'x' }]);
});

test('loggers go on in the provider that comes after the end', async () => {
  const [first, second] = [collected(), collected()];
  await first.provider.shutdown();
  first.logger.emit({ body: 'lost' });
  first.provider.handOver({});
  first.provider.handOver(second.provider);
  first.logger.emit({ body: 'kept' });
  expect(first.all()).toEqual([]);
  expect(second.last()).toMatchObject({ msg: 'kept', name: 'checkout' });
});
