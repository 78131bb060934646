import { runWithContext } from '@sightline/context';
import { describe, expect, test } from 'vitest';
import { lines } from './lines.js';

/** What a value becomes in the field `v`. */
function written(value: unknown, options = {}): unknown {
  const { log, last } = lines(options);
  log.info({ v: value });
  return last()['v'];
}

describe('values', () => {
  test.each<[string, unknown, unknown]>([
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['a bigint', 12345678901234567890n, '12345678901234567890'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
      ]),
      { a: 1, 2: 'b' },
    ],
    [
      'a Map with keys that are written the same',
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
      ]),
      { 1: 'a', '1_': 'b' },
    ],
    ['a Set', new Set([1, 2]), [1, 2]],
    ['a Buffer', Buffer.from('abc'), '[Buffer 3 bytes]'],
    ['a typed array', new Int32Array([1, 2]), [1, 2]],
    ['a URL', new URL('https://user:pw@host/a?token=t&b=1'), 'https://user:[Redacted]@host/a?token=[Redacted]&b=1'],
    ['search parameters', new URLSearchParams('a=1&password=x'), { a: '1', password: '[Redacted]' }],
    ['headers', new Headers({ authorization: 'Bearer x', accept: '*' }), { accept: '*', authorization: '[Redacted]' }],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', function named() {}, '[Function named]'],
    ['an expression', /a/g, '/a/g'],
    ['undefined in an array', [undefined, 1], [null, 1]],
    ['toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
    [
      'toJSON that throws',
      {
        toJSON() {
          throw new Error('no');
        },
      },
      '[toJSON threw]',
    ],
    [
      'toJSON that returns itself',
      {
        a: 1,
        toJSON() {
          return this;
        },
      },
      { a: 1, toJSON: '[Function toJSON]' },
    ],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no');
        },
        b: 1,
      },
      { a: '[Throws]', b: 1 },
    ],
    ['a boxed number', Object(5), 5],
  ])('%s', (_, value, expected) => {
    expect(written(value)).toEqual(expected);
  });

  test('what refers to itself ends there', () => {
    const a: Record<string, unknown> = { b: {} };
    a['b'] = { a };
    expect(written(a)).toEqual({ b: { a: '[Circular]' } });
  });

  test('the same object twice is no circle', () => {
    const shared = { x: 1 };
    expect(written([shared, shared])).toEqual([{ x: 1 }, { x: 1 }]);
  });

  test('depth, members, texts and lines are bounded', () => {
    const deep = { a: { b: { c: { d: 1 } } } };
    expect(written(deep, { limits: { depth: 2 } })).toEqual({ a: { b: '[Object]' } });
    expect(written([1, 2, 3, 4], { limits: { items: 2 } })).toEqual([1, 2, '… 2 more']);
    expect(written({ a: 1, b: 2, c: 3 }, { limits: { items: 2 } })).toEqual({ a: 1, b: 2, '…': 1 });
    expect(written('x'.repeat(100_000))).toBe(`${'x'.repeat(32_768)}… (100000 characters)`);
    const { log, text } = lines();
    log.info({ v: Array.from({ length: 1000 }, () => 'x'.repeat(10_000)) });
    expect(text().length).toBeLessThan(250_000);
  });

  test('a request or a socket is not the whole process', async () => {
    const { IncomingMessage, ServerResponse } = await import('node:http');
    const { Socket } = await import('node:net');
    const request = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/a?token=t',
      headers: { cookie: 'c', host: 'h' },
    });
    const { log, last } = lines();
    log.info(request);
    expect(last()['req']).toEqual({
      method: 'GET',
      url: '/a?token=[Redacted]',
      headers: { cookie: '[Redacted]', host: 'h' },
    });
    log.info({ socket: new Socket(), res: new ServerResponse(request) }, 'x');
    expect(last()).toMatchObject({ socket: '[Socket]', res: { statusCode: 200 } });
  });
});

