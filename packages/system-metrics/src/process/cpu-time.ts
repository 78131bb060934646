import { performance } from 'node:perf_hooks';
import type { Counter } from '@sightline/core';
import type { MetricGroup } from './metric-group.js';

export const cpuTime: MetricGroup = (metrics) => {
  const seconds = (name: string, help: string): Counter =>
    metrics.counter(name, { help, unit: 'seconds', startTimeMs: performance.timeOrigin });
  const user = seconds('process_cpu_user_seconds_total', 'CPU time spent in user code since the process started.');
  const system = seconds('process_cpu_system_seconds_total', 'CPU time spent in the kernel since the process started.');
  const both = seconds('process_cpu_seconds_total', 'CPU time spent since the process started, user code and kernel.');
  return metrics.onCollect(
    () => {
      const micros = process.cpuUsage();
      raiseTo(user, micros.user / 1e6);
      raiseTo(system, micros.system / 1e6);
      raiseTo(both, (micros.user + micros.system) / 1e6);
    },
    { name: 'process.cpu' },
  );
};

// Compares with the counter itself, so that a restart of the collection neither repeats nor skips anything.
function raiseTo(counter: Counter, total: number): void {
  const missing = total - (counter.value() ?? 0);
  if (missing > 0) counter.inc(missing);
}
