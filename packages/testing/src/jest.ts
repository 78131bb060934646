import { expect } from '@jest/globals';
import { type LogMatchers, logMatchers } from './logs/logged-matcher.js';
import { type MetricsMatchers, metricsMatchers } from './matchers.js';

expect.extend(metricsMatchers);
expect.extend(logMatchers);

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MetricsMatchers<R>, LogMatchers<R> {}
}

export type { LogMatchers } from './logs/logged-matcher.js';
export type { MetricsMatchers } from './matchers.js';
