import { describe, expect, test } from 'vitest';
import { createMetrics, type MetricsCollector } from '../src/index.js';
import { isIdLabel, type LintOptions, lintMetrics } from '../src/lint/index.js';

function problems(declare: (metrics: MetricsCollector) => void, options: LintOptions = {}): string[] {
  const metrics = createMetrics({ log: { info() {}, warn() {}, error() {} } });
  declare(metrics);
  return lintMetrics(metrics.snapshot(), options).map(({ metric, rule, level }) => `${level} ${metric} ${rule}`);
}

const help = 'Something that is measured.';

test('metrics by the conventions pass', () => {
  const found = problems((metrics) => {
    metrics.counter('collector_messages_received_total', { help, labelNames: ['channel', 'symbol'] });
    metrics.counter('command.dispatched.count', { help, labelNames: ['command_type'] });
    metrics.histogram('http.server.request.duration', { help, unit: 'seconds' });
    metrics.histogram('collector_publish_latency_seconds', { help });
    metrics.gauge('system_cpu_usage_percent', { help, labelNames: ['core'] });
    metrics.gauge('queue_length', { help });
    metrics.info('build_info', { help, labels: { version: '1' } });
  });
  expect(found).toEqual([]);
});

test.each<[string, (metrics: MetricsCollector) => void, string]>([
  [
    'help that repeats the name',
    (m) => m.gauge('queue_length', { help: 'Queue length.' }),
    'warning queue_length help',
  ],
  ['a counter without _total', (m) => m.counter('jobs', { help }), 'warning jobs counter-suffix'],
  ['a gauge with _total', (m) => m.gauge('jobs_total', { help }), 'error jobs_total counter-suffix'],
  ['a type in a name', (m) => m.gauge('queue_gauge', { help }), 'warning queue_gauge type-in-name'],
  [
    'milliseconds',
    (m) => m.histogram('redis_publish_latency_ms', { help }),
    'warning redis_publish_latency_ms base-unit',
  ],
  ['megabytes', (m) => m.gauge('heap', { help, unit: 'megabytes' }), 'warning heap base-unit'],
  ['an abbreviated unit', (m) => m.gauge('uptime_sec', { help }), 'warning uptime_sec base-unit'],
  ['a duration without a unit', (m) => m.histogram('job_duration', { help }), 'warning job_duration missing-unit'],
  ['an id as label', (m) => m.counter('jobs_total', { help, labelNames: ['user_id'] }), 'error jobs_total id-label'],
  [
    'a label in a style of its own',
    (m) => m.counter('jobs_total', { help, labelNames: ['Queue_Name'] }),
    'warning jobs_total label-style',
  ],
  [
    'a label in the name',
    (m) => m.counter('jobs_by_queue', { help, labelNames: ['queue'] }),
    'warning jobs_by_queue label-in-name',
  ],
])('%s is found', (_what, declare, expected) => {
  expect(problems(declare)).toContain(expected);
});

test('a label with very many values, and an overflow series, are found in a running service', () => {
  const found = problems((metrics) => {
    const jobs = metrics.counter('jobs_total', { help, labelNames: ['queue'], maxSeries: 150 });
    for (let i = 0; i < 200; i++) jobs.inc({ queue: `q${i}` });
  });
  expect(found).toEqual(['error jobs_total overflow', 'error jobs_total many-label-values']);
});

describe('A label that gets new values for ever', () => {
  const withLabel =
    (label: string, value: string, maxSeries?: number) =>
    (metrics: MetricsCollector): void =>
      metrics.gauge('runs', { help, labelNames: [label], maxSeries }).set({ [label]: value }, 1);

  test.each(['date', 'run_date', 'startDate', 'run.date'])('is found by its name: %s', (label) => {
    expect(problems((metrics) => metrics.gauge('runs', { help, labelNames: [label] }))).toEqual([
      'error runs growing-label',
    ]);
  });

  test.each([
    ['day', '2025-11-03'],
    ['week', '2025-W45'],
    ['month', '2025-11'],
    ['hour', '2025-11-03T14'],
    ['runMonth', '202511'],
  ])('is found by its values: %s="%s"', (label, value) => {
    expect(problems(withLabel(label, value))).toEqual(['error runs growing-label']);
  });

  test.each([
    ['day', 'monday'],
    ['hour', '13'],
    ['week', '45'],
    ['api_version', '2025-11-03'],
    ['update', '2025-11-03'],
    ['candidate', 'x'],
  ])('is not one that comes round again, or means something else: %s="%s"', (label, value) => {
    expect(problems(withLabel(label, value))).toEqual([]);
  });

  test('is right where the metric declares its bound, or the lint allows it', () => {
    expect(problems(withLabel('date', '2025-11-03', 7))).toEqual([]);
    expect(problems(withLabel('date', '2025-11-03'), { allowedLabels: ['date'] })).toEqual([]);
    const many = (metrics: MetricsCollector): void => {
      const runs = metrics.gauge('runs', { help, labelNames: ['date'], maxSeries: 180 });
      for (let day = 0; day < 180; day++) {
        runs.set({ date: new Date(day * 86_400_000).toISOString().slice(0, 10) }, day);
      }
    };
    expect(problems(many)).toEqual([]);
  });
});

describe('What is known to be right', () => {
  const declare = (metrics: MetricsCollector): void =>
    void metrics.counter('jobs', { help, labelNames: ['job_id', 'team'] });

  test('may be allowed or ignored', () => {
    expect(problems(declare, { allowedLabels: ['job_id'] })).toEqual(['warning jobs counter-suffix']);
    expect(problems(declare, { ignore: [{ metric: 'jobs' }] })).toEqual([]);
    expect(problems(declare, { ignore: [{ rule: 'id-label' }] })).toEqual(['warning jobs counter-suffix']);
  });

  test('and more labels forbidden', () => {
    expect(problems(declare, { allowedLabels: ['job_id'], forbiddenLabels: ['team'] })).toContain(
      'error jobs id-label',
    );
  });
});

test('names of ids are distinguished from others', () => {
  for (const name of [
    'user_id',
    'userId',
    'orderId',
    'request.id',
    'email',
    'customerEmail',
    'id',
    'trace_id',
    'uuid',
    'url',
  ]) {
    expect([name, isIdLabel(name)]).toEqual([name, true]);
  }
  for (const name of [
    'gpu_id',
    'grid',
    'valid',
    'paid',
    'shard',
    'zone',
    'method',
    'code',
    'route',
    'symbol',
    'clientType',
  ]) {
    expect([name, isIdLabel(name)]).toEqual([name, false]);
  }
});
