import { expect } from '@jest/globals';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';

expect.extend(metricsMatchers);

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MetricsMatchers<R> {}
}

export type { MetricsMatchers } from './matchers.js';
