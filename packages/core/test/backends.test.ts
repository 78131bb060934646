import { expect, test, vi } from 'vitest';
import type { BackendContext } from '../src/backend.js';
import type { FlushError, LazyBackend, MetricsBackend } from '../src/index.js';
import { testSetting } from './setting.js';

test('backends are started with something to read, and ready says so', async () => {
  const contexts: BackendContext[] = [];
  const { metrics, clock } = testSetting({
    backends: [backend('a', { start: (context) => void contexts.push(context) })],
  });
  await metrics.ready;
  metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
  expect(contexts[0]?.source.snapshot().families.map(({ name }) => name)).toEqual(['jobs_total']);
  expect(contexts[0]?.clock).toBe(clock);
});

test('a lazy backend is loaded at once, and what it needs of histograms is known before', async () => {
  const loaded = backend('lazy');
  const lazy: LazyBackend = { name: 'lazy', histogramNeed: 'native', load: vi.fn(async () => loaded) };
  const { metrics } = testSetting({ backends: [lazy] });
  metrics.histogram('latency_seconds', { help: 'Latency.' }).observe(1);
  const [family] = metrics.snapshot().families;
  expect(family?.kind === 'histogram' && family.exponential?.[0]?.count).toBe(1);
  await metrics.ready;
  expect(loaded.start).toHaveBeenCalledTimes(1);
});

test('a backend that cannot start makes ready reject, while recording and the others go on', async () => {
  const other = backend('other');
  const { metrics, errors } = testSetting({
    backends: [backend('broken', { start: () => Promise.reject(new Error('Port 9464 is in use.')) }), other],
  });
  await expect(metrics.ready).rejects.toThrow('Port 9464 is in use.');
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
  jobs.inc();
  expect(jobs.value()).toBe(1);
  await metrics.flush();
  expect(other.flush).toHaveBeenCalledTimes(1);
  expect(errors).toEqual([]);
});

test('the error of a start is logged once if `ready` is not awaited', async () => {
  const { errors } = testSetting({ backends: [backend('broken', { start: () => Promise.reject(new Error('no')) })] });
  await expect.poll(() => errors).toEqual(['[core] Backend "broken": no']);
});

test('a loader that fails is an error of ready', async () => {
  const lazy: LazyBackend = {
    name: 'lazy',
    histogramNeed: 'explicit',
    load: () => Promise.reject(new Error('Cannot find package')),
  };
  await expect(testSetting({ backends: [lazy] }).metrics.ready).rejects.toThrow('Cannot find package');
});

test('flush waits for all and tells which failed', async () => {
  const { metrics } = testSetting({
    backends: [backend('fine'), backend('broken', { flush: () => Promise.reject(new Error('ECONNREFUSED')) })],
  });
  const error: FlushError = await metrics.flush().then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.name).toBe('FlushError');
  expect(error.message).toBe('[core] Not everything was flushed. [core] Backend "broken": ECONNREFUSED');
  expect(error.errors).toHaveLength(1);
});

test('flush and shutdown end at their deadline, whatever a backend does', async () => {
  const hanging = (): Promise<void> => new Promise(() => {});
  const { metrics, clock, warnings } = testSetting({
    backends: [backend('slow', { flush: hanging, shutdown: hanging })],
  });
  const flushed = metrics.flush({ timeoutMs: 100 });
  await metrics.ready;
  clock.advance(100);
  await expect(flushed).rejects.toThrow('Flushing "slow" did not finish within 100 ms.');
  const stopped = metrics.shutdown({ timeoutMs: 100 });
  await Promise.resolve();
  clock.advance(100);
  await stopped;
  expect(warnings).toEqual(['[core] Shutting down "slow" did not finish within 100 ms.']);
});

test('shutdown twice is one shutdown, with the options of the first', async () => {
  const a = backend('a');
  const { metrics } = testSetting({ backends: [a] });
  const first = metrics.shutdown({ timeoutMs: 100, lingerMs: 50 });
  expect(metrics.shutdown()).toBe(first);
  await first;
  expect(a.shutdown).toHaveBeenCalledTimes(1);
  expect(a.shutdown).toHaveBeenCalledWith({ timeoutMs: 100, lingerMs: 50 });
});

test('shutdown does not reject for a backend that does', async () => {
  const { metrics, warnings } = testSetting({
    backends: [backend('a', { shutdown: () => Promise.reject(new Error('peer gone')) })],
  });
  await metrics.shutdown();
  expect(warnings).toEqual(['[core] Backend "a": peer gone']);
});

test('a backend that failed to start, or is still at it, is shut down all the same', async () => {
  for (const start of [() => Promise.reject(new Error('no')), () => new Promise<void>(() => {})]) {
    const a = backend('a', { start });
    const { metrics } = testSetting({ backends: [a] });
    metrics.ready.catch(() => {});
    await metrics.shutdown();
    expect(a.shutdown).toHaveBeenCalledTimes(1);
  }
});

test('two backends of one name are refused', () => {
  expect(() => testSetting({ backends: [backend('a'), backend('a')] })).toThrow('backends has two named "a"');
});

function backend(name: string, parts: Partial<MetricsBackend> = {}): MetricsBackend {
  return {
    name,
    histogramNeed: 'explicit',
    start: vi.fn(parts.start ?? (() => {})),
    flush: vi.fn(parts.flush ?? (async () => {})),
    shutdown: vi.fn(parts.shutdown ?? (async () => {})),
  };
}
