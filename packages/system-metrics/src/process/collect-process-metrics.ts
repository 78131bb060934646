import { systemClock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { activeTypes } from './active-types.js';
import { cpuTime } from './cpu-time.js';
import { eventLoopDelay } from './event-loop-delay.js';
import { eventLoopUtilization } from './event-loop-utilization.js';
import { fileDescriptors } from './file-descriptors.js';
import { garbageCollection } from './garbage-collection.js';
import { heapSize } from './heap-size.js';
import type { Part } from './part.js';
import { processMemory } from './process-memory.js';
import { startAndVersion } from './start-and-version.js';

export interface ProcessMetricsOptions {
  /**
   * Milliseconds between two samples of the event loop's delay, at least 1. Default 20: 50 timers a second. 0 takes no samples and
   * leaves `nodejs_eventloop_delay_seconds` and the lag's statistics out.
   */
  eventLoopResolutionMs?: number | undefined;
}

export interface ProcessMetrics {
  /** Ends timers, observers and callbacks. The metrics keep their last values. */
  stop(): void;
}

/**
 * Exports the process' CPU time, memory, file descriptors, heap, garbage collection and event loop under prom-client's
 * names. What the platform does not have is left out. Nothing here keeps the process alive, and only the event loop's
 * samples are taken while nobody reads.
 *
 * Called again with the same collector it replaces the earlier call. Throws where the collector has other metrics of these names.
 */
export function collectProcessMetrics(metrics: MetricsCollector, options: ProcessMetricsOptions = {}): ProcessMetrics {
  const { eventLoopResolutionMs = 20 } = options;
  if (eventLoopResolutionMs !== 0 && !(eventLoopResolutionMs >= 1 && eventLoopResolutionMs <= 60_000)) {
    throw new RangeError(
      `[system-metrics] eventLoopResolutionMs must be between 1 and 60000, or 0 for no samples, but is ${eventLoopResolutionMs}.`,
    );
  }
  running.get(metrics)?.stop();
  const setup = { clock: systemClock, procFolder: '/proc/self', eventLoopResolutionMs };
  const stops: Array<() => void> = [];
  const stop = (): void => {
    for (const stopPart of stops.splice(0)) stopPart();
  };
  try {
    for (const part of parts) stops.push(part(metrics, setup));
  } catch (error) {
    stop();
    throw error;
  }
  const handle = { stop };
  running.set(metrics, handle);
  return handle;
}

const parts: readonly Part[] = [
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

// Two garbage-collection observers on one collector would count everything twice.
const running = new WeakMap<MetricsCollector, ProcessMetrics>();
