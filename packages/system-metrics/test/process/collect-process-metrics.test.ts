import { createMetrics, type Metrics } from '@sightline/core';
import { type FamilySnapshot, pointsOf, prometheusSampleName } from '@sightline/core/backend';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { heldBytes } from '../../../../scripts/held-memory.js';
import { collectProcessMetrics } from '../../src/process/index.js';

/** Ours are lint-clean: a gauge is not called `_total`. */
const leftOut = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
const added = [
  'nodejs_eventloop_delay_seconds',
  'nodejs_eventloop_time_seconds_total',
  'nodejs_eventloop_utilization_ratio',
];

function started(options?: Parameters<typeof collectProcessMetrics>[1]): Metrics {
  const metrics = createMetrics({ log: { info() {}, warn() {}, error() {} }, collectionIntervalMs: 1 });
  const collecting = collectProcessMetrics(metrics, options);
  onTestFinished(() => collecting.shutdown());
  return metrics;
}

async function families(metrics: Metrics): Promise<Map<string, FamilySnapshot>> {
  const { families } = await metrics.collect();
  return new Map(
    families
      .filter(({ name }) => !name.startsWith('sightline_'))
      .map((family) => [prometheusSampleName(family), family]),
  );
}

/** Values by the text of their labels. */
function values(family: FamilySnapshot | undefined): Record<string, number> {
  const points = family === undefined ? [] : [...pointsOf(family)];
  return Object.fromEntries(
    points.map((point) => [Object.values(point.labels).join(), 'value' in point ? point.value : point.count]),
  );
}