describe('keys', () => {
  test('of call, child, context option and line never meet', () => {
    const { log, last } = lines({ context: { a: 'context', b: 'context' }, name: 'n' });
    log
      .child({ a: 'child', level: 'child', c: 'child' })
      .info({ a: 'call', level: 'call', level_: 'mine', time: 1, msg: 'field', name: 'call' }, 'text');
    expect(last()).toMatchObject({
      level: 30,
      name: 'n',
      msg: 'text',
      a: 'call',
      b: 'context',
      c: 'child',
      level__: 'call',
      level_: 'mine',
      time_: 1,
      msg_: 'field',
      name_: 'call',
    });
  });

  test.each(['pino', 'structured', 'ecs'] as const)(
    'two errors, and usage beside a field of its name, keep apart (%s)',
    (layout) => {
      const { log, all } = lines({ layout, performance: true, context: { performance: 'context' } });
      const error = log.error.bind(log) as (...args: unknown[]) => void;
      error({ err: new Error('a'), error: new Error('b') }, 'm', new Error('c'));
      error({ err: null }, 'm', new Error('c'));
      runWithContext({ performance: 'around' } as object, () => log.child({ performance: 1 }).info('m'));
      for (const line of all()) expect(JSON.stringify(line)).toContain('cpu_percent');
      expect(all()).toHaveLength(3);
      for (const message of ['a', 'b', 'c']) expect(JSON.stringify(all()[0])).toContain(`message":"${message}"`);
    },
  );

  test('halves of surrogate pairs are replaced, in keys too, since strict readers refuse the line', () => {
    const { log, text, last } = lines({ limits: { stringLength: 200 } });
    const half = '\ud83d';
    log
      .child({ [half]: half })
      .error({ err: new Error(half), [`${half}${half}`]: [half] }, `${'x'.repeat(199)}😀 \\ud ${half}`);
    expect(text()).not.toMatch(/[^\\]\\ud8/);
    expect(last()).toMatchObject({ '\ufffd': '\ufffd', '\ufffd\ufffd': ['\ufffd'] });
  });

  test('a line feed or quote in a key breaks nothing', () => {
    const { log, all } = lines();
    log.child({ 'a"}\n{"level":60': 1 }).info({ 'x\n{"y":"': 2 }, 'm\n{}');
    expect(all()).toHaveLength(1);
  });

  test('a proxy that says of every key that it has it ends, whether it is read in full or in part', () => {
    const endless = (keys: readonly string[]): object =>
      new Proxy(
        {},
        {
          ownKeys: () => [...keys],
          getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
          get: () => 1,
        },
      );
    const { log, last } = lines();
    log.info(endless(['time', 'a']), 'full');
    expect(last()).toMatchObject({ a: 1, msg: 'full' });
    log.info(endless(Array.from({ length: 1500 }, (_, i) => `k${i}`)), 'in part');
    expect(last()).toMatchObject({ k0: 1, msg: 'in part' });
  });

  test('a proxy that throws when it is asked for a key costs that key and not the call', () => {
    const { log, last } = lines();
    const throwing = new Proxy(
      { time: 1, a: 2 },
      {
        getOwnPropertyDescriptor(target, key) {
          if (key === 'time_') throw new Error('no');
          return Reflect.getOwnPropertyDescriptor(target, key);
        },
      },
    );
    expect(() => log.info(throwing, 'done')).not.toThrow();
    expect(last()).toMatchObject({ a: 2, msg: 'done' });
  });

  test('keys that come without end are not kept without end', { timeout: 60_000 }, () => {
    const { log } = lines();
    for (let i = 0; i < 5000; i++) log.info({ [`key-${i}`]: i, [`${'k'.repeat(1000)}${i}`]: 1 });
    expect(true).toBe(true);
  });
});

