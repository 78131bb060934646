import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { MetricGroup } from './metric-group.js';
import { gcKinds } from './process-label-values.js';

export const garbageCollection: MetricGroup = (metrics) => {
  const durations = metrics.histogram('nodejs_gc_duration_seconds', {
    help: 'Duration of garbage collections by kind: major, minor, incremental or weakcb.',
    unit: 'seconds',
    labelNames: ['kind'],
    labelValues: { kind: gcKinds },
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    exemplars: false,
  });
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as GcEntry[]) {
      const kind = kinds.get(detail?.kind ?? 0);
      if (kind !== undefined) durations.observe({ kind }, duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
};

type GcEntry = PerformanceEntry & { readonly detail?: NodeGCPerformanceDetail };

const kinds: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  // V8's kGCTypeMinorMarkSweep, for which Node.js has no constant.
  [2, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);