const nextLoops = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('beside prom-client in the same process', () => {
  const theirs = new Registry();
  let cpuBefore: NodeJS.CpuUsage;
  beforeEach(() => {
    cpuBefore = process.cpuUsage();
    collectDefaultMetrics({ register: theirs });
  });
  afterEach(() => theirs.clear());

  test('the names are the same but for the gauges called _total and what is added', async () => {
    const names = [...(await families(started())).keys()];
    const expected = theirs.getMetricsAsArray().map(({ name }) => name);
    expect(names.toSorted()).toEqual([...expected.filter((name) => !leftOut.includes(name)), ...added].toSorted());
  });

  test('kinds and label names are the same, and every metric has help', async () => {
    const ours = await families(started());
    for (const metric of await theirs.getMetricsAsJSON()) {
      const family = ours.get(metric.name);
      if (family === undefined) continue;
      const kind = family.kind === 'info' ? 'gauge' : family.kind;
      expect([metric.name, kind]).toEqual([metric.name, String(metric.type)]);
      const theirLabels = metric.values[0]?.labels ?? {};
      const labelNames = Object.keys(theirLabels).filter((name) => name !== 'le');
      if (metric.values.length > 0)
        expect([metric.name, family.labelNames.toSorted()]).toEqual([metric.name, labelNames.toSorted()]);
    }
    for (const { name, help } of ours.values()) expect(help.length, name).toBeGreaterThan(10);
  });

  test('the values are close', { timeout: 60_000 }, async () => {
    const metrics = started();
    await heldBytes(); // so that no collection of garbage comes between the two reads
    const [ours, all] = [await families(metrics), await theirs.getMetricsAsJSON()];
    const expected = new Map(all.map((metric) => [metric.name, metric.values[0]?.value ?? Number.NaN]));
    const value = (name: string): number => Object.values(values(ours.get(name)))[0] ?? Number.NaN;
    const ratio = (name: string): number => value(name) / (expected.get(name) ?? Number.NaN);
    for (const name of ['process_max_fds', 'nodejs_version_info']) {
      if (expected.has(name)) expect(ratio(name), name).toBe(1);
    }
    // Both round, each what its clock said when it was loaded or started.
    const startSeconds = 'process_start_time_seconds';
    expect(Math.abs(value(startSeconds) - (expected.get(startSeconds) ?? Number.NaN))).toBeLessThanOrEqual(1);
    const memory = ['process_resident_memory_bytes', 'process_virtual_memory_bytes', 'process_heap_bytes'];
    const heap = ['nodejs_heap_size_total_bytes', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'];
    for (const name of [...memory, ...heap].filter((each) => expected.has(each))) {
      expect(ratio(name), name).toBeGreaterThan(0.5);
      expect(ratio(name), name).toBeLessThan(2);
    }
    if (expected.has('process_open_fds')) {
      expect(Math.abs(value('process_open_fds') - (expected.get('process_open_fds') ?? 0))).toBeLessThanOrEqual(4);
    }
    // prom-client counts from its own start, ours from that of the process.
    const cpuSeconds = (cpuBefore.user + cpuBefore.system) / 1e6 + (expected.get('process_cpu_seconds_total') ?? 0);
    expect(Math.abs(value('process_cpu_seconds_total') - cpuSeconds)).toBeLessThan(0.5);
    const parts = value('process_cpu_user_seconds_total') + value('process_cpu_system_seconds_total');
    expect(value('process_cpu_seconds_total')).toBeCloseTo(parts, 6);
  });

  test('spaces and versions are named as theirs', async () => {
    const ours = await families(started());
    const labels = (metric: { values: Array<{ labels: object }> } | undefined): string[] =>
      (metric?.values ?? []).map((each) => Object.values(each.labels).join()).toSorted();
    const all = await theirs.getMetricsAsJSON();
    for (const name of ['nodejs_heap_space_size_used_bytes', 'nodejs_version_info']) {
      const metric = all.find((each) => each.name === name);
      expect(Object.keys(values(ours.get(name))).toSorted()).toEqual(labels(metric));
    }
  });
});

describe('the event loop', () => {
  test('several readers see the same delays: reading takes none away', async () => {
    const metrics = started({ eventLoopResolutionMs: 1 });
    const count = (read: Map<string, FamilySnapshot>): number =>
      values(read.get('nodejs_eventloop_delay_seconds'))[''] ?? 0;
    await expect.poll(async () => count(await families(metrics))).toBeGreaterThan(0);
    const first = await families(metrics);
    const second = await families(metrics);
    expect(count(second)).toBeGreaterThanOrEqual(count(first));
    const max = (read: Map<string, FamilySnapshot>) => values(read.get('nodejs_eventloop_lag_max_seconds'))[''] ?? 0;
    expect(max(second)).toBeGreaterThanOrEqual(max(first));
  });

  test('a block is seen', async () => {
    const metrics = started({ eventLoopResolutionMs: 1 });
    await nextLoops(10);
    const untilMs = performance.now() + 60;
    while (performance.now() < untilMs);
    await nextLoops(10);
    const read = await families(metrics);
    expect(values(read.get('nodejs_eventloop_lag_max_seconds'))['']).toBeGreaterThan(0.05);
    expect(values(read.get('nodejs_eventloop_lag_max_seconds'))['']).toBeLessThan(5);
    expect(values(read.get('nodejs_eventloop_utilization_ratio'))['']).toBeGreaterThan(0);
    expect(values(read.get('nodejs_eventloop_utilization_ratio'))['']).toBeLessThanOrEqual(1);
  });

  test('belongs to no span, in whichever one collecting was started', async () => {
    const activeSpan = () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isSampled: true });
    const metrics = createMetrics({ log: { info() {}, warn() {}, error() {} }, collectionIntervalMs: 1, activeSpan });
    const collecting = collectProcessMetrics(metrics, { eventLoopResolutionMs: 1 });
    onTestFinished(() => collecting.shutdown());
    const delays = async () => (await families(metrics)).get('nodejs_eventloop_delay_seconds');
    while ((values(await delays())[''] ?? 0) === 0) await nextLoops(5);
    expect(await delays()).toMatchObject({ kind: 'histogram', exemplars: undefined });
  });

  test('without samples there is only the lag at the read', async () => {
    const names = [...(await families(started({ eventLoopResolutionMs: 0 }))).keys()];
    expect(names.filter((name) => /eventloop_(lag|delay)/.test(name))).toEqual(['nodejs_eventloop_lag_seconds']);
  });

  test.each([-1, 0.5, Number.NaN, 60_001])('a resolution of %d throws', (eventLoopResolutionMs) => {
    expect(() => collectProcessMetrics(createMetrics(), { eventLoopResolutionMs })).toThrow(
      `[system-metrics] eventLoopResolutionMs is ${eventLoopResolutionMs}: give 0 or a number from 1 to 60000.`,
    );
  });
});

