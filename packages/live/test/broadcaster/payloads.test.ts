import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuTime } from '../../../../scripts/cpu-time.js';
import { rounds } from '../../../../scripts/rounds.js';
import { broadcasting, kept, keptMessage } from './broadcasting.js';

test('keeps JSON as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const { payload, isCut } = keptMessage(value, { maxPayloadBytes: 100_000 });
      fc.pre(!JSON.stringify(payload).includes('[redacted]')); // a random key such as "cvc"
      expect(isCut).toBe(false);
      expect(JSON.stringify(payload)).toBe(JSON.stringify(wellFormed(value)));
    }),
    { numRuns: rounds(2000) },
  );
});

function wellFormed(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, each: unknown) => (Object.is(each, -0) ? 0 : each));
  return JSON.parse(text.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, '$1\ufffd'));
}

test.each([
  [
    'a Map',
    new Map<unknown, unknown>([
      ['a', 1],
      [1, 'x'],
      ['1', 'y'],
    ]),
    { a: 1, 1: 'x', '1_': 'y' },
  ],
  ['a Set', new Set([1, 'two']), [1, 'two']],
  ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['an invalid Date', new Date(Number.NaN), 'Invalid Date'],
  ['a bigint', 12345678901234567890n, '12345678901234567890'],
  ['no number', [Number.NaN, Number.POSITIVE_INFINITY, -0], ['NaN', 'Infinity', 0]],
  ['undefined', { a: undefined, b: [undefined] }, { b: [null] }],
  ['nothing', undefined, null],
  ['a URL', new URL('https://ann:pw@shop.example/a'), 'https://ann:[redacted]@shop.example/a'],
  ['a RegExp', /x/g, '/x/g'],
  ['a boxed number', Object(5), 5],
  ['search parameters', new URLSearchParams('a=1&token=x'), { a: '1', token: '[redacted]' }],
  ['what toJSON says', { toJSON: () => ({ a: new Date(0) }) }, { a: '1970-01-01T00:00:00.000Z' }],
  ['numbers of a typed array', new Float64Array([1.5, 2]), [1.5, 2]],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [
    'an instance of a class',
    new (class Order {
      id = 7;
      get total(): number {
        return 9;
      }
    })(),
    { id: 7 },
  ],
])('keeps %s', (_what, value, expected) => {
  expect(keptMessage(value)).toMatchObject({ payload: expected, isCut: false });
});

test.each([
  ['bytes', Buffer.from('secret'), '[6 bytes]'],
  ['a buffer of bytes', new ArrayBuffer(3), '[3 bytes]'],
  ['a function', () => 1, '[Function]'],
  ['a symbol', Symbol('x'), '[Symbol]'],
  ['a promise', Promise.resolve(1), '[Promise]'],
  ['a huge bigint', 10n ** 5000n, '[BigInt]'],
])('says what it does not keep: %s', (_what, value, expected) => {
  expect(keptMessage(value)).toMatchObject({ payload: expected, isCut: true });
});

test('keeps an error with its type, message, members, cause and stack', () => {
  const error = Object.assign(new TypeError('no stock', { cause: new Error('db') }), { code: 'E1' });
  expect(kept(error, { maxPayloadBytes: 100_000 })).toMatchObject({
    type: 'TypeError',
    message: 'no stock',
    code: 'E1',
    cause: { type: 'Error', message: 'db' },
    stack: expect.stringContaining('TypeError: no stock'),
  });
});

test('keeps what it can of what throws', () => {
  const value = {
    get bad(): never {
      throw new Error('getter');
    },
    nested: {
      toJSON: () => {
        throw new Error('toJSON');
      },
    },
    proxy: new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('ownKeys');
        },
      },
    ),
    good: 1,
  };
  expect(keptMessage(value)).toMatchObject({
    payload: { bad: '[throws]', nested: '[toJSON threw]', proxy: '[unreadable]', good: 1 },
    isCut: true,
  });
});

test('a proxy that answers anything with anything ends', () => {
  const endless: unknown = new Proxy(() => {}, {
    get: () => endless,
    ownKeys: () => ['a', 'b', 'prototype'],
    getOwnPropertyDescriptor: () => undefined,
  });
  const list = new Proxy([], { get: (_target, name) => (name === 'length' ? 1e9 : list) }) as unknown;
  expect(kept({ endless })).toEqual({ endless: '[Function]' });
  expect(keptMessage(list).isCut).toBe(true);
});

test('keeps cycles and deep nesting in bounds', () => {
  const cycle: Record<string, unknown> = { name: 'a' };
  cycle['self'] = cycle;
  expect(kept(cycle)).toEqual({ name: 'a', self: '[Circular]' });
  let deep: unknown = 'bottom';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(JSON.stringify(kept(deep))).toContain('nested too deeply');
});

test('an object that is referred to twice is no cycle', () => {
  const address = { city: 'Bern' };
  expect(kept({ from: address, to: address })).toEqual({ from: address, to: address });
});

