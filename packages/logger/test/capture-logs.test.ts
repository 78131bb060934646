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

test('what is missing is told with the nearest lines', () => {
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
  expect(() => captureLogs().matching({ mesage: 'x' } as object)).not.toThrow();
  const logs = captureLogs();
  createLogger({ destination: logs, env: {} }).info('m');
  expect(() => logs.matching({ mesage: 'x' } as object)).toThrow('compared by level, message');
  expect(() => expect({}).toHaveLogged({})).toThrow('looks at what captureLogs() returned');
  expect(() => logs.write('no json\n')).toThrow('no JSON');
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
