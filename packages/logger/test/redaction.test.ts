import { isCardNumber, secrecyOf } from '@sightline/base/secrets';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../scripts/cpu-time.js';
import { redactionBy } from '../src/redaction/redaction.js';
import { lines } from './lines.js';

test.each([
  ...[
    'password',
    'PASSWORD',
    'userPassword',
    'user_password',
    'user-password',
    'passwd',
    'pwd',
    'DB_PWD',
    'passphrase',
  ],
  ...['secret', 'client_secret', 'clientSecret', 'SECRET_KEY', 'authorization', 'Authorization', 'proxy-authorization'],
  ...[
    'cookie',
    'Cookie',
    'set-cookie',
    'SetCookie',
    'token',
    'accessToken',
    'access_token',
    'ACCESS-TOKEN',
    'refreshtoken',
  ],
  ...[
    'id_token',
    'x-auth-token',
    'csrfToken',
    '_csrf',
    'xsrf-token',
    'api_key',
    'apiKey',
    'X-API-Key',
    'APIKEY',
    'privateKey',
  ],
  ...['private_key', 'accessKey', 'aws_secret_access_key', 'session', 'sessionId', 'session_id', 'sid', 'creditCard'],
  ...[
    'credit_card_number',
    'cardNumber',
    'cvv',
    'cvc',
    'card_cvc',
    'ssn',
    'pin',
    'otp',
    'credentials',
    'jwt',
    'connectionString',
  ],
])('%s names a secret', (key) => {
  expect(secrecyOf(key)).toBe(true);
});

test.each([
  ...[
    'tokenCount',
    'token_type',
    'tokenizer',
    'secretary',
    'author',
    'authority',
    'passed',
    'passenger',
    'pinned',
    'session_count',
  ],
  ...[
    'sessionDurationMs',
    'keyboard',
    'key',
    'monkey',
    'cookieless',
    'user',
    'compass',
    'spin',
    'pwdir',
    'company',
    'japan',
  ],
])('%s names none', (key) => {
  expect(secrecyOf(key)).toBe(false);
});

test('a count of tokens is shown, a list of them is not', () => {
  const { log, last } = lines();
  log.info({ total_tokens: 7, tokens: ['a'] }, 'm');
  expect(last()).toMatchObject({ total_tokens: 7, tokens: '[Redacted]' });
});

test('what is only said of a secret is shown, if it is a number or a claim', () => {
  const { log, last } = lines();
  log.info({ hasPassword: true, passwordResetCount: 3, password_changed_at: 17, password: 3, pin: 1234 }, 'm');
  expect(last()).toMatchObject({ hasPassword: true, passwordResetCount: 3, password_changed_at: 17 });
  expect(last()).toMatchObject({ password: '[Redacted]', pin: '[Redacted]' });
  log.info({ hasPassword: 's3cret', passwordCount: { value: 's3cret' } }, 'm');
  expect(last()).toMatchObject({ hasPassword: '[Redacted]', passwordCount: '[Redacted]' });
});

describe('card numbers', () => {
  test.each([
    '4111111111111111',
    '4242 4242 4242 4242',
    '5555-5555-5555-4444',
    '378282246310005',
    '6011111111111117',
    '3530111333300000',
  ])('%s is hidden in texts', (number) => {
    const { log, text } = lines();
    log.info({ note: `paid with ${number}.` }, `paid with ${number}`);
    expect(text()).not.toContain(number);
  });

  test('one that is a number is hidden, too', () => {
    const { log, last } = lines();
    log.info({ n: 4111111111111111, time_us: 1700000000000000, big: 4111111111111112 }, 'm');
    expect(last()).toMatchObject({ n: '[Redacted]', time_us: 1700000000000000, big: 4111111111111112 });
  });

  test('ids, times and hexadecimal numbers are none', () => {
    for (const digits of ['4111111111111112', '1700000000000000', '0000000000000000', '1234567890123456'])
      expect(isCardNumber(digits)).toBe(false);
    const { log, last } = lines();
    log.info(
      { id: 'a4111111111111111', at: '2026-11-22 12:34:56.789012', uuid: '41111111-1111-4111-8111-111111111111' },
      'm',
    );
    expect(last()).toMatchObject({ id: 'a4111111111111111', uuid: '41111111-1111-4111-8111-111111111111' });
  });
});

