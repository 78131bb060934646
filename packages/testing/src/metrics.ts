export { assertCounted, assertExposition, assertGauge, assertObserved } from './assertions.js';
export type { Changes } from './changes.js';
export type { Checkable } from './checks.js';
export type { ExpectedObservations } from './expected-numbers.js';
export type { FakeClock, FakeClockOptions, PendingTimer } from './fake-clock.js';
export { fakeClock } from './fake-clock.js';
export type { LabelQuery, Observation, SeriesReading } from './reading.js';
export type { TestMetrics, TestMetricsOptions } from './test-metrics.js';
export { createTestMetrics } from './test-metrics.js';
