import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedConfiguration, maskedSetting, quotedSetting } from '../src/secrets/index.js';

test('keys of the log backend are no secret', () => {
  expect(maskedSetting('logSnapshot.keys', { received_total: 'received' })).toBe('{ received_total: "received" }');
});

test('never shows the password of a URL, wherever it stands', () => {
  const password = fc.stringMatching(/^[A-Za-z0-9@:!$&'()*+,;=._~-]{8,20}$/);
  fc.assert(
    fc.property(password, (secret) => {
      const url = `https://user:${secret}@host.example/path`;
      const text = maskedSetting('endpoint', { list: [url], text: `see ${url} for more` });
      expect(text).not.toContain(secret);
      expect(text).toContain('host.example/path');
    }),
  );
});

test.each([
  'postgres://app:s3cr/et@db:5432/x',
  'postgres://app:s3cr?et#s3cret@db/x',
  'https://s3cret@collector:4318',
  'app:s3cret@collector:4318/v1',
  'app:s3/cret@collector',
  'http://collector:4318/?token=s3cret&a=1',
  'http://collector:4318/?api-key=s3cret',
  'http://collector:4318/?dd_key=s3cret',
  'udp://u:s3cret@agent:8125',
  'api.key=s3cret,service.name=x',
  'see "app:s3cret@collector" for more',
])('shows no secret of %s', (text) => {
  expect(maskedConfiguration(text)).not.toMatch(/s3|cret/);
  expect(maskedSetting('endpoint', text)).not.toMatch(/s3|cret/);
  expect(quotedSetting('url', text)).not.toMatch(/s3|cret/);
  expect(quotedSetting('destination', { url: text })).not.toMatch(/s3|cret/);
});

test('shows of the address of a webhook only where it is', () => {
  const address = 'https://chat.example/hooks/s3cret?a=s3cret';
  expect(maskedSetting('logger.destination', [{ alert: address }, { alert: new URL(address) }])).toBe(
    '[{ alert: "https://chat.example/***" }, { alert: "https://chat.example/***" }]',
  );
  expect(quotedSetting('destination', { webhook: address, alertUrl: address })).toBe(
    '{"webhook":"https://chat.example/***","alertUrl":"https://chat.example/***"}',
  );
  expect(maskedSetting('alert', 'https://chat.example')).toBe('"https://chat.example"');
  expect(maskedSetting('alert', () => {})).toBe('a function');
});

test('quotes numbers as they are, and says what cannot be quoted', () => {
  expect([Number.NaN, -0.5, 10n, true, null, undefined].map((value) => quotedSetting('port', value))).toEqual([
    'NaN',
    '-0.5',
    '10n',
    'true',
    'null',
    'undefined',
  ]);
  expect(quotedSetting('port', () => 's3cret')).toBe('a function');
  expect(quotedSetting('port', Symbol('s3cret'))).toBe('a symbol');
});

test('quotes no more of a long value than a message can hold', () => {
  for (const value of ['x'.repeat(100_000), Array.from({ length: 1000 }, () => 'x'.repeat(100))])
    expect(quotedSetting('path', value).length).toBeLessThan(320);
  expect(quotedSetting('url', `https://s3cret${'s3cret'.repeat(60)}@host/`)).not.toContain('s3cret');
});

test('shows what is none', () => {
  for (const text of [
    'http://collector:4318/v1/traces',
    'localhost:8125',
    '[::1]:4317',
    'service.name=x,team=y',
    '0.5',
  ])
    expect(maskedConfiguration(text)).toBe(text);
  expect(maskedSetting('resource', { 'api.key': 's3cret', team: 'a', tokens: 3 })).toBe(
    '{ api.key: ***, team: "a", tokens: 3 }',
  );
});
