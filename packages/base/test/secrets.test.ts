import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { hidden } from './hidden.js';

describe('URLs', () => {
  test.each([
    ['postgres://app:s3cret@db:5432/x', 'postgres://app:***@db:5432/x'],
    ['postgres://app:s3/cr#et?a=1@db:5432/x', 'postgres://app:***@db:5432/x'],
    ['postgres://app:s3"cr\'et@db/x', 'postgres://app:***@db/x'],
    ['postgres://app:s3@cret@db/x', 'postgres://app:***@db/x'],
    [`amqp://u:${'s'.repeat(2000)}@mq`, 'amqp://u:***@mq'],
    ['redis://:s3cret@cache', 'redis://:***@cache'],
    ['https://s3cret@sentry.io/1', 'https://***@sentry.io/1'],
    ['a http://u:a@h1,http://u:b@h2 c', 'a http://u:***@h1,http://u:***@h2 c'],
    ['postgres://app:123/s3cret@db/x', 'postgres://app:***@db/x'],
    ['https://u:0,$aA)@host/', 'https://u:***@host/'],
    ['http://registry:4873/@scope/name', 'http://registry:4873/@scope/name'],
    ['to http://host:80, from a@b', 'to http://host:80, from a@b'],
    ['redis://cache:6379/0', 'redis://cache:6379/0'],
    ['http://host:8080/path?mail=a@b.example', 'http://host:8080/path?mail=a@b.example'],
    ['{"url":"http://host:80","mail":"a@b.example"}', '{"url":"http://host:80","mail":"a@b.example"}'],
    ['http://[::1]:80/?mail=a@b', 'http://[::1]:80/?mail=a@b'],
    ['see https://example.com/a and mail me@example.com', 'see https://example.com/a and mail me@example.com'],
    [
      'GET https://b.s3.amazonaws.com/k?X-Amz-Credential=s3c&X-Amz-Signature=s3cret&X-Amz-Date=1',
      'GET https://b.s3.amazonaws.com/k?X-Amz-Credential=***&X-Amz-Signature=***&X-Amz-Date=1',
    ],
    [
      'https://storage.googleapis.com/b/o?X-Goog-Signature=s3cret',
      'https://storage.googleapis.com/b/o?X-Goog-Signature=***',
    ],
    [
      'https://b.s3.amazonaws.com/k?AWSAccessKeyId=s3cret&Expires=1&Signature=s3c%2Fret',
      'https://b.s3.amazonaws.com/k?AWSAccessKeyId=***&Expires=1&Signature=***',
    ],
    ['https://a.blob.core.windows.net/c?sv=2020&sig=s3cret', 'https://a.blob.core.windows.net/c?sv=2020&sig=***'],
    ['post https://hooks.slack.com/services/T0/B0/s3cret', 'post https://hooks.slack.com/services/***'],
    ['/cb?api-key=s3cret&a=1', '/cb?api-key=***&a=1'],
  ])('%s', (given, expected) => expect(hidden(given)).toBe(expected));
});

describe('values of secret names', () => {
  test.each([
    ['DefaultEndpointsProtocol=https;AccountKey=s3cret==;x=1', 'DefaultEndpointsProtocol=https;AccountKey=***;x=1'],
    ['X-Api-Key: s', 'X-Api-Key: ***'],
    ['GET / HTTP/1.1\r\nCookie: a=s3; b=c4\r\nAccept: */*\r\n', 'GET / HTTP/1.1\r\nCookie: ***\r\nAccept: */*\r\n'],
    ['Set-Cookie: sid=s3cret; Path=/; HttpOnly', 'Set-Cookie: ***'],
    ['Authorization: s3cret', 'Authorization: ***'],
    ['Authorization: Digest username="u", realm="r", response="s3cret"', 'Authorization: Digest ***'],
    ["{ password: 's3cret', user: 'u' }", "{ password: ***, user: 'u' }"],
    ["{ tokens: [ 's3', 'c4' ], user: 'u' }", "{ tokens: ***, user: 'u' }"],
    ["{ 'x-api-key': 's3cret' }", "{ 'x-api-key': *** }"],
    ["{ name: 'password', value: 's3cret' }", "{ name: 'password', value: *** }"],
    ['password: s3cret', 'password: ***'],
    ['client_secret: correcthorse', 'client_secret: ***'],
    ['wrong password: try again', 'wrong password: try again'],
    ['Invalid token: expired', 'Invalid token: expired'],
    ['SyntaxError: Unexpected token: }', 'SyntaxError: Unexpected token: }'],
    ['at secrets/session.js:45:10 and auth.ts:3', 'at secrets/session.js:45:10 and auth.ts:3'],
    ['run --password s3cret --user u', 'run --password *** --user u'],
    ["run --api-key 's3 cret' -v", 'run --api-key *** -v'],
    ['run --password=s3cret', 'run --password=***'],
    ['run --token --verbose', 'run --token --verbose'],
    ['<a><password>s3cret</password></a>', '<a><password>***</password></a>'],
    ['<wsse:Password Type="t">s3cret</wsse:Password>', '<wsse:Password Type="t">***</wsse:Password>'],
    ['<password><![CDATA[s3<c>ret]]></password>', '<password>***</password>'],
    ['<credentials><v>s3cret</v></credentials>', '<credentials>***</credentials>'],
    ['<password/><user>u</user>', '<password/><user>u</user>'],
    [
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\ns3\r\ncret\r\n--b--',
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n***\r\n--b--',
    ],
    [
      '--b\nContent-Disposition: form-data; name="token"\nContent-Type: text/plain\n\ns3cret\n--b--',
      '--b\nContent-Disposition: form-data; name="token"\nContent-Type: text/plain\n\n***\n--b--',
    ],
    [
      '--b\r\nContent-Disposition: form-data; name="user"\r\n\r\nu\r\n--b--',
      '--b\r\nContent-Disposition: form-data; name="user"\r\n\r\nu\r\n--b--',
    ],
    ['{"tokens":[["s3"],["c]4"]],"a":1}', '{"tokens":"***","a":1}'],
    ['{"auth":{"a":{"b":"s}3"}},"a":1}', '{"auth":"***","a":1}'],
    ['"{\\"tokens\\":[[\\"s3\\"],[\\"c]4\\"]],\\"a\\":1}"', '"{\\"tokens\\":\\"***\\",\\"a\\":1}"'],
    [
      '[{"name":"password","value":"s3cret"},{"name":"a","value":"b"}]',
      '[{"name":"password","value":"***"},{"name":"a","value":"b"}]',
    ],
    ['{"password":null,"a":1}', '{"password":null,"a":1}'],
    ['{"secret":true}', '{"secret":"***"}'],
  ])('%s', (given, expected) => expect(hidden(given)).toBe(expected));
});

