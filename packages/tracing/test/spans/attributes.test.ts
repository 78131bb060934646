import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributePolicy } from '../../src/spans/attribute-policy.js';
import { redactUrl } from '../../src/spans/redact-url.js';
import { secretKeyTest } from '../../src/spans/secret-keys.js';
import { recordedSpans } from '../fixtures/recorded-spans.js';

describe('values', () => {
  const { clean } = attributePolicy({ maxValueLength: 10 });
  const bad = [
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
    new Map(),
    () => {},
    Symbol('x'),
    new Date('?'),
  ];

  test.each<[string, unknown, unknown]>([
    ['a text', 'ok', 'ok'],
    ['a long text, cut', 'abcdefghijklm', 'abcdefghij'],
    ['a text cut before half a pair', 'abcdefghi🙂', 'abcdefghi'],
    ['a number', 1.5, 1.5],
    ['a boolean', false, false],
    ['a small bigint', 7n, 7],
    ['a large bigint', 2n ** 60n, '1152921504'],
    ['a URL without its secrets', new URL('http://a:b@c'), 'http://RED'],
    ['an array of texts, each cut', ['abcdefghijklm', 'b'], ['abcdefghij', 'b']],
    ['an array of two kinds, as texts', ['a', 1, true], ['a', '1', 'true']],
    ['an array with holes and wrong elements, without them', [1, undefined, Number.NaN, {}, [2], 3], [1, 3]],
  ])('keep %s', (_, value, expected) => {
    expect(clean('key', value)).toEqual(expected);
  });

  test('keep a date as ISO text', () => {
    expect(attributePolicy().clean('at', new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  test.each(bad.map((value) => [value]))('leave out %s', (value) => {
    expect(clean('key', value)).toBeUndefined();
  });

  test('are cleaned without throwing and in bounds, for any value', () => {
    fc.assert(
      fc.property(fc.string(), fc.anything({ withDate: true, withMap: true, withTypedArray: true }), (key, value) => {
        const cleaned = clean(key, value);
        if (typeof cleaned === 'string') expect(cleaned.length).toBeLessThanOrEqual(10);
        if (typeof cleaned === 'number') expect(Number.isFinite(cleaned)).toBe(true);
        if (Array.isArray(cleaned)) {
          expect(cleaned.length).toBeLessThanOrEqual(128);
          expect(new Set(cleaned.map((each) => typeof each)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('of getters and proxies that throw are left out', () => {
    const { cleanAll } = attributePolicy();
    const attributes = {
      good: 1,
      get bad(): never {
        throw new Error('no');
      },
      ['']: 1,
      ['__proto__']: 1,
    };
    expect(cleanAll(attributes)).toEqual({ good: 1 });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(cleanAll(proxy)).toEqual({});
    expect(cleanAll([1, 2])).toEqual({});
  });
});

describe('keys', () => {
  const isSecret = secretKeyTest(['tax-number', /^acme\..*\.key$/g]);

  test.each([
    'authorization',
    'http.request.header.authorization',
    'http.request.header.x-api-key',
    'http.request.header.set-cookie',
    'Proxy-Authorization',
    'password',
    'user.password',
    'userPassword',
    'password_hash',
    'db.PASSWORD',
    'token',
    'access_token',
    'refreshToken',
    'token.value',
    'client_secret',
    'aws.secretAccessKey',
    'card_number',
    'taxNumber',
    'customer.tax_number',
    'acme.root.key',
  ])('%s names a secret, asked twice', (key) => {
    expect([isSecret(key), isSecret(key)]).toEqual([true, true]);
  });

  test.each([
    'author',
    'user.id',
    'token_count',
    'messaging.kafka.message.key',
    'secretary',
    'passenger.count',
    'shipping',
    'spin',
    'acme.key',
    'constructor',
    '',
  ])('%s does not', (key) => {
    expect(isSecret(key)).toBe(false);
  });

  test('that mention secrets hide all but numbers and booleans', () => {
    const { cleanAll } = attributePolicy();
    expect(cleanAll({ 'gen_ai.usage.input_tokens': 7, has_token: true, tokens: 'a b', 'session.id': 's' })).toEqual({
      'gen_ai.usage.input_tokens': 7,
      has_token: true,
      tokens: '[redacted]',
      'session.id': 's',
    });
  });
});

describe('URLs', () => {
  const isSecret = secretKeyTest();
  test.each([
    ['https://user:pass@host/a?b=1', 'https://REDACTED:REDACTED@host/a?b=1'],
    ['https://host/a?color=blue&sig=s3cr3t', 'https://host/a?color=blue&sig=REDACTED'],
    ['https://host/a?X-Amz-Signature=1&x=2#f', 'https://host/a?X-Amz-Signature=REDACTED&x=2#f'],
    ['https://host/?access_token=t&api%5Fkey=k', 'https://host/?access_token=REDACTED&api%5Fkey=REDACTED'],
    ['password=p&a=b', 'password=REDACTED&a=b'],
    ['//user@host', '//REDACTED:REDACTED@host'],
    ['/mail?to=a@b.c', '/mail?to=a@b.c'],
    ['%zz=1', '%zz=1'],
  ])('%s becomes %s', (url, expected) => {
    expect(redactUrl(url, (name) => isSecret(name) === true)).toBe(expected);
  });
});

describe('a span hides and caps', () => {
  test('secrets within strings of any key, in events, errors, status and lists', () => {
    const { spans, only } = recordedSpans();
    const given = 'connect postgres://app:s3cret@db/x --password s3cret';
    const expected = 'connect postgres://app:[redacted]@db/x --password [redacted]';
    expect(() =>
      spans.span('work', { attributes: { note: given } }, (span) => {
        span.addEvent('tried', { detail: given });
        span.setAttribute('process.command_args', ['run', '--token', 's3cret', 'AKIAIOSFODNN7EXAMPLE']);
        throw new Error(given);
      }),
    ).toThrow(given);
    const { attributes, events, status } = only();
    expect(attributes).toMatchObject({
      note: expected,
      'process.command_args': ['run', '--token', '[redacted]', '[redacted]'],
    });
    expect(events.map((event) => event.attributes?.['detail'] ?? event.attributes?.['exception.message'])).toEqual([
      expected,
      expected,
    ]);
    expect(status.message).toBe(expected);
    expect(JSON.stringify([attributes, events, status])).not.toContain('s3cret');
  });

  test('its first attributes, and later ones, set by any code', () => {
    const { spans, only } = recordedSpans({ maxValueLength: 5, redact: ['iban_nr'] });
    spans.span('work', { attributes: { password: 'p', long: 'abcdefgh', ok: 1 } }, (span) => {
      span.setAttribute('api_key', 'k').setAttributes({ token: 't', other: 'abcdefgh', ibanNr: 'x' });
      trace.getActiveSpan()?.setAttribute('user.secret', 's');
      span.addEvent('paid', { cookie: 'c', amount: 7 });
      span.addEvent('later', 5);
      span.addLink({ context: span.spanContext(), attributes: { authorization: 'a' } });
      span.addLinks([{ context: span.spanContext(), attributes: { jwt: 'a' } }]);
      span.setAttribute('nan', Number.NaN);
      span.setAttribute('object', { a: 1 } as never);
      span.setAttribute('', 1);
    });
    expect(only().attributes).toEqual({
      password: '[redacted]',
      long: 'abcde',
      ok: 1,
      api_key: '[redacted]',
      token: '[redacted]',
      other: 'abcde',
      ibanNr: '[redacted]',
      'user.secret': '[redacted]',
      nan: Number.NaN,
    });
    expect(only().events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['paid', { cookie: '[redacted]', amount: 7 }],
      ['later', {}],
    ]);
    expect(only().links.map(({ attributes }) => attributes)).toEqual([
      { authorization: '[redacted]' },
      { jwt: '[redacted]' },
    ]);
  });

  test('more for one call, or nothing', () => {
    const { spans, ended } = recordedSpans();
    spans.span('more', { redact: ['plan'], attributes: { plan: 'gold' } }, (span) => span.setAttribute('a.plan', 'x'));
    spans.span('nothing', { redact: false, attributes: { token: 'shown' } }, () => {});
    spans.span('as usual', { attributes: { plan: 'gold', token: 'hidden' } }, () => {});
    expect(ended().map(({ attributes }) => attributes)).toEqual([
      { plan: '[redacted]', 'a.plan': '[redacted]' },
      { token: 'shown' },
      { plan: 'gold', token: '[redacted]' },
    ]);
  });

  test('nothing of the stack of a failure', () => {
    const { spans, only } = recordedSpans({ maxValueLength: 20 });
    expect(() =>
      spans.span('work', () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(String(only().events[0]?.attributes?.['exception.stacktrace']).length).toBeGreaterThan(100);
  });
});

describe('attributes as a function', () => {
  test('are there when the span starts', () => {
    const { spans, only } = recordedSpans();
    spans.span('work', { attributes: () => ({ size: 1 }) }, () => {});
    expect(only().attributes).toEqual({ size: 1 });
  });

  test('that throws are left out', () => {
    const { spans, only } = recordedSpans();
    const attributes = (): never => {
      throw new Error('no');
    };
    expect(spans.span('work', { attributes }, () => 1)).toBe(1);
    expect(only().attributes).toEqual({});
  });
});

test('a wrong option says what is allowed', () => {
  expect(() => attributePolicy({ maxValueLength: 0 })).toThrow(
    'maxValueLength must be a whole number of characters above 0, but got 0.',
  );
});

test.each([
  ['https://host/cb#access_token=t&a=1', 'https://host/cb#access_token=REDACTED&a=1'],
  ['https://host/login?next=%2Fcb%3Ftoken%3Dt', 'https://host/login?next=%2Fcb%3Ftoken%3DREDACTED'],
  ['https://host/a?url=amqp%3A%2F%2Fu%3Ap%40mq', 'https://host/a?url=amqp%3A%2F%2FREDACTED%40mq'],
  ['https://host/a?q={"password":"p"}', 'https://host/a?q={"password":"REDACTED"}'],
  ['https://host/pay?n=4242424242424242', 'https://host/pay?n=REDACTED'],
])('of an attribute with a URL, %s becomes %s', (url, expected) => {
  expect(attributePolicy().clean('url.full', url)).toBe(expected);
});

test('a value that was right before does not let a secret pass under the same key', () => {
  const { clean } = attributePolicy();
  const notes = ['GET /orders', 'login?token=s3cretvalue1', 'GET /orders', 'GET /orders', 'login?token=s3cretvalue2'];
  expect(notes.map((note) => clean('note', note))).toEqual([
    'GET /orders',
    'login?token=[redacted]',
    'GET /orders',
    'GET /orders',
    'login?token=[redacted]',
  ]);
});
