import { expect } from '@jest/globals';
import { type LogMatchers, logMatchers } from './logs/logged-matcher.js';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';
import { type NamingMatchers, namingMatchers } from './naming-matcher.js';
import { type SpanMatchers, spanMatchers } from './span-matchers.js';

expect.extend({ ...metricsMatchers, ...spanMatchers, ...logMatchers, ...namingMatchers });

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown>
    extends MetricsMatchers<R>,
      SpanMatchers<R>,
      LogMatchers<R>,
      NamingMatchers<R> {}
}

export type { LogMatchers } from './logs/logged-matcher.js';
export type { MetricsMatchers } from './matchers.js';
export type { NamingMatchers } from './naming-matcher.js';
export type { SpanMatchers } from './span-matchers.js';
