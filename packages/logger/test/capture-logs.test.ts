import { AssertionError } from 'node:assert';
import { runWithContext } from '@sightline/context';
import { createLogger } from '@sightline/logger';
import { assertLogged, captureLogs } from '@sightline/testing/logs';
import '@sightline/testing/vitest';
import { describe, expect, test } from 'vitest';

describe.each(['pino', 'structured', 'ecs'] as const)('%s', (layout) => {
  test('lines are the same to a test, whatever their layout', () => {
    const logs = captureLogs();
    const log = createLogger({ name: 'shop', layout, destination: logs, env: {} });
    runWithContext({ request_id: 'r-1' }, () =>
      log.warning({ order: { id: 7, rows: [1] }, err: new TypeError('bad') }, 'late order'),
    );
    expect(logs.lines).toHaveLength(1);
    expect(logs).toHaveLogged({ level: 'warning', message: 'late order', logger: 'shop' });
    expect(logs).toHaveLogged({ level: 'warn', message: /^late/, context: { request_id: 'r-1', order: { id: 7 } } });
    expect(logs).toHaveLogged({ error: { type: 'TypeError', message: /ba/ } });
    expect(logs).toHaveLogged({
      context: { order: expect.objectContaining({ id: expect.any(Number) }), request_id: /^r-/ },
    });
    const remembering = /^r-/g;
    for (let i = 0; i < 2; i++) expect(logs.matching({ context: { request_id: remembering } })).toHaveLength(1);
    expect(logs).not.toHaveLogged({ level: 'error' });
    expect(logs).not.toHaveLogged({ context: { order: { id: 8 } } });
    expect(logs.matching({ logger: 'other' })).toEqual([]);
    logs.clear();
    expect(logs.lines).toEqual([]);
  });
});

test('a logger that has another destination is captured, its children too, until it is restored', () => {
  const own: string[] = [];
  const log = createLogger({ destination: { write: (line: string) => own.push(line) }, env: {} });
  const child = log.child({ part: 'child' });
  const logs = captureLogs(log);
  child.info('captured');
  logs.restore();
  child.info('not captured');
  expect(logs.lines.map(({ message }) => message)).toEqual(['captured']);
  expect(own).toHaveLength(1);
});

test('a child alone is captured alone', () => {
  const own: string[] = [];
  const log = createLogger({ destination: { write: (line: string) => own.push(line) }, env: {} });
  const child = log.child({});
  const logs = captureLogs(child);
  log.info('to its own');
  child.info('captured');
  logs.restore();
  child.info('to its own');
  expect([logs.lines.length, own.length]).toEqual([1, 2]);
});

test('what is missing is reported with the nearest lines', () => {
  const logs = captureLogs();
  const log = createLogger({ name: 'shop', destination: logs, env: {} });
  log.info({ symbol: 'BTC' }, 'subscribed');
  log.error({ symbol: 'ETH' }, 'publish failed');
  expect(() =>
    expect(logs).toHaveLogged({ level: 'error', message: 'publish faild', context: { symbol: 'ETH' } }),
  ).toThrow(
    "expected a line with { level: 'error', message: 'publish faild', context: { symbol: 'ETH' } }, but there is none\n\nLines, nearest first:\n" +
      '  error shop: "publish failed" { symbol: \'ETH\' }\n    differs in message\n' +
      '  info shop: "subscribed" { symbol: \'BTC\' }\n    differs in level, message, context.symbol',
  );
  expect(() => expect(logs).not.toHaveLogged({ level: 'error' })).toThrow(
    "expected no line with { level: 'error' }, but there is 1:",
  );
  logs.clear();
  expect(() => expect(logs).toHaveLogged({ level: 'error' })).toThrow('but nothing was logged');
});

test('the assertion throws what node:test expects', () => {
  const logs = captureLogs();
  createLogger({ destination: logs, env: {} }).info('m');
  assertLogged(logs, { message: 'm' });
  expect(() => assertLogged(logs, { message: 'n' })).toThrow(AssertionError);
});

test('wrong use throws', () => {
  expect(() => captureLogs({})).toThrow('captureLogs takes a pino logger');
  const logs = captureLogs();
  expect(() => expect({}).toHaveLogged({})).toThrow('looks at what captureLogs() returned');
  expect(() => logs.write('no json\n')).toThrow('no JSON');
});

test.each<[string, unknown, string]>([
  ['a part that is none', { mesage: 'm' }, 'compared by level, message, logger, context, error, but got "mesage".'],
  ['a level that is none', { level: 'eror' }, "one of trace, debug, info, warning, error, critical, but got 'eror'."],
  ['a message that is none', { message: 7 }, 'The message of a log line is compared with a string'],
  ['a context that is none', { context: 'order' }, 'The context of a log line is compared with an object'],
  ['a Map as context', { context: new Map([['order', 7]]) }, 'The context of a log line is compared with an object'],
  ['a matcher as context', { context: expect.objectContaining({ order: 7 }) }, 'compared with an object, but got'],
  ['an error itself', { error: new TypeError('x') }, 'compared with an object such as { type: "TypeError"'],
  ['an undefined message', { message: undefined }, 'compared with undefined for message. Omit it'],
  ['an undefined error', { error: undefined, level: 'info' }, 'compared with undefined for error'],
  ['an error that is none', { error: 'TypeError' }, 'The error of a log line is compared with an object'],
  ['a message alone', 'm', "but got 'm'. A message alone is { message: … }."],
])('%s throws, with not as well, and before anything was logged', (_, query, complaint) => {
  expect(() => expect(captureLogs()).not.toHaveLogged(query as object)).toThrow(complaint);
});

test('errors are compared by all that is asked of them', () => {
  const logs = captureLogs();
  const log = createLogger({ destination: logs, env: {} });
  log.error({ err: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }, 'publish failed');
  expect(logs).toHaveLogged({ error: { code: 'ECONNREFUSED', message: /^ref/ } });
  expect(logs).not.toHaveLogged({ error: { code: 'EPIPE' } });
  expect(() => expect(logs).toHaveLogged({ error: { code: 'EPIPE' } })).toThrow('differs in error.code');
});

test('values of the runner and patterns stand for any text, within lists too', () => {
  const logs = captureLogs();
  createLogger({ name: 'shop.mail', destination: logs, env: {} }).info({ rows: [{ id: 7, sku: 'tea' }] }, 'mail sent');
  expect(logs).toHaveLogged({ message: expect.stringContaining('sent'), logger: /^shop/ });
  expect(logs).toHaveLogged({ context: { rows: [{ id: expect.any(Number) }] } });
  expect(logs).not.toHaveLogged({ context: { rows: [{ id: 8 }] } });
  expect(logs).not.toHaveLogged({ logger: expect.stringMatching(/^mail/) });
});

test('lines come in pieces, and many at once', () => {
  const logs = captureLogs();
  logs.write('{"level":30,"msg"');
  logs.write(':"a"}\n{"level":60,"msg":"b"}\n');
  expect(logs.lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'a'],
    ['critical', 'b'],
  ]);
});
