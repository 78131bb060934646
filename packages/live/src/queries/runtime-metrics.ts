import type { OverviewAnswer } from '../model/answers.js';
import type { LiveHost } from '../model/host.js';
import type { LiveStore } from '../store/live-store.js';
import type { Line } from '../store/metrics/line.js';
import { isLive, isReporting, type KeptMetric } from '../store/metrics/metric-part.js';
import { currentOf, findMetrics, labelOf, linesOf } from './metrics/metric-lines.js';
import { plus } from './metrics/metric-totals.js';
import { processOf } from './metrics/process-values.js';
import { msPerUnit } from './metrics/time-units.js';

/** A number of the runtime, by the names that senders give it: ours, and those of OpenTelemetry's semantic conventions. */
export interface RuntimeMetric {
  /** As `plainName` makes them. The first that a service has counts: others are the same by another name. */
  readonly names: readonly string[];
  /** How the series of one process, and those of several, are put together. */
  readonly merge: (a: number, b: number) => number;
  /** Of the JVM's metrics, which count several kinds of memory. */
  readonly matches?: (line: Line) => boolean;
}

export function largest(a: number, b: number): number {
  return Math.max(a, b);
}

function isHeap(line: Line): boolean {
  const type = labelOf(line, 'jvm.memory.type');
  return type === undefined || type === 'heap';
}

export type RuntimeName =
  | 'residentBytes'
  | 'heapUsedBytes'
  | 'heapTotalBytes'
  | 'heapLimitBytes'
  | 'externalBytes'
  | 'eventLoopDelayP99Ms'
  | 'eventLoopUtilization'
  | 'handles';

export const runtimeNames: Readonly<Record<RuntimeName, RuntimeMetric>> = {
  residentBytes: {
    names: [
      'process_resident_memory',
      'process_memory_usage',
      'dotnet_process_memory_working_set',
      'process_runtime_cpython_memory',
    ],
    merge: plus,
  },
  heapUsedBytes: {
    names: [
      'nodejs_heap_size_used',
      'v8js_memory_heap_used',
      'jvm_memory_used',
      'go_memory_used',
      'dotnet_gc_last_collection_heap_size',
      'process_runtime_go_mem_heap_alloc',
    ],
    merge: plus,
    matches: isHeap,
  },
  heapTotalBytes: {
    names: [
      'nodejs_heap_size_total',
      'v8js_memory_heap_limit',
      'jvm_memory_committed',
      'process_runtime_go_mem_heap_sys',
    ],
    merge: plus,
    matches: isHeap,
  },
  heapLimitBytes: { names: ['jvm_memory_limit', 'go_memory_limit'], merge: plus, matches: isHeap },
  externalBytes: { names: ['nodejs_external_memory'], merge: plus },
  eventLoopDelayP99Ms: { names: ['nodejs_eventloop_lag_p99', 'nodejs_eventloop_delay_p99'], merge: largest },
  eventLoopUtilization: { names: ['nodejs_eventloop_utilization'], merge: largest },
  handles: { names: ['nodejs_active_handles', 'nodejs_active_resources'], merge: plus },
};

/** Newest values; several processes together. Those that do not report any more are left out. */
export function runtimeMetrics(
  store: LiveStore,
  service: string | undefined,
  nowMs: number,
  isOfProcess: (line: Line) => boolean = () => true,
): Readonly<Record<RuntimeName, number | null>> {
  const values = {} as Record<RuntimeName, number | null>;
  for (const [name, metric] of Object.entries(runtimeNames) as Array<[RuntimeName, RuntimeMetric]>) {
    values[name] = null;
    for (const written of metric.names) {
      const found = findMetrics(store, service, written);
      const { matches } = metric;
      const value = processValue(found, metric.merge, (line) => isOfProcess(line) && matches?.(line) !== false, nowMs);
      if (value === null) continue;
      const factor = name === 'eventLoopDelayP99Ms' ? msPerUnit(found[0] ?? { name: written, unit: null }, 1000) : 1;
      values[name] = value * factor;
      break;
    }
  }
  return values;
}

/** A process counts once, however many services it holds. */
function processValue(
  metrics: readonly KeptMetric[],
  merge: RuntimeMetric['merge'],
  matches: (line: Line) => boolean,
  nowMs: number,
): number | null {
  const processes = new Map<unknown, number>();
  for (const metric of metrics) {
    const ofService = new Map<unknown, number>();
    for (const { part, line } of linesOf(metric, matches)) {
      const current = currentOf(line);
      if (Number.isNaN(current) || !isLive(part, line) || !isReporting(part, nowMs)) continue;
      const process = processOf(part.source);
      const before = ofService.get(process);
      ofService.set(process, before === undefined ? current : merge(before, current));
    }
    for (const [process, value] of ofService) {
      processes.set(process, Math.max(value, processes.get(process) ?? Number.NEGATIVE_INFINITY));
    }
  }
  return processes.size === 0 ? null : [...processes.values()].reduce(merge);
}

/** Of all processes together; what no metric has, of the host itself. */
export function memoryOf(
  store: LiveStore,
  host: LiveHost,
  service: string | undefined,
  nowMs: number,
): OverviewAnswer['memory'] {
  const { residentBytes, heapUsedBytes, heapLimitBytes } = runtimeMetrics(store, service, nowMs);
  const own = host.runtime()?.processes.find((each) => service === undefined || each.service === service);
  if (residentBytes === null && heapUsedBytes === null && own === undefined) return null;
  return {
    residentBytes: residentBytes ?? own?.residentBytes ?? null,
    heapUsedBytes: heapUsedBytes ?? own?.heapUsedBytes ?? null,
    heapLimitBytes: heapLimitBytes ?? own?.heapLimitBytes ?? null,
  };
}
