import { systemClock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { activeTypes } from './active-types.js';
import { cpuTime } from './cpu-time.js';
import { eventLoopDelay } from './event-loop-delay.js';
import { eventLoopUtilization } from './event-loop-utilization.js';
import { fileDescriptors } from './file-descriptors.js';
import { garbageCollection } from './garbage-collection.js';
import { heapSize } from './heap-size.js';
import type { MetricGroup } from './metric-group.js';
import { processMemory } from './process-memory.js';
import { startAndVersion } from './start-and-version.js';

export const processMetricsFields = {
  /**
   * Milliseconds between two samples of the event loop's delay, at least 1, or 0. Default: 20, which is 50 timers per second. 0: no samples,
   * and neither `nodejs_eventloop_delay_seconds` nor statistics of the lag.
   */
  eventLoopResolutionMs: { type: 'number', or: [0], min: 1, max: 60_000, default: 20 },
} as const;

export interface ProcessMetricsOptions extends OptionsOf<typeof processMetricsFields> {}

export interface ProcessMetrics {
  /** Stops timers, observers and callbacks. The metrics keep their last values. */
  shutdown(): void;
}

/**
 * Exports CPU time, memory, file descriptors, heap, garbage collection and event loop of the process, with prom-client's names. Leaves
 * out what the platform does not have. Does not keep the process alive. Between collections only the event loop is sampled.
 *
 * A second call with the same collector replaces the first. Throws if the collector has other metrics with these names.
 */
export function collectProcessMetrics(metrics: MetricsCollector, options: ProcessMetricsOptions = {}): ProcessMetrics {
  const { eventLoopResolutionMs } = resolveFields(
    'system-metrics',
    processMetricsFields,
    options,
    'collectProcessMetrics',
  );
  running.get(metrics)?.shutdown();
  const setup = { clock: systemClock, procFolder: '/proc/self', eventLoopResolutionMs };
  const stops: Array<() => void> = [];
  const shutdown = (): void => {
    for (const stopGroup of stops.splice(0)) stopGroup();
  };
  try {
    for (const group of groups) stops.push(group(metrics, setup));
  } catch (error) {
    shutdown();
    throw error;
  }
  const handle = { shutdown };
  running.set(metrics, handle);
  return handle;
}

const groups: readonly MetricGroup[] = [
  startAndVersion,
  cpuTime,
  processMemory,
  fileDescriptors,
  heapSize,
  activeTypes,
  garbageCollection,
  eventLoopUtilization,
  eventLoopDelay,
];

// Two garbage-collection observers on one collector would count twice.
const running = new WeakMap<MetricsCollector, ProcessMetrics>();