test.each([
  ['postgres://app:s3cret@db:5432/x', 'postgres://app:[Redacted]@db:5432/x'],
  ['redis://:s3cret@cache', 'redis://:[Redacted]@cache'],
  ['https://s3cret@sentry.io/1', 'https://[Redacted]@sentry.io/1'],
  ['/login?user=u&password=s3cret#x', '/login?user=u&password=[Redacted]#x'],
  ['https://h/#access_token=s3cret', 'https://h/#access_token=[Redacted]'],
  ['https://h/p?a=1', 'https://h/p?a=1'],
  ['password=s3cret&grant=x', 'password=[Redacted]&grant=x'],
  ['login user=u password="s3cret s3cret" a=1', 'login user=u password=[Redacted] a=1'],
  ['Server=db;Uid=u;Pwd=s3cret;Timeout=3', 'Server=db;Uid=u;Pwd=[Redacted];Timeout=3'],
  ['{"user":"u","password":"s3\\"cret","a":1}', '{"user":"u","password":"[Redacted]","a":1}'],
  ['body: {"token" : "s3cret', 'body: {"token" : "[Redacted]"'],
  [
    '{"pin":1234,"tokens":["s3cret"],"auth":{"x":"s3cret"}}',
    '{"pin":"[Redacted]","tokens":"[Redacted]","auth":"[Redacted]"}',
  ],
  ['url=/login?token=s3cret&b=1', 'url=/login?token=[Redacted]&b=1'],
  ['/login?next=/back?token=s3cret', '/login?next=/back?token=[Redacted]'],
  ['msg="login password=s3cret failed" a=1', 'msg="login password=[Redacted] failed" a=1'],
  ['password="s3\\"cret" a=1', 'password=[Redacted] a=1'],
  ['{"a":"password=\\"s3cret\\""}', '{"a":"password=[Redacted]"}'],
  ['{"token":"s3cret\\\\","b":"c"}', '{"token":"[Redacted]","b":"c"}'],
  ['{"a":"{\\"password\\":\\"s3cret\\"}"}', '{"a":"{\\"password\\":\\"[Redacted]\\"}"}'],
  ['sent Authorization: Bearer s3cret', 'sent Authorization: Bearer [Redacted]'],
  ['sent Basic dTpzM2NyZXQ=', 'sent Basic [Redacted]'],
  ['id eyJhbGciOi.eyJzdWIiOi.s3cret', 'id [Redacted]'],
  ['id user-eyJhbGciOi.eyJzdWIiOi.s3cret', 'id user-[Redacted]'],
  ['?max_tokens=5&has_token=true&tokens=s3cret', '?max_tokens=5&has_token=true&tokens=[Redacted]'],
  ['used {"total_tokens":5,"tokens":"s3cret"}', 'used {"total_tokens":5,"tokens":"[Redacted]"}'],
  ['Token expired, Basic authentication, {"a":1}, b=2', 'Token expired, Basic authentication, {"a":1}, b=2'],
])('a text of %s', (given, expected) => {
  const { log, last } = lines();
  log.error({ url: given, err: new Error(given) }, given);
  expect(last()['url']).toBe(expected);
  expect(last()['msg']).toBe(expected);
  expect(last()['err']).toMatchObject({ message: expected });
  log.error(new Error(given));
  expect(last()['msg']).toBe(expected);
});

test('a name and its value may be a pair in a list, or members in capitals', () => {
  const { log, last } = lines();
  log.info({
    headers: [
      ['Accept', 'a'],
      ['Authorization', 's3cret'],
    ],
    env: [{ Name: 'DB_PASSWORD', Value: 's3cret' }],
    required: ['password', 'email'],
  });
  expect(last()).toMatchObject({
    headers: [
      ['Accept', 'a'],
      ['Authorization', '[Redacted]'],
    ],
    env: [{ Name: 'DB_PASSWORD', Value: '[Redacted]' }],
    required: ['password', 'email'],
  });
});

