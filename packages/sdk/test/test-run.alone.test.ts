import type { MetricsBackend } from '@sightline/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';

// What a service gives in production; every part of it would take a port, send, or write.
const production = {
  serviceName: 'shop',
  backend: ['prometheus', 'log', 'otel', 'statsd'],
  http: { port: 9464, host: '127.0.0.1' },
  otlpLogs: true,
  prometheus: { pushGateway: { url: 'http://127.0.0.1:9', jobName: 'shop' } },
} satisfies ObservabilityOptions;

function observe(options: ObservabilityOptions): Observability {
  const obs = createObservability(options);
  onTestFinished(() => obs.shutdown());
  return obs;
}

const runners = [
  { NODE_ENV: 'test' },
  { VITEST: 'true' },
  { JEST_WORKER_ID: '1' },
  { NODE_TEST_CONTEXT: 'child-v8' },
  { TAP: '1' },
  { AVA_PATH: '/node_modules/ava/index.js' },
  { SIGHTLINE_TEST_RUN: 'true' },
];

let written: string[];
beforeEach(() => {
  written = [];
  const keep = (text: unknown): boolean => written.push(String(text)) > 0;
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(runners)('with %o', (env) => {
  test('no port is opened, nothing is sent or written, and everything is recorded', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const listeners = process.listenerCount('SIGTERM');
    const obs = observe({ ...production, env });
    obs.metrics.counter('orders_total', { help: 'Orders.' }).inc(3);
    obs.spans.span('an order', (span) => expect(span.isRecording()).toBe(true));
    obs.logger.error('an order is lost');
    await obs.ready;
    expect(obs.address).toBeUndefined();
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
    const { families } = await obs.metrics.collect();
    const names = families.map(({ name }) => name);
    expect(names).toContain('orders_total');
    expect(names).toContain('log_lines_total');
    await obs.flush();
    expect(obs.tracing.stats()).toMatchObject({ exported: 0, dropped: 0 });
    expect(fetched).not.toHaveBeenCalled();
    expect(written).toEqual([]);
    expect(obs.explain()).toMatch(/isTestRun = true \(environment: /);
  });
});

test('two that want the same port both come up', async () => {
  const both = [1, 2].map(() => observe({ ...production, env: { NODE_ENV: 'test' } }));
  await expect(Promise.all(both.map(({ ready }) => ready))).resolves.toBeDefined();
});

describe('what a test asks for it gets', () => {
  const env = { VITEST: 'true' };

  test('a server on a free port', async () => {
    const obs = observe({ backend: 'prometheus', http: { port: 0, host: '127.0.0.1' }, env });
    await obs.ready;
    expect((await fetch(`${obs.address?.url}/metrics`)).status).toBe(200);
  });

  test('a backend, an exporter and a stream of its own', async () => {
    const started: string[] = [];
    const backend: MetricsBackend = {
      name: 'double',
      histogramNeed: 'explicit',
      start: () => void started.push('double'),
      flush: async () => {},
      shutdown: async () => {},
    };
    const spans: string[] = [];
    const lines: string[] = [];
    const obs = observe({
      backend,
      tracing: {
        exporter: {
          export(ended, done) {
            spans.push(...ended.map(({ name }) => name));
            done({ code: 0 });
          },
          shutdown: async () => {},
        },
      },
      logger: { destination: { write: (line: string) => void lines.push(line) } },
      env,
    });
    await obs.ready;
    obs.spans.span('an order', () => obs.logger.info('sold'));
    await obs.flush();
    expect({ started, spans }).toEqual({ started: ['double'], spans: ['an order'] });
    expect(lines.join('')).toContain('sold');
  });

  test.each([{ isTestRun: false }, { env: { ...env, SIGHTLINE_TEST_RUN: 'false' } }])(
    'everything as in production: %o',
    async (option) => {
      const obs = observe({ env, backend: 'prometheus', http: { port: 0, host: '127.0.0.1' }, ...option });
      await obs.ready;
      expect(obs.address).toBeDefined();
      expect(obs.explain()).toContain('tracing.exporter = "otlp"');
    },
  );

  test('nothing of it in production, whatever else the environment says', () => {
    const obs = observe({ env: { NODE_ENV: 'production' }, backend: 'none', logsStart: false });
    expect(obs.explain()).toContain('isTestRun = false (default)');
  });
});

test('a deployment that is called "test" is told once what becomes of its telemetry', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  observe({ env: { NODE_ENV: 'test' }, backend: 'none' });
  observe({ env: { NODE_ENV: 'test', VITEST: 'true' }, backend: 'none' });
  vi.advanceTimersByTime(300_000);
  expect(warned.mock.calls.flat()).toEqual([expect.stringContaining('Set SIGHTLINE_TEST_RUN=false')]);
});
