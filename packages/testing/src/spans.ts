export type { FakeClock, FakeClockOptions } from './fake-clock.js';
export { fakeClock } from './fake-clock.js';
export { assertSpan } from './span-assertions.js';
export type { ExpectedEvent, ExpectedLink, ExpectedSpan, SpansToCheck } from './span-checks.js';
export type { EventReading, LinkReading, SpanReading } from './span-reading.js';
export type { SpanNode, SpanTree } from './span-tree.js';
export type { SpanMisuse } from './span-watch.js';
export type { TestSpans, TestSpansOptions } from './test-spans.js';
export { createTestSpans } from './test-spans.js';