describe('garbage collection', () => {
  const majors = async (metrics: Metrics): Promise<number> =>
    values((await families(metrics)).get('nodejs_gc_duration_seconds'))['major'] ?? Number.NaN;

  test('is counted by kind, each kind from 0', { timeout: 60_000 }, async () => {
    const metrics = started();
    const before = values((await families(metrics)).get('nodejs_gc_duration_seconds'));
    expect(Object.keys(before).toSorted()).toEqual(['incremental', 'major', 'minor', 'weakcb']);
    await heldBytes(); // collects garbage
    await expect.poll(() => majors(metrics)).toBeGreaterThan(before['major'] ?? 0);
  });

  test('is counted once when collecting was started twice', { timeout: 60_000 }, async () => {
    const metrics = started();
    const twice = started();
    collectProcessMetrics(twice);
    await heldBytes(); // collects garbage
    await expect.poll(() => majors(metrics)).toBeGreaterThan(0);
    // In this order, as another collection may come in between.
    expect(await majors(twice)).toBeLessThanOrEqual(await majors(metrics));
  });
});

describe('the end', () => {
  test('nothing keeps the process alive, and nothing changes after stop', async () => {
    const before = process.getActiveResourcesInfo().length;
    const metrics = createMetrics({ collectionIntervalMs: 1 });
    const collecting = collectProcessMetrics(metrics, { eventLoopResolutionMs: 1 });
    expect(process.getActiveResourcesInfo().length).toBe(before);
    await nextLoops(10);
    collecting.shutdown();
    collecting.shutdown();
    const first = values((await families(metrics)).get('nodejs_eventloop_delay_seconds'));
    await nextLoops(20);
    expect(values((await families(metrics)).get('nodejs_eventloop_delay_seconds'))).toEqual(first);
  });

  test('CPU time goes on where it was when collecting starts again', async () => {
    const metrics = createMetrics({ collectionIntervalMs: 1 });
    collectProcessMetrics(metrics).shutdown();
    const again = collectProcessMetrics(metrics);
    const total = values((await families(metrics)).get('process_cpu_seconds_total'))[''] ?? 0;
    const { user, system } = process.cpuUsage();
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual((user + system) / 1e6);
    again.shutdown();
  });
});

test('a part that fails is counted, and the others go on', async () => {
  const metrics = started();
  const broken = vi.spyOn(process, 'cpuUsage').mockImplementation(() => {
    throw new Error('not here');
  });
  const read = await families(metrics);
  broken.mockRestore();
  expect(values(read.get('nodejs_heap_size_used_bytes'))['']).toBeGreaterThan(0);
  const failures = metrics.snapshot().families.find(({ name }) => name === 'sightline_collect_failures_total');
  expect(Object.keys(values(failures)).join()).toContain('process.cpu');
});

test('metrics of the service with other meanings under these names make it throw, with nothing left running', async () => {
  const metrics = createMetrics({ collectionIntervalMs: 1 });
  metrics.counter('nodejs_gc_duration_seconds', { help: 'mine' });
  const before = process.getActiveResourcesInfo().length;
  expect(() => collectProcessMetrics(metrics)).toThrow('nodejs_gc_duration_seconds');
  expect(process.getActiveResourcesInfo().length).toBe(before);
});
