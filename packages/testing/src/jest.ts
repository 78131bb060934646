import { expect } from '@jest/globals';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';
import { type SpanMatchers, spanMatchers } from './span-matchers.js';

expect.extend({ ...metricsMatchers, ...spanMatchers });

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MetricsMatchers<R>, SpanMatchers<R> {}
}

export type { MetricsMatchers } from './matchers.js';
export type { SpanMatchers } from './span-matchers.js';
