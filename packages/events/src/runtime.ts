import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { MetricsCollector } from '@sightline/core';
import type { CatalogueUnits } from './catalogue-units.js';
import { lastValue, type MetricDefinition } from './definitions.js';
import type { Events, EventTypes } from './events.js';

/** Events about the Node.js runtime: for `createEvents<RuntimeEvents>()`. */
export type RuntimeEvents = {
  'vm.memory': {
    /** In bytes: the resident set, the heap, and memory outside of it. */
    measurements: { total: number; heap_total: number; heap_used: number; external: number };
    metadata: Readonly<Record<string, unknown>>;
  };
  'vm.event_loop': {
    /** Lag since the last execution, in nanoseconds, and the share of that time in which the loop was busy. */
    measurements: { lag_mean: number; lag_p99: number; lag_max: number; utilization: number };
    metadata: Readonly<Record<string, unknown>>;
  };
};

/** Memory in megabytes, and the event loop's lag and utilisation, which Node.js has instead of run queues. */
export const runtimeMetrics: readonly MetricDefinition[] = runtimeMetricsOf();

/** `runtimeMetrics`, in bytes and seconds if `usesBaseUnits`. */
export function runtimeMetricsOf({ usesBaseUnits = false }: CatalogueUnits = {}): readonly MetricDefinition[] {
  const memory = (name: string, description: string): MetricDefinition =>
    lastValue(name, { unit: ['byte', usesBaseUnits ? 'byte' : 'megabyte'], description });
  const lag = (name: string, description: string): MetricDefinition =>
    lastValue(name, { unit: ['native', usesBaseUnits ? 'second' : 'millisecond'], description });
  return [
    memory('vm.memory.total', 'Memory of the process.'),
    memory('vm.memory.heap_total', 'Heap that V8 has reserved.'),
    memory('vm.memory.heap_used', 'Heap in use.'),
    memory('vm.memory.external', 'Memory of objects outside of the heap.'),
    lag('vm.event_loop.lag_mean', 'Mean lag of the event loop.'),
    lag('vm.event_loop.lag_p99', 'Lag of the event loop, 99 %.'),
    lag('vm.event_loop.lag_max', 'Longest lag of the event loop.'),
    lastValue('vm.event_loop.utilization', {
      unit: 'ratio',
      description: 'Share of time that the event loop was busy.',
    }),
  ];
}

/** Executes the runtime's events at each collection of `metrics`. Returns a function that stops it. */
export function executeRuntimeEvents<Types extends EventTypes>(
  events: Events<Types>,
  metrics: MetricsCollector,
): () => void {
  const untyped = events as unknown as Events;
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  let before = performance.eventLoopUtilization();
  const stop = metrics.onCollect(
    () => {
      const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
      untyped.execute('vm.memory', { total: rss, heap_total: heapTotal, heap_used: heapUsed, external }, {});
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      const measured = lag.count === 0 ? noLag : { lag_mean: lag.mean, lag_p99: lag.percentile(99), lag_max: lag.max };
      lag.reset();
      untyped.execute('vm.event_loop', { ...measured, utilization }, {});
    },
    { name: 'events of the runtime' },
  );
  return () => {
    stop();
    lag.disable();
  };
}

const noLag = { lag_mean: 0, lag_p99: 0, lag_max: 0 };
