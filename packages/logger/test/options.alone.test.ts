import { runWithContext } from '@sightline/context';
import { createLogger, type LoggerOptions, type LogRecord } from '@sightline/logger';
import { loggerSettings } from '@sightline/logger/settings';
import { createTestMetrics, fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { BufferedDestination } from '../src/destinations/buffered.js';
import { lines } from './lines.js';

describe('environment', () => {
  test('chooses level and layout', () => {
    const { log, last } = lines({ env: { LOG_LEVEL: 'DEBUG', LOG_LAYOUT: 'Structured' } });
    log.debug('m');
    expect(last()).toMatchObject({ level: 'DEBUG', message: 'm' });
  });

  test('wrong values are warned about and the defaults are used', () => {
    const { log, all } = lines({ env: { LOG_LEVEL: 'loud', LOG_LAYOUT: 'xml' } });
    expect(log.level).toBe('info');
    expect(all().map(({ level, msg }) => [level, msg])).toEqual([
      [
        40,
        '[logger] LOG_LEVEL="loud" is not trace, debug, info, warning, error, critical or silent, or a list such as info,collector.ws=debug. Used instead: info (default).',
      ],
      [
        40,
        '[logger] LOG_LAYOUT="xml" is not one of pino, structured, ecs, text, text-asctime. Used instead: pino (default).',
      ],
    ]);
  });

  test('wrong values are errors where SIGHTLINE_STRICT is true', () => {
    expect(() => lines({ env: { LOG_LEVEL: 'loud', LOG_LAYOUT: 'xml', SIGHTLINE_STRICT: 'true' } })).toThrow(
      /^\[logger\] The configuration has 2 problems:\n {2}LOG_LEVEL="loud" is not .*\n {2}LOG_LAYOUT="xml" is not one of pino, structured, ecs, text, text-asctime\.$/,
    );
  });

  test.each(['info,debug', '=debug', 'a=loud', 'info,a'])('%s is wrong as a whole', (text) => {
    expect(loggerSettings.parseLevels(text)).toBeUndefined();
  });

  test('the table names what is read', () => {
    expect(loggerSettings.environment.map(({ name }) => name)).toEqual(['LOG_LEVEL', 'LOG_LAYOUT', 'LOG_FILE']);
    expect(loggerSettings.parseLevels('info,a.b=debug')).toEqual({ level: 'info', levels: { 'a.b': 'debug' } });
  });
});

test.each<[object, string]>([
  [{ levle: 'info' }, 'createLogger has an unknown option "levle". Did you mean "level"?'],
  [{ level: 'loud' }, 'level is "loud": give trace'],
  [{ levels: { a: 'loud' } }, 'levels["a"] is "loud": give trace, debug, info'],
  [{ layout: 'xml' }, `layout is "xml": give 'pino', 'structured', 'ecs', 'text' or 'text-asctime'`],
  [{ destination: 'nowhere' }, 'destination is "nowhere"'],
  [{ destination: { file: '' } }, 'destination.file is "": give a path'],
  [{ sample: { debug: 2 } }, 'sample.debug is 2'],
  [{ repeats: { max: 0 } }, 'repeats.max is 0'],
  [{ repeats: {} }, 'repeats.max is undefined: give a whole number of at least 1'],
  [{ sample: { loud: 1 } }, 'sample has an unknown option "loud"'],
  [{ service: { name: 5 } }, 'service.name is 5: give a string'],
  [{ redact: { values: ['a'] } }, 'redact.values[0] is "a": give a list of regular expressions'],
  [{ metrics: {} }, 'metrics is {}: give an object with counter'],
  [{ limits: { depth: 0 } }, 'limits.depth is 0'],
  [{ limits: { dept: 1 } }, 'limits has an unknown option "dept". Did you mean "depth"?'],
  [{ name: 5 }, 'name is 5'],
  [{ redact: ['a.b'] }, 'redact is ["a.b"]: give { paths: […] } for places'],
  [{ redact: { key: ['a'] } }, 'redact has an unknown option "key". Did you mean "keys"? Its options are keys, paths'],
  [{ redact: { keys: 'a' } }, 'redact.keys is "a": give a list'],
  [{ redact: true }, 'redact is true: give { paths'],
  [{ repeats: { max: 1, interval: 5 } }, 'repeats has an unknown option "interval"'],
  [{ destination: { file: 'never.log', rotate: { max: 1 } } }, 'destination.rotate has an unknown option "max"'],
  [{ destination: [] }, 'destination is []'],
  [{ serializers: { a: 1 } }, 'serializers is {"a":1}: give an object of functions'],
  [{ sink: {} }, 'sink is {}: give { emit: (record) => … }'],
  [null as never, 'The options are null: give a plain object'],
  [{ pretty: 'yes' }, 'pretty is "yes": give true or false'],
  [{ destination: 'stdout', transport: { target: 'x' } }, 'destination and transport are both given'],
])('%j is refused', (options, message) => {
  expect(() => createLogger((options === null ? options : { env: {}, ...options }) as LoggerOptions)).toThrow(message);
});

test('lines are counted by level and logger, and by why they are missing', () => {
  const metrics = createTestMetrics();
  const { log } = lines({
    metrics,
    sample: { debug: 0 },
    level: 'debug',
    name: 'root',
    sink: {
      emit() {
        throw new Error('no');
      },
    },
  });
  log.info('a');
  log.child({ x: 1 }).info('a');
  log.loggerFor('other').warning('b');
  log.debug('never');
  expect(metrics.value('log_lines_total', { level: 'info', logger: 'root' })).toBe(2);
  expect(metrics.value('log_lines_total', { level: 'warning', logger: 'other' })).toBe(1);
  expect(metrics.value('log_dropped_total', { reason: 'sampled' })).toBe(1);
  expect(metrics.value('log_dropped_total', { reason: 'sink' })).toBe(3);
  expect(metrics.value('log_dropped_total', { reason: 'destination' })).toBe(0);
});

test('a line that its destination loses counts as lost and not as written', () => {
  const metrics = createTestMetrics();
  const log = createLogger({ env: {}, metrics, destination: { file: '/dev/full' } });
  for (let i = 0; i < 3; i++) log.info('no room');
  expect(metrics.value('log_lines_total', { level: 'info', logger: '' })).toBeUndefined();
  expect(metrics.value('log_dropped_total', { reason: 'destination' })).toBe(3);
});

test('a share of lines is written', () => {
  let next = 0;
  const { log, all } = lines({ level: 'debug', sample: { debug: 0.1 }, random: () => (next++ % 10) / 10 });
  for (let i = 0; i < 100; i++) log.debug('m');
  for (let i = 0; i < 5; i++) log.info('m');
  expect(all()).toHaveLength(15);
});

describe('repeats', () => {
  const setUp = (max = 2): ReturnType<typeof lines> & { clock: ReturnType<typeof fakeClock> } => {
    const clock = fakeClock();
    return { clock, ...lines({ clock, repeats: { max, intervalMs: 1000 } }) };
  };

  test('are held back and summed up when the interval ends', () => {
    const { clock, log, all } = setUp();
    for (let i = 0; i < 10; i++) log.error({ i }, 'again');
    log.error('another');
    log.loggerFor('x').error('again');
    expect(all()).toHaveLength(4);
    clock.advance(1000);
    expect(all()).toHaveLength(5);
    expect(all().at(-1)).toMatchObject({ level: 50, msg: 'again', suppressed: 8 });
    expect(clock.timers).toEqual([]);
  });

  test('are summed up by close(), too', async () => {
    const { log, last } = setUp();
    for (let i = 0; i < 5; i++) log.info('again');
    await log.shutdown();
    expect(last()).toMatchObject({ suppressed: 3 });
  });

  test('errors without a message count by their own', () => {
    const { log, all } = setUp();
    for (let i = 0; i < 5; i++) log.error(new Error('same'));
    expect(all()).toHaveLength(2);
  });
});

test('a sink gets every line as a record of OpenTelemetry', () => {
  const records: LogRecord[] = [];
  const clock = fakeClock();
  const { log } = lines({
    clock,
    level: 'trace',
    name: 'shop',
    sink: {
      emit: (record) => {
        records.push(record);
        log.info('from the sink');
      },
    },
  });
  runWithContext({ request_id: 'r', correlation_id: 'c' }, () =>
    log
      .child({ part: 1 })
      .error({ a: { b: [1] }, password: 'x', duration_ms: 5, err: new TypeError('bad', { cause: 'why' }) }, 'failed'),
  );
  expect(records).toEqual([
    {
      timestampMs: clock.now(),
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'failed',
      name: 'shop',
      attributes: {
        request_id: 'r',
        correlation_id: 'c',
        part: 1,
        a: { b: [1] },
        password: '[Redacted]',
        duration_ms: 5,
        'exception.type': 'TypeError',
        'exception.message': 'bad',
        'exception.stacktrace': expect.any(String),
        'exception.cause': { type: 'string', message: 'why' },
      },
    },
  ]);
  for (const level of ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const) log[level]('m');
  expect(records.slice(1).map(({ severityNumber }) => severityNumber)).toEqual([1, 5, 9, 13, 17, 21]);
});

test('a sink owns its record: what it changes is on no other', () => {
  const records: LogRecord[] = [];
  const { log } = lines({
    context: { shop: { city: 'Kyoto' } },
    sink: { emit: (record) => void records.push(record) },
  });
  log.info('a');
  Object.assign(records[0]?.attributes['shop'] as object, { city: 'Osaka' });
  log.info('b');
  expect(records[1]?.attributes).toEqual({ shop: { city: 'Kyoto' } });
});

test('flush() waits for the sink', async () => {
  let isDone = false;
  const { log } = lines({
    sink: {
      emit() {},
      flush: async () => {
        await Promise.resolve();
        isDone = true;
      },
    },
  });
  await log.flush();
  expect(isDone).toBe(true);
});

test('buffered lines are written when they are many, or after a while', async () => {
  const clock = fakeClock();
  const written: string[] = [];
  const buffered = new BufferedDestination({ write: (text) => written.push(text) }, { size: 10, flushMs: 50 }, clock);
  buffered.write('1234\n');
  expect(written).toEqual([]);
  clock.advance(50);
  expect(written).toEqual(['1234\n']);
  buffered.write('12345678\n');
  buffered.write('1\n');
  expect(written).toEqual(['1234\n', '12345678\n1\n']);
  await buffered.shutdown();
  expect(clock.timers).toEqual([]);
});

test('pretty output is for people', () => {
  const pieces: string[] = [];
  const log = createLogger({
    env: {},
    pretty: true,
    layout: 'structured',
    destination: { write: (line: string) => pieces.push(line) },
  });
  log.info({ a: 1 }, 'hello');
  expect(pieces.join('')).toMatch(/INFO.*: hello\n {4}a: 1\n/);
});

test('flush() is pino’s: without waiting it rejects nothing, and a callback gets the error', async () => {
  const rejections: unknown[] = [];
  const listener = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', listener);
  const failing = { emit() {}, flush: () => Promise.reject(new Error('no collector')) };
  const log = createLogger({ env: {}, destination: { write() {} }, sink: failing });
  void log.flush();
  log.child({ a: 1 }).flush();
  const got = await new Promise((resolve) => void log.flush(resolve));
  await expect(log.flush()).rejects.toThrow('no collector');
  expect(() => log.flush('x' as never)).toThrow('callback must be a function');
  await new Promise(setImmediate);
  process.off('unhandledRejection', listener);
  expect(got).toEqual(new Error('no collector'));
  expect(rejections).toEqual([]);
});