test('a name and its value may be one word', () => {
  const { log, last } = lines();
  log.info(
    { note: 'password:s3cretWord7', topic: 'md:ticker:BTC_JPY', card: '4242\u00A04242\u00A04242\u00A04242' },
    'pin:4711x',
  );
  expect(last()).toMatchObject({
    note: 'password:[Redacted]',
    topic: 'md:ticker:BTC_JPY',
    card: '[Redacted]',
    msg: 'pin:[Redacted]',
  });
});

test('secrets are found in children, contexts, maps, arrays, errors and placeholders', () => {
  const { log, text } = lines({ context: { apiKey: 'S1' } });
  log
    .child({ auth: { password: 'S2' } })
    .info(
      { list: [{ token: 'S3' }], map: new Map([['secret', 'S4']]) },
      'with %j and %o',
      { pwd: 'S5' },
      { a: { cookie: 'S6' } },
    );
  log.error(Object.assign(new Error('x'), { response: { headers: { 'set-cookie': ['S7'] } } }));
  log.setBindings({ session: 'S8' });
  log.info('m');
  expect(text()).not.toMatch(/S\d/);
});

test('keys, paths and texts can be added, and keys taken out', () => {
  const { log, last } = lines({
    redact: {
      keys: ['tax id', /^x_/],
      paths: ['order.note', 'rows[*].name', 'top'],
      values: [/acme-\w+/],
      allow: ['session'],
    },
  });
  log.info(
    {
      taxId: 1,
      x_a: 2,
      order: { note: 'n', other: 'o' },
      rows: [{ name: 'a', b: 1 }],
      top: 1,
      v: 'an acme-123 thing',
      session: 5,
      password: 'p',
    },
    'acme-9',
  );
  expect(last()).toMatchObject({
    taxId: '[Redacted]',
    x_a: '[Redacted]',
    order: { note: '[Redacted]', other: 'o' },
    rows: [{ name: '[Redacted]', b: 1 }],
    top: '[Redacted]',
    v: 'an [Redacted] thing',
    session: 5,
    password: '[Redacted]',
    msg: '[Redacted]',
  });
});

test('allow and censor may be functions, and may throw', () => {
  const { log, last } = lines({
    redact: {
      allow: (key, value) => key === 'token' && value === 'public',
      censor: (value) => `${String(value).length} characters`,
    },
  });
  log.info({ token: 'public', password: 'abc', list: [{ token: 'x' }] }, 'm');
  expect(last()).toMatchObject({ token: 'public', password: '3 characters', list: [{ token: '1 characters' }] });
  const failing = lines({
    redact: {
      allow: () => {
        throw new Error('no');
      },
      censor: () => {
        throw new Error('no');
      },
    },
  });
  failing.log.info({ password: 'abc' }, 'm');
  expect(failing.last()['password']).toBe('[Redacted]');
});

test('redaction can be turned off', () => {
  const { log, last } = lines({ redact: false });
  log.info({ password: 'abc', url: 'http://u:p@h' }, '4111111111111111');
  expect(last()).toMatchObject({ password: 'abc', url: 'http://u:p@h', msg: '4111111111111111' });
});

test('a path that cannot be read is refused', () => {
  expect(() => lines({ redact: { paths: ['a..b'] } })).toThrow('redact.paths has "a..b"');
});

test.each([
  '://',
  '1 ',
  '1-',
  '?a=',
  'Bearer ',
  'eyJ',
  'eyJaaaaa-',
  '://a:',
  '@',
  '&',
  '"a":',
  '\\"',
  '"',
  '"a":[',
  '"a":{',
  'a="',
  ' ="',
  'Token a',
])('no text of many %s makes a pattern run away', { timeout: 60_000 }, async (piece) => {
  const { text } = redactionBy({});
  expect(await cpuTime(() => text(piece.repeat(1_000_000 / piece.length)))).toBeLessThan(5000);
});