test('the beginning of a long payload is kept, as a string of its JSON', () => {
  const { payload, isCut } = keptMessage({ items: Array.from({ length: 5000 }, (_, i) => ({ sku: `sku-${i}` })) });
  expect(isCut).toBe(true);
  expect(payload).toMatch(/^\{"items":\[\{"sku":"sku-0"\},\{"sku":"sku-1"\}/);
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(4096);
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeGreaterThan(4000);
});

test('the beginning of a long text is kept as it is', () => {
  const { payload, isCut } = keptMessage('ab"'.repeat(1e6));
  expect(isCut).toBe(true);
  expect(payload).toMatch(/^ab"ab"/);
});

test.each([
  ['a text of 10 MB', () => 'x'.repeat(10e6)],
  ['10 MB of nested texts', () => Array.from({ length: 1000 }, () => ({ text: 'y'.repeat(10_000) }))],
  ['a list of a billion holes', () => new Array(1e9)],
  ['bytes', () => Buffer.alloc(10e6)],
  [
    'a million-fold shared object',
    () => {
      let value: unknown = 'leaf';
      for (let i = 0; i < 15; i++) value = [value, value, value, value];
      return value;
    },
  ],
  ['a large Map', () => new Map(Array.from({ length: 1e5 }, (_, i) => [i, i]))],
])('the time for %s is bounded', async (_what, make) => {
  const { broadcaster } = broadcasting();
  const payload = make();
  broadcaster.publish('events', { type: 'Warm', payload });
  const ms = await cpuTime(() => {
    for (let i = 0; i < 20; i++) broadcaster.publish('events', { type: 'Test', payload });
  });
  expect(ms / 20).toBeLessThan(20);
});

test('never throws, and never keeps more than it may, whatever is published', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withObjectString: true,
    stringUnit: 'binary',
    maxDepth: 6,
  });
  fc.assert(
    fc.property(anything, fc.integer({ min: 64, max: 400 }), (payload, maxPayloadBytes) => {
      const message = keptMessage(payload, { maxPayloadBytes });
      expect(Buffer.byteLength(JSON.stringify(message.payload) ?? '')).toBeLessThanOrEqual(maxPayloadBytes);
    }),
    { numRuns: rounds(5000) },
  );
}, 60_000);

test('a payload whose getter publishes does not end the process', () => {
  const { broadcaster } = broadcasting();
  const payload = {
    get again(): number {
      broadcaster.publish('events', { type: 'Inner', payload });
      return 1;
    },
  };
  broadcaster.publish('events', { type: 'Outer', payload });
  expect(broadcaster.refused).toBe(1);
  expect(broadcaster.read({ limit: 10 }).messages.map(({ type }) => type)).toEqual([
    'Outer',
    'Inner',
    'Inner',
    'Inner',
  ]);
});

test.each([
  [
    { password: 'hunter2', user: 'ann' },
    { password: '[redacted]', user: 'ann' },
  ],
  [{ apiKey: ['k1', 'k2'] }, { apiKey: '[redacted]' }],
  [
    { tokens: 12, hasPassword: true },
    { tokens: 12, hasPassword: true },
  ],
  [{ card: '4111 1111 1111 1111' }, { card: '[redacted]' }],
  [{ number: 4111111111111111 }, { number: '[redacted]' }],
  [{ url: 'postgres://ann:pw@db/x' }, { url: 'postgres://ann:[redacted]@db/x' }],
  [{ header: 'Bearer abcdef0123456789' }, { header: 'Bearer [redacted]' }],
  [{ note: 'Basic dXNlcjpwYXNzd29yZA' }, { note: 'Basic [redacted]' }],
  [[{ name: 'password', value: 'x1' }], [{ name: 'password', value: '[redacted]' }]],
  [
    [
      ['Authorization', 'x1'],
      ['Accept', 'y'],
    ],
    [
      ['Authorization', '[redacted]'],
      ['Accept', 'y'],
    ],
  ],
  [{ rawHeaders: ['Cookie', 'a=b', 'Accept', 'y'] }, { rawHeaders: ['Cookie', '[redacted]', 'Accept', 'y'] }],
  [new Map([['password', 'x1']]), { password: '[redacted]' }],
  [{ text: '{"password":"x1"}' }, { text: '{"password":"[redacted]"}' }],
  [{ toJSON: () => ({ secret: 'x1' }) }, { secret: '[redacted]' }],
  [{ arn: 'AKIAIOSFODNN7EXAMPLE' }, { arn: '[redacted]' }],
])('hides secrets by name and by form: %j', (payload, expected) => {
  expect(kept(payload)).toEqual(expected);
});

test('hides what the service itself calls a secret', () => {
  const options = { isSecretName: (name: string) => name === 'shoeSize' };
  expect(kept({ shoeSize: '44', text: 'shoeSize=44' }, options)).toEqual({
    shoeSize: '[redacted]',
    text: 'shoeSize=[redacted]',
  });
});

test('hides secrets that are cut, and in ids, sources and types', () => {
  const { broadcaster } = broadcasting({ maxPayloadBytes: 64 });
  broadcaster.publish('events', {
    type: 'password=hunter2',
    source: 'https://ann:hunter2@shop.example',
    correlationId: 'token=hunter2',
    payload: { text: `${'x'.repeat(30)} https://ann:hunter2${'y'.repeat(300)}@shop.example` },
  });
  expect(JSON.stringify(broadcaster.read({ limit: 1 }))).not.toContain('hunter2');
});

test('markup in a payload is only data', () => {
  expect(kept({ '<script>': '</script><script>alert(1)</script>' })).toEqual({
    '<script>': '</script><script>alert(1)</script>',
  });
});

test('keys may be called anything', () => {
  const payload = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
  expect(JSON.stringify(kept(payload))).toBe('{"__proto__":{"polluted":1},"constructor":2}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
