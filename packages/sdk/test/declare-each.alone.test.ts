import { DeclarationError } from '@sightline/core';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { expect, test } from 'vitest';
import { declareEach } from '../src/declare-each.js';
import { createObservability, serverlessHandler } from '../src/index.js';

test('what is refused records nothing, and the next is declared all the same', () => {
  const metrics = createTestMetrics();
  metrics.counter('jobs_total', { help: 'Jobs.' });
  const each = declareEach(metrics);
  each('jobs_total', (collector) => collector.gauge('jobs_total', { help: 'Jobs.' })).set(3);
  each('runs_total', (collector) => collector.counter('runs_total', { help: 'Runs.' })).inc();
  expect([...each.refused]).toEqual([['jobs_total', expect.any(DeclarationError)]]);
  expect([metrics.value('jobs_total'), metrics.value('runs_total')]).toEqual([0, 1]);
});

test('anything else that goes wrong is thrown', () => {
  const each = declareEach(createTestMetrics());
  expect(() =>
    each('x', () => {
      throw new TypeError('mine');
    }),
  ).toThrow(TypeError);
});

test('a function on a platform keeps its other metrics where the service has one of its names', async () => {
  const metrics = createTestMetrics();
  const lines: string[] = [];
  const logger = { info() {}, warn() {}, error: (_fields: object, line: string) => void lines.push(line) };
  metrics.gauge('faas_coldstarts', { help: 'Mine.' });
  metrics.gauge('faas.coldstarts.total', { help: 'Mine.' });
  const obs = { metrics, spans: createTestSpans().spans, logger, flush: async () => {} };
  const handler = serverlessHandler(obs as never, async (_event: object, _context: object) => 7);
  expect(await handler({}, {} as never)).toBe(7);
  expect(metrics.series('faas.invoke_duration')).toHaveLength(1);
  expect(lines).toEqual([
    expect.stringMatching(
      /^\[sdk\] serverlessHandler does not record "faas\.coldstarts": .* Its other metrics are recorded\./,
    ),
  ]);
});

test('health checks work beside a metric of their name, and say once that they are not recorded', () => {
  const lines: string[] = [];
  const obs = createObservability({
    serviceName: 'x',
    backend: 'none',
    tracing: false,
    signals: false,
    logsStart: false,
    env: {},
    log: { info() {}, warn() {}, error: (_fields, line) => void lines.push(line) },
  });
  obs.metrics.counter('health_check_status', { help: 'Mine.' });
  obs.health.add('database', () => true);
  obs.health.add('queue', () => true);
  expect(lines).toEqual([
    expect.stringContaining(
      '[sdk] The state of health checks is not recorded: [core] "health_check_status" is already declared',
    ),
  ]);
});
