import { runWithContext } from '@sightline/context';
import { decodeLogRecords } from '@sightline/otlp/decode';
import { MessagePropagator } from '@sightline/tracing/messages';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';

const ends: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A destination that keeps lines as objects. */
function kept() {
  const lines: Array<Readonly<Record<string, unknown>>> = [];
  return { lines, write: (line: string) => void lines.push(JSON.parse(line)) };
}

function observability(options: ObservabilityOptions = {}) {
  const output = kept();
  const { logger = {}, ...others } = options;
  const obs: Observability = createObservability({
    backend: 'none',
    env: {},
    signals: false,
    tracing: { exporter: 'none' },
    serviceName: 'orders',
    logger: logger === false || 'child' in logger ? logger : { destination: output, ...logger },
    ...others,
  });
  ends.push(() => obs.shutdown({ timeoutMs: 500 }));
  return { obs, lines: output.lines, own: () => output.lines.filter(({ name }) => name !== 'sightline') };
}

test('lines carry the service’s name, the context and the active span', async () => {
  const { obs, own } = observability();
  await runWithContext({ request_id: 'r-1' }, async () =>
    obs.spans.span('work', async (span) => {
      await new Promise((resolve) => setImmediate(resolve));
      obs.logger.info({ order: 7 }, 'placed');
      expect(own()).toMatchObject([
        {
          name: 'orders',
          msg: 'placed',
          order: 7,
          request_id: 'r-1',
          correlation_id: expect.any(String),
          trace_id: span.spanContext().traceId,
          span_id: span.spanContext().spanId,
        },
      ]);
    }),
  );
});

test('a message whose handler fails is one line with its ids, each once', async () => {
  const written: string[] = [];
  const { obs } = observability({ logger: { destination: { write: (line: string) => void written.push(line) } } });
  const messages = new MessagePropagator({ source: 'orders', logger: obs.logger, spans: obs.spans });
  const text = messages.encode({ type: 'command', name: 'PlaceOrder', id: 'm-1', correlation_id: 'c-1' });
  await expect(messages.handle(text, () => Promise.reject(new TypeError('no stock')))).rejects.toThrow();
  const line = written.find((each) => each.includes('Handling PlaceOrder failed')) ?? '';
  expect(JSON.parse(line)).toMatchObject({
    level: 50,
    message_id: 'm-1',
    correlation_id: 'c-1',
    request_id: 'm-1',
    trace_id: expect.any(String),
    err: { type: 'TypeError', message: 'no stock', stack: expect.stringContaining('no stock') },
  });
  expect(line.match(/"(message_id|correlation_id)":/g)).toHaveLength(2);
});

test('loggerFor gives a logger of its own level', () => {
  const { obs, own } = observability({ env: { LOG_LEVEL: 'warning,collector.ws=debug' } });
  obs.logger.info('not shown');
  obs.loggerFor('collector.ws').debug('shown');
  obs.loggerFor('collector.http').debug('not shown');
  expect(own().map(({ msg, name }) => [name, msg])).toEqual([['collector.ws', 'shown']]);
  expect(obs.explain()).toContain('logger.level = "warning" (environment: LOG_LEVEL)');
});

test('a wrong variable of the logger is warned about with all others', () => {
  const { lines } = observability({ env: { LOG_LEVEL: 'loud', LOG_LAYOUT: 'xml', METRICS_PORT: 'x' } });
  const warning = String(lines[0]?.['msg']);
  expect(warning).toContain('LOG_LEVEL="loud" is not');
  expect(warning).toContain('LOG_LAYOUT="xml" is not one of pino, structured, ecs, text, text-asctime');
  expect(warning).toContain('METRICS_PORT="x"');
});

test('Sightline itself reports through the logger, as "sightline"', async () => {
  const { obs, lines } = observability();
  await obs.ready;
  expect(lines).toMatchObject([
    {
      name: 'sightline',
      msg: '[sdk] Observing "orders". Metrics: recorded, but no backend takes them (METRICS_BACKEND); spans: propagated, but sent nowhere (OTEL_TRACES_EXPORTER=none); log lines: written.',
    },
  ]);
});

test('lines are counted by level and logger', () => {
  const { obs } = observability({ logsStart: false });
  obs.logger.warning('a');
  obs.loggerFor('ws').info('b');
  const family = obs.metrics.snapshot().families.find(({ name }) => name === 'log_lines_total');
  expect(family?.labelValues).toEqual(['warning', 'orders', 'info', 'ws']);
});

test('the windows of the backend log go to the same destination, unchanged', async () => {
  const { obs, lines } = observability({ backend: 'log', processMetrics: false, logsStart: false });
  obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
  await obs.flush();
  expect(lines).toMatchObject([{ level: 30, msg: 'metrics', metrics: { jobs_total: 3 } }]);
  expect(lines[0]).not.toHaveProperty('name');
});

