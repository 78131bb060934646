import type { Clock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';

/**
 * Declares some metrics and fills them when somebody reads; returns the function that ends it. Each part has its own
 * callbacks, so that one which throws is counted by the collector and the others go on.
 */
export type Part = (metrics: MetricsCollector, setup: PartSetup) => () => void;

export interface PartSetup {
  readonly clock: Clock;
  /** Where Linux shows the process: `/proc/self`. */
  readonly procFolder: string;
  readonly eventLoopResolutionMs: number;
}