describe('errors', () => {
  test('under any key, in arrays and nested', () => {
    const { log, last } = lines();
    log.info({ failure: new TypeError('a'), all: [new Error('b')], deep: { er: new RangeError('c') } }, 'm');
    expect(last()).toMatchObject({
      failure: { type: 'TypeError', message: 'a', stack: expect.stringContaining('TypeError: a') },
      all: [{ type: 'Error', message: 'b' }],
      deep: { er: { type: 'RangeError', message: 'c' } },
    });
  });

  test('causes and members keep their structure', () => {
    const { log, last } = lines({ layout: 'structured' });
    const cause = new AggregateError([new TypeError('x'), 'text', { code: 7 }], 'several');
    log.error({ err: new Error('outer', { cause }) }, 'm');
    expect(last()['error']).toMatchObject({
      type: 'Error',
      message: 'outer',
      cause: {
        type: 'AggregateError',
        errors: [
          { type: 'TypeError', message: 'x' },
          { type: 'string', message: 'text' },
          { type: 'Object', message: '', code: 7 },
        ],
      },
    });
  });

  test('a chain without end ends', () => {
    const error: Error & { cause?: unknown } = new Error('a');
    error.cause = error;
    const { log, last } = lines();
    log.error(error);
    expect(last()['err']).toMatchObject({ message: 'a', cause: '[Circular]' });
    let long = new Error('0');
    for (let i = 1; i < 100; i++) long = new Error(String(i), { cause: long });
    log.error(long);
    expect(JSON.stringify(last())).toContain('[Object]');
  });

  test.each([
    ['first', (log: ReturnType<typeof lines>['log']) => log.error(new Error('boom'))],
    ['first, with a message', (log: ReturnType<typeof lines>['log']) => log.error(new Error('boom'), 'boom')],
    ['as err', (log: ReturnType<typeof lines>['log']) => log.error({ err: new Error('boom') })],
    ['as error', (log: ReturnType<typeof lines>['log']) => log.error({ error: new Error('boom') })],
    [
      'after the message',
      (log: ReturnType<typeof lines>['log']) => (log.error as (...args: unknown[]) => void)('boom', new Error('boom')),
    ],
  ])('given %s is the error of the line', (_, call) => {
    for (const layout of ['structured', 'ecs'] as const) {
      const { log, last } = lines({ layout });
      call(log);
      expect(last()['message']).toBe('boom');
      expect(layout === 'ecs' ? last()['error.type'] : (last()['error'] as { type: string }).type).toBe('Error');
    }
  });

  test('own properties come along, without their secrets', () => {
    const { log, last } = lines();
    log.error(
      Object.assign(new Error('no: Bearer abcdefghij'), {
        code: 'E1',
        type: 'mine',
        config: { headers: { Authorization: 'Bearer x' } },
      }),
    );
    expect(last()['err']).toMatchObject({
      type: 'Error',
      message: 'no: Bearer [Redacted]',
      code: 'E1',
      type_: 'mine',
      config: { headers: { Authorization: '[Redacted]' } },
    });
  });

  test.each(['error', 'err', 'http', 'a'])('the field %s, of which nothing can be read, costs no line', (key) => {
    const { log, all } = lines({ layout: 'ecs' });
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    log.error({ [key]: revoked.proxy }, 'm');
    expect(all()).toHaveLength(1);
  });

  test('what can be read of one is written', () => {
    const { log, last } = lines();
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    log.error(Object.assign(new TypeError('no answer'), { errors: revoked.proxy }), 'm');
    expect(last()['err']).toMatchObject({ type: 'TypeError', message: 'no answer', errors: '[Unreadable]' });
  });

  test('an error of another realm and a DOMException are errors', async () => {
    const { runInNewContext } = await import('node:vm');
    const { log, last } = lines();
    log.error({ v: runInNewContext('new TypeError("far")'), w: new DOMException('late', 'TimeoutError') }, 'm');
    expect(last()).toMatchObject({
      v: { type: 'TypeError', message: 'far' },
      w: { type: 'TimeoutError', message: 'late' },
    });
  });
});
