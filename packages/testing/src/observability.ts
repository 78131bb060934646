export type { TestObservability, TestObservabilityOptions } from './test-observability.js';
export { createTestObservability } from './test-observability.js';
