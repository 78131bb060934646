import { expect } from 'vitest';
import { type LogMatchers, logMatchers } from './logs/logged-matcher.js';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';
import { type NamingMatchers, namingMatchers } from './naming-matcher.js';
import { type SpanMatchers, spanMatchers } from './span-matchers.js';

expect.extend({ ...metricsMatchers, ...spanMatchers, ...logMatchers, ...namingMatchers });

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameter must be declared as vitest declares it
  interface Matchers<T = any> extends MetricsMatchers<T>, SpanMatchers<T>, LogMatchers<T>, NamingMatchers<T> {}
}

export type { LogMatchers } from './logs/logged-matcher.js';
export type { MetricsMatchers } from './matchers.js';
export type { NamingMatchers } from './naming-matcher.js';
export type { SpanMatchers } from './span-matchers.js';
