import { describe, expect, test } from 'vitest';
import { createMetrics, type MetricsCollector } from '../src/index.js';

const help = 'h';
const payload = (metrics: MetricsCollector) => metrics.histogram('payload', { help, unit: 'bytes' });

describe('a metric is refused whose name another one writes, in any backend', () => {
  test.each<[string, (metrics: MetricsCollector) => unknown, string]>([
    [
      "a counter named like a histogram's count in CloudWatch",
      (m) => m.counter('payload_count', { help }),
      'payload_count',
    ],
    ["a gauge named like a histogram's sum in CloudWatch", (m) => m.gauge('payload_sum', { help }), 'payload_sum'],
    [
      "a gauge named like a histogram's bucket",
      (m) => m.gauge('payload_bytes_bucket', { help }),
      'payload_bytes_bucket',
    ],
    ['a gauge that Prometheus writes alike', (m) => m.gauge('payload.bytes', { help }), 'payload_bytes'],
    ['an info that Prometheus writes alike', (m) => m.info('payload_bytes', { help, labels: {} }), 'payload_bytes'],
  ])('%s', (_, declare, name) => {
    const metrics = createMetrics();
    payload(metrics);
    expect(() => declare(metrics)).toThrow(`are both written as "${name}" by a backend`);
    const other = createMetrics();
    declare(other);
    expect(() => payload(other)).toThrow(`are both written as "${name}" by a backend`);
  });

  test('also below a child, and after a filter has renamed it', () => {
    const metrics = createMetrics({ filters: [{ match: 'sizes', rename: 'app_payload' }] });
    metrics.child({ prefix: 'app_' }).counter('payload_count', { help });
    expect(() => metrics.histogram('sizes', { help })).toThrow('are both written as "app_payload_count"');
  });
});
