export type { FakeClock, FakeClockOptions, PendingTimer } from '@sightline/base/fake-clock';
export { fakeClock } from '@sightline/base/fake-clock';
export { assertCounted, assertExposition, assertGauge, assertObserved } from './assertions.js';
export type { Changes } from './changes.js';
export type { Checkable } from './checks.js';
export type { ExpectedObservations } from './expected-numbers.js';
export type { LabelQuery, Observation, SeriesReading } from './reading.js';
export type { TestMetrics, TestMetricsOptions } from './test-metrics.js';
export { createTestMetrics } from './test-metrics.js';
