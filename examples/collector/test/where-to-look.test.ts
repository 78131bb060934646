import { expect, test } from 'vitest';
import { whereToLook } from '../src/where-to-look.js';

test('lists what runs, the address of the metrics and three things to try', () => {
  const text = whereToLook({ exchangeUrl: undefined, redisUrl: undefined }, { backend: 'log', pageUrl: undefined });
  expect(text).toContain('simulated exchange');
  expect(text).toContain('METRICS_BACKEND=prometheus METRICS_PORT=0 npm start');
  expect(text.match(/^ {2}.*(npm start|curl)/gm)).toHaveLength(3);
  expect(text).toContain('"msg":"metrics"');
  expect(text).not.toContain('healthz');
});

test('names the exposition if there is one, and nothing secret', () => {
  const text = whereToLook(
    { exchangeUrl: 'wss://me:secret@exchange.test/feed?token=secret', redisUrl: 'redis://:secret@redis.test' },
    { backend: 'prometheus', pageUrl: 'http://localhost:9464/metrics' },
  );
  expect(text).toContain('exchange.test');
  expect(text).toContain('http://localhost:9464/metrics');
  expect(text).toContain('http://localhost:9464/healthz');
  expect(text).toContain('curl -s http://localhost:9464/metrics');
  expect(text.match(/^ {2}.*(npm start|curl)/gm)).toHaveLength(3);
  expect(text).not.toContain('secret');
  expect(text).not.toContain('"msg":"metrics"');
});
