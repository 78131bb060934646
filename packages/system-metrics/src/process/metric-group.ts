import type { Clock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';

/**
 * Declares a group of process metrics and sets them at each collection. Returns a function that stops it. Each group has its own
 * callbacks: the collector counts one that throws, and the others go on.
 */
export type MetricGroup = (metrics: MetricsCollector, setup: GroupSetup) => () => void;

export interface GroupSetup {
  readonly clock: Clock;
  /** The folder of the process on Linux: `/proc/self`. */
  readonly procFolder: string;
  readonly eventLoopResolutionMs: number;
}
