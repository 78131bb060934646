import { expect } from '@jest/globals';
import { type LogMatchers, logMatchers } from './logs/logged-matcher.js';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';
import { type NamingMatchers, namingMatchers } from './naming-matcher.js';
import { type SpanMatchers, spanMatchers } from './span-matchers.js';

expect.extend({ ...metricsMatchers, ...spanMatchers, ...logMatchers, ...namingMatchers });

interface AllMatchers<R> extends MetricsMatchers<R>, SpanMatchers<R>, LogMatchers<R>, NamingMatchers<R> {}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends AllMatchers<R> {}
}

// For the global `expect` of those who have @types/jest; without that package it is a name that nothing uses.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the parameters must be declared as @types/jest declares them
    interface Matchers<R, T = {}> extends AllMatchers<R> {}
  }
}

export type { LogMatchers } from './logs/logged-matcher.js';
export type { MetricsMatchers } from './matchers.js';
export type { NamingMatchers } from './naming-matcher.js';
export type { SpanMatchers } from './span-matchers.js';