describe('what is a secret by its form', () => {
  const key = 's'.repeat(64);
  test.each([
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIs3cret\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----',
    ],
    ['key: -----BEGIN PRIVATE KEY-----\\nMIIs3cret', 'key: -----BEGIN PRIVATE KEY-----***'],
    [
      '-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----***-----END PGP PRIVATE KEY BLOCK-----',
    ],
    [
      '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
      '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
    ],
    ['id AKIAIOSFODNN7EXAMPLE.', 'id ***.'],
    ['ASIAIOSFODNN7EXAMPLE', '***'],
    [`ghp_${key.slice(0, 36)}`, '***'],
    [`github_pat_${key}`, '***'],
    [`glpat-${key.slice(0, 20)}`, '***'],
    ['sk_live_4eC39HqLyjWDarjtT1zdp7dc', '***'],
    ['rk_test_4eC39HqLyjWDarjtT1zdp7dc', '***'],
    ['xoxb-123456789012-abcdefABCDEF', '***'],
    [`AIza${key.slice(0, 35)}`, '***'],
    [`npm_${key.slice(0, 36)}`, '***'],
    [`SG.${key.slice(0, 22)}.${key.slice(0, 43)}`, '***'],
    ['sk-proj-abcDEF123456789012345', '***'],
    ['id eyJhbGciOi.eyJzdWIiOi.s3cret', 'id ***'],
    ['disk-of-some-very-long-name-and-2', 'disk-of-some-very-long-name-and-2'],
    ['task-based-scheduling-of-work-1', 'task-based-scheduling-of-work-1'],
    ['0af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c80319c'],
    ['pk_live_4eC39HqLyjWDarjtT1zdp7dc', 'pk_live_4eC39HqLyjWDarjtT1zdp7dc'],
  ])('%s', (given, expected) => expect(hidden(given)).toBe(expected));
});

test('changes nothing in ordinary texts', () => {
  for (const text of [
    'order 4711 placed by customer 12: 3 items, total 45.99 EUR',
    'GET /api/v1/users/7?page=2&sort=name 200 12ms',
    'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)',
    '{"a":1,"b":[1,2,{"c":"d"}],"key":"value","author":"x"}',
    "select * from tokens where user_id = $1 and state = 'open'",
    'md:ticker:BTC_JPY',
    '2026-11-29T12:34:56.789Z INFO started in 5 s',
    'session-store: 12 entries',
    '<a href="https://example.com/?a=1">b</a>',
  ])
    expect(hidden(text)).toBe(text);
});

test('hides any value of a secret name, in any notation', () => {
  const secret = fc.stringMatching(/^[A-Za-z]{4}\d[A-Za-z\d+/=~^%*-]{4,20}$/);
  const notation = fc.constantFrom<(name: string, value: string) => string>(
    (name, value) => JSON.stringify({ a: 1, [name]: value, b: 2 }),
    (name, value) => JSON.stringify({ a: JSON.stringify({ [name]: [[value], { c: value }] }) }),
    (name, value) => JSON.stringify([{ name, value }]),
    (name, value) => inspect({ [name]: value, b: [1] }),
    (name, value) => inspect({ a: { [name]: [value, value] } }),
    (name, value) => `GET /x?a=1&${encodeURIComponent(name)}=${encodeURIComponent(value)} 200`,
    (name, value) => `run --${name} ${value} -v`,
    (name, value) => `run --${name}='${value}' -v`,
    (name, value) => `${name}: ${value}`,
    (name, value) => `<a><${name}>${value}</${name}></a>`,
    (name, value) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--`,
  );
  const name = fc.constantFrom('password', 'client_secret', 'x-api-key', 'accessToken', 'Refresh-Token', 'DB_PASSWORD');
  fc.assert(
    fc.property(notation, name, secret, (write, key, value) => {
      const text = hidden(write(key, value));
      expect(text).not.toContain(value);
      expect(text).not.toContain(encodeURIComponent(value));
    }),
    { numRuns: rounds(1000) },
  );
});
