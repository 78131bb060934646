import { expect, test } from 'vitest';
import type { RuntimeAnswer } from '../../src/model/answers.js';
import { START_MS, splitMs, type TestStore, testStore } from '../store/test-store.js';

test('a process with several services is one row, and its memory and CPU time count once', () => {
  const shop = testStore();
  for (let second = 1; second <= 10; second++) {
    shop.clock.advance(1000);
    for (const service of ['orders', 'stock']) {
      report(shop, service, 'process-1', { memory: 100, cpu: second * 0.5 });
    }
    report(shop, 'mail', 'process-2', { memory: 10, cpu: second * 0.1 });
  }
  const { processes, series } = shop.get<RuntimeAnswer>('runtime?last=1m');
  expect(processes.map(({ service, services, residentBytes }) => [service, services, residentBytes])).toEqual([
    ['orders', ['orders', 'stock'], 100],
    ['mail', ['mail'], 10],
  ]);
  expect(series.values['residentBytes']?.at(-1)).toBe(110);
  expect(series.values['cpuShare']?.at(-1)).toBeCloseTo(0.6);
  const ofStock = shop.get<RuntimeAnswer>('runtime?last=1m&service=stock');
  expect(ofStock.processes.map(({ services }) => services)).toEqual([['stock']]);
  expect(ofStock.series.values['residentBytes']?.at(-1)).toBe(100);
});

test('processes of two services with the same id of an instance are distinguished by their pids', () => {
  const shop = testStore();
  for (const [service, pid] of [
    ['orders', 41],
    ['stock', 42],
  ] as const) {
    shop.store.intake.source(['service.name', service, 'service.instance.id', '1', 'process.pid', pid]);
    report(shop, service, '1', { memory: 100, cpu: 1 });
  }
  const { processes, series } = shop.get<RuntimeAnswer>('runtime?last=1m');
  expect(processes.map(({ service, pid }) => [service, pid])).toEqual([
    ['orders', 41],
    ['stock', 42],
  ]);
  expect(series.values['residentBytes']?.at(-1)).toBe(200);
});

test('a process that has ended is shown as that, without what it measured last', () => {
  const shop = testStore();
  report(shop, 'orders', 'first', { memory: 100, cpu: 1 });
  shop.clock.advance(600_000);
  report(shop, 'orders', 'second', { memory: 70, cpu: 1 });
  const { processes } = shop.get<RuntimeAnswer>('runtime');
  expect(
    processes.map(({ instance, hasEnded, lastMs, residentBytes }) => [instance, hasEnded, lastMs, residentBytes]),
  ).toEqual([
    ['second', false, START_MS + 600_000, 70],
    ['first', true, START_MS, null],
  ]);
});

test('of processes that have ended, the newest are shown', () => {
  const shop = testStore();
  for (let i = 0; i < 60; i++) {
    report(shop, 'job', `run-${i}`, { memory: 1, cpu: 1 });
    shop.clock.advance(10_000);
  }
  shop.clock.advance(200_000);
  const { processes } = shop.get<RuntimeAnswer>('runtime');
  expect(processes).toHaveLength(50);
  expect(processes[0]?.instance).toBe('run-59');
});

function report(
  { store, source, clock }: TestStore,
  service: string,
  instance: string,
  { memory, cpu }: { readonly memory: number; readonly cpu: number },
): void {
  const now = splitMs(clock.now());
  const start = splitMs(START_MS);
  const point = (value: number) => ({
    ...{ attributes: [], startSeconds: start.seconds, startNanos: start.nanos },
    ...{ seconds: now.seconds, nanos: now.nanos, flags: 0, value, exemplars: [] },
  });
  const facts = { description: '', metadata: [] };
  const from = source(service, instance);
  store.intake.metric(
    { ...facts, name: 'process.memory.usage', unit: 'By', kind: 'gauge', points: [point(memory)] },
    from,
  );
  store.intake.metric(
    {
      ...facts,
      ...{ name: 'process.cpu.time', unit: 's', kind: 'sum', temporality: 2, isMonotonic: true },
      points: [point(cpu)],
    },
    from,
  );
}
