import type { MetricsBackend } from '@sightline/core';
import { describe, expect, test } from 'vitest';
import { type BackendSetup, createObservability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

interface Recorded extends MetricsBackend {
  readonly calls: string[];
}

function recorded(name: string, overrides: Partial<MetricsBackend> = {}): Recorded {
  const calls: string[] = [];
  return {
    calls,
    name,
    histogramNeed: 'explicit',
    start: () => void calls.push('start'),
    flush: async () => void calls.push('flush'),
    shutdown: async ({ lingerMs }) => void calls.push(`shutdown ${lingerMs}`),
    ...overrides,
  };
}

function observability(options: ObservabilityOptions) {
  const log = collectedLog();
  return { log, obs: createObservability({ env: {}, signals: false, processMetrics: false, log, ...options }) };
}

describe('a backend from elsewhere', () => {
  const loaders: ReadonlyArray<[string, (acme: Recorded) => () => unknown]> = [
    ['the backend', (acme) => () => acme],
    ['a promise of it', (acme) => async () => acme],
    ['a function that makes it', (acme) => () => () => acme],
    ['a module with the backend', (acme) => async () => ({ default: acme })],
    ['a module with a function', (acme) => async () => ({ default: async () => acme })],
    [
      'a CommonJS module that was an ES module',
      (acme) => async () => ({ default: { __esModule: true, default: () => acme } }),
    ],
  ];
  test.each(loaders)('may be loaded as %s', async (_, loader) => {
    const acme = recorded('acme');
    const { obs } = observability({ backend: 'acme', backends: { acme: loader(acme) as never } });
    await obs.ready;
    await obs.flush();
    await obs.shutdown({ lingerMs: 7 });
    expect(acme.calls).toEqual(['start', 'flush', 'shutdown 7']);
  });

  test('is not loaded where its name is not chosen', async () => {
    let loads = 0;
    const acme = () => {
      loads++;
      return recorded('acme');
    };
    await observability({ backend: 'none', backends: { acme } }).obs.ready;
    await observability({ env: { METRICS_BACKEND: 'acme' }, backends: { acme } }).obs.ready;
    expect(loads).toBe(1);
  });

  test('is told about the service and the environment', async () => {
    let seen: BackendSetup | undefined;
    const env = { ACME_TOKEN: 't' };
    const acme = () => (setup: BackendSetup) => {
      seen = setup;
      return recorded('acme');
    };
    const { obs } = observability({ serviceName: 'mail', backend: 'acme', backends: { acme }, env });
    await obs.ready;
    expect(seen).toEqual({ service: obs.service, env });
    expect(seen?.service).toMatchObject({ name: 'mail', instanceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test.each([
    [() => ({ default: 1 }), 'has no default export that is a backend'],
    [() => () => ({}), 'returned none'],
    [() => Promise.reject(new Error('no such module')), '[sdk] Starting backend "acme" failed: no such module'],
    [
      () => recorded('acme', { histogramNeed: 'quantiles' }),
      'Pass { backends: { "acme": { histogramNeed: \'quantiles\', load } } }.',
    ],
  ])('that cannot be used rejects ready, and the others go on (%#)', async (acme, message) => {
    const good = recorded('good');
    const { obs, log } = observability({ backend: ['acme', good], backends: { acme: acme as never } });
    await expect(obs.ready).rejects.toThrow(message);
    await obs.flush();
    expect(good.calls).toEqual(['start', 'flush']);
    expect(log.errors).toEqual([]);
    expect(obs.explain()).toContain('backend "acme": failed: [sdk]');
    expect(obs.explain()).toContain('backend "good": running');
  });

  test('may ask for quantiles', async () => {
    const load = () => recorded('acme', { histogramNeed: 'quantiles' });
    const { obs } = observability({ backend: 'acme', backends: { acme: { histogramNeed: 'quantiles', load } } });
    await expect(obs.ready).resolves.toBeUndefined();
  });
});

describe('a failure to start', () => {
  const failing = (name: string) => recorded(name, { start: () => Promise.reject(new Error(`${name} is broken`)) });

  test('is logged once if `ready` is not read', async () => {
    const { obs, log } = observability({ backend: failing('one') });
    obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
    await new Promise(setImmediate);
    expect(log.errors).toEqual(['[sdk] Starting backend "one" failed: one is broken']);
    await expect(obs.ready).rejects.toThrow('one is broken');
    expect(log.errors).toHaveLength(1);
  });

  test('is not logged where ready tells it, but a second one is', async () => {
    const { obs, log } = observability({ backend: [failing('one'), failing('two')] });
    await expect(obs.ready).rejects.toThrow('one is broken');
    await new Promise(setImmediate);
    expect(log.errors).toEqual(['[sdk] Starting backend "two" failed: two is broken']);
  });

  test('does not hinder flush and shutdown', async () => {
    const { obs } = observability({ backend: failing('one') });
    await obs.flush();
    await obs.shutdown();
  });
});

describe('flush and shutdown', () => {
  test('shutdown drains once, however often it is called', async () => {
    const backend = recorded('one');
    const { obs } = observability({ backend, shutdownLingerMs: 3 });
    const first = obs.shutdown();
    expect(obs.shutdown({ timeoutMs: 1 })).toBe(first);
    await first;
    expect(backend.calls).toEqual(['start', 'shutdown 3']);
  });

  test('a backend that hangs costs no more than the deadline, and is named', async () => {
    const { obs, log } = observability({ backend: recorded('stuck', { shutdown: () => new Promise(() => {}) }) });
    await obs.shutdown({ timeoutMs: 30 });
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toContain('Shutting down "stuck" did not finish within');
  });

  test('flush says which backend could not', async () => {
    const { obs } = observability({
      backend: [recorded('good'), recorded('bad', { flush: () => Promise.reject(new Error('peer is down')) })],
    });
    await expect(obs.flush()).rejects.toThrow('Backend "bad": peer is down');
  });
});

describe('metrics that are off', () => {
  test('OTEL_SDK_DISABLED makes recording do nothing', async () => {
    const backend = recorded('one');
    const { obs } = observability({ backend, env: { OTEL_SDK_DISABLED: 'true' }, processMetrics: true });
    const jobs = obs.metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc();
    await obs.ready;
    await obs.shutdown();
    expect(jobs.value()).toBeUndefined();
    expect(backend.calls).toEqual([]);
  });

  test('ENABLE_METRICS=false keeps the numbers readable in the process', async () => {
    const backend = recorded('one');
    const { obs } = observability({ backend, env: { ENABLE_METRICS: 'false' } });
    const jobs = obs.metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc();
    await obs.ready;
    expect(jobs.value()).toBe(1);
    expect(backend.calls).toEqual([]);
  });
});

describe('process metrics', () => {
  const names = (options: ObservabilityOptions) =>
    observability({ processMetrics: undefined, ...options })
      .obs.metrics.snapshot()
      .families.map(({ name }) => name);

  test('are there where a backend is, and carry no instance id', () => {
    expect(names({ backend: recorded('one') })).toContain('process_cpu_seconds_total');
    expect(names({ backend: 'none' }).filter((name) => /^(process|nodejs)_/.test(name))).toEqual([]);
    expect(names({ backend: 'none', processMetrics: true })).toContain('process_cpu_seconds_total');
    expect(names({ backend: recorded('one'), processMetrics: false })).not.toContain('process_cpu_seconds_total');
    const { families } = observability({ backend: recorded('one') }).obs.metrics.snapshot();
    expect(families.filter(({ constantLabels }) => Object.keys(constantLabels).length > 0)).toEqual([]);
  });
});
