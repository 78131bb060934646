import { expect } from 'vitest';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';

expect.extend(metricsMatchers);

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter must be declared as vitest declares it
  interface Matchers<T = any> extends MetricsMatchers<T> {}
}

export type { MetricsMatchers } from './matchers.js';