test('a failing operation logs in its trace', async () => {
  const { obs, own } = observability();
  let traceId = '';
  await obs
    .operation('order.process', { labels: { region: 'eu' } }, async (span) => {
      traceId = span.spanContext().traceId;
      throw new RangeError('sold out');
    })
    .catch(() => {});
  expect(own()).toMatchObject([
    { msg: 'order.process failed', region: 'eu', trace_id: traceId, err: { type: 'RangeError', message: 'sold out' } },
  ]);
});

describe('The service’s own logger', () => {
  test('is taken as it is', () => {
    const output = kept();
    const { obs } = observability({ logger: pino({ base: null }, output), logsStart: false });
    obs.logger.info('mine');
    obs.loggerFor('ws').info('named');
    expect(output.lines).toMatchObject([{ msg: 'mine' }, { msg: 'named', name: 'ws' }]);
  });

  test('is not needed: false writes no lines, and Sightline reports to the console', () => {
    const { obs } = observability({ logger: false, logsStart: false });
    expect(obs.logger.isLevelEnabled('fatal')).toBe(false);
  });
});

describe('OTEL_LOGS_EXPORTER=otlp', () => {
  test('sends lines to the collector with their trace, beside writing them', async () => {
    const collector = await otlpReceiver();
    ends.push(() => collector.stop());
    const { obs, own } = observability({
      env: {
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      },
      logsStart: false,
    });
    const traceId = obs.spans.span('work', (span) => {
      obs.logger.error({ err: new RangeError('sold out'), order: 7 }, 'failed');
      return span.spanContext().traceId;
    });
    obs.loggerFor('stock').info('m');
    obs.logger.info('m');
    await obs.flush();
    expect(own()).toHaveLength(3);
    expect(collector.requests[0]?.path).toBe('/v1/logs');
    const body = JSON.parse(collector.requests[0]?.body.toString() ?? '{}');
    const [record] = body.resourceLogs[0].scopeLogs[0].logRecords;
    expect(record).toMatchObject({
      severityNumber: 17,
      body: { stringValue: 'failed' },
      traceId,
      attributes: expect.arrayContaining([
        { key: 'exception.type', value: { stringValue: 'RangeError' } },
        { key: 'order', value: { intValue: '7' } },
      ]),
    });
    const scopes: Array<{ scope: { name: string }; logRecords: unknown[] }> = body.resourceLogs[0].scopeLogs;
    expect(scopes.map(({ scope, logRecords }) => [scope.name, logRecords.length])).toEqual([
      ['orders', 2],
      ['stock', 1],
    ]);
    const { attributes } = body.resourceLogs[0].resource;
    expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'orders' } });
  });

  test('sends the same in protobuf', async () => {
    const collector = await otlpReceiver();
    ends.push(() => collector.stop());
    const { obs } = observability({ otlpLogs: { url: `${collector.url}/v1/logs` }, logsStart: false });
    const span = obs.spans.span('work', (active) => {
      obs.loggerFor('stock').warn({ order: { id: 7, lines: ['a', null] } }, 'sold out');
      return active.spanContext();
    });
    await obs.flush();
    const read: unknown[] = [];
    const body = collector.requests[0]?.body ?? Buffer.alloc(0);
    decodeLogRecords(body, { encoding: 'protobuf' }, (record, scope, resource) => {
      read.push([record, scope.name, resource.attributes]);
    });
    expect(read).toMatchObject([
      [
        {
          severityNumber: 13,
          body: 'sold out',
          attributes: expect.arrayContaining(['order', { id: 7, lines: ['a', null] }]),
          traceId: span.traceId,
          spanId: span.spanId,
          flags: span.traceFlags,
        },
        'stock',
        expect.arrayContaining(['service.name', 'orders', 'telemetry.sdk.name', 'sightline']),
      ],
    ]);
  });

  test('a dead collector costs neither lines nor the end', async () => {
    const { obs, own } = observability({ otlpLogs: { url: 'http://127.0.0.1:9/v1/logs' }, logsStart: false });
    obs.logger.info('written');
    const startMs = performance.now();
    await obs.shutdown({ timeoutMs: 300 });
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(own()).toHaveLength(1);
  });
});

test('wrong options of the logger throw at once', () => {
  expect(() => createObservability({ env: {}, logger: { layuot: 'ecs' } as never, signals: false })).toThrow('layuot');
  expect(() => createObservability({ env: {}, logger: 'pino' as never })).toThrow(
    'logger is "pino": give false, an object with options, or a pino logger',
  );
});
