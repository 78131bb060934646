import { runWithContext } from '@sightline/context';
import { expect, test } from 'vitest';
import { terminalDestination } from '../src/destinations/terminal.js';
import { createLogger } from '../src/index.js';

const timeMs = new Date(2025, 10, 3, 12, 34, 56, 789).getTime();

function lines(layout: 'text' | 'text-asctime', name?: string) {
  const written: string[] = [];
  const log = createLogger({
    layout,
    ...(name === undefined ? {} : { name }),
    destination: { write: (line: string) => void written.push(line) },
    clock: { now: () => timeMs, monotonicMs: () => 0, setTimer: () => ({ cancel() {}, ref() {}, unref() {} }) },
    env: {},
  });
  return { log, last: () => written.at(-1) };
}

test('text: $time $metadata[$level] $message', () => {
  const { log, last } = lines('text');
  runWithContext({ request_id: 'r-7', correlation_id: 'c-1' }, () =>
    log.error({ stream: 'md:ticker', size: 3 }, 'publish failed'),
  );
  expect(last()).toBe(
    '12:34:56.789 request_id=r-7 correlation_id=c-1 stream=md:ticker size=3 [error] publish failed\n',
  );
  log.info('started');
  expect(last()).toBe('12:34:56.789 [info] started\n');
});

test('text-asctime: asctime - name - level - message', () => {
  const { log, last } = lines('text-asctime', 'collector.ws');
  log.error({ stream: 'md:ticker' }, 'publish failed');
  expect(last()).toBe('2025-11-03 12:34:56,789 - collector.ws - ERROR - publish failed stream=md:ticker\n');
  log.warn('slow');
  expect(last()).toBe('2025-11-03 12:34:56,789 - collector.ws - WARNING - slow\n');
  log.fatal('over');
  expect(last()).toBe('2025-11-03 12:34:56,789 - collector.ws - CRITICAL - over\n');
});

test('an error has its stack and causes below, indented', () => {
  const { log, last } = lines('text');
  log.error(new Error('outer', { cause: new TypeError('inner') }), 'failed');
  expect(last()).toMatch(
    /^12:34:56\.789 \[error\] failed\n {4}Error: outer\n {8}at .*(\n {8}at .*)*\n {4}Caused by: TypeError: inner\n/,
  );
});

test('an error has its properties, and an AggregateError its members', () => {
  const { log, last } = lines('text');
  const plain = <E extends Error>(error: E, own: object = {}): E => Object.assign(error, { stack: undefined }, own);
  const two = plain(new Error('two', { cause: plain(new Error('why')) }), { code: 'E2' });
  const all = plain(new AggregateError([plain(new TypeError('one')), two], 'both', { cause: 'x' }), { status: 503 });
  log.error(all, 'failed');
  expect(last()?.split('\n')).toEqual([
    '12:34:56.789 [error] failed',
    '    AggregateError: both',
    '        status=503',
    '    Error 1 of 2: TypeError: one',
    '    Error 2 of 2: Error: two',
    '        code=E2',
    '    Caused by: Error: why',
    '    Caused by: string: x',
    '',
  ]);
});

test('no value turns the direction of a line', () => {
  const { log, last } = lines('text');
  log.info({ a: 'x\u202Etxt.exe' }, 'y\u2066z');
  expect(last()).toBe('12:34:56.789 a="x\\u202etxt.exe" [info] y\\u2066z\n');
});

test('no value forges a line, colours one, or shows a secret', () => {
  const { log, last } = lines('text');
  log.info(
    { a: 'x\n12:34:56.789 [error] forged', 'b\nc': '\u001b[31m', d: 'two words', password: 's3cret' },
    'one\r\ntwo\u2028three',
  );
  expect(last()?.split('\n')).toHaveLength(2);
  for (const hidden of ['\u001b', '\u2028', 's3cret']) expect(last()).not.toContain(hidden);
  expect(last()).toContain(
    'a="x\\n12:34:56.789 [error] forged" b\\nc="\\u001b[31m" d="two words" password="[Redacted]" [info] one\\r\\ntwo\\u2028three',
  );
});

test('on a terminal a line that does not fit has a line for each field, the metrics too', () => {
  const written: string[] = [];
  const terminal = terminalDestination({ write: (line) => void written.push(line) }, () => 60);
  const line = (fields: object) => `${JSON.stringify({ level: 30, time: timeMs, pid: 1, hostname: 'h', ...fields })}\n`;
  terminal.write(line({ name: 'orders', a: 1, msg: 'short' }));
  terminal.write(
    line({
      metrics: { received: { 'ticker:BTC_JPY': 150, 'ticker:ETH_JPY': 20 }, reconnects: 0, window_seconds: 10 },
      msg: 'metrics',
    }),
  );
  terminal.write('no JSON\n');
  expect(written[0]).toBe('12:34:56.789 logger=orders a=1 [info] short\n');
  expect(written[1]?.split('\n')).toEqual([
    '12:34:56.789 [info] metrics',
    '    metrics=',
    '    {',
    '      "received": {',
    '        "ticker:BTC_JPY": 150,',
    '        "ticker:ETH_JPY": 20',
    '      },',
    '      "reconnects": 0,',
    '      "window_seconds": 10',
    '    }',
    '',
  ]);
  expect(written[2]).toBe('no JSON\n');
});
