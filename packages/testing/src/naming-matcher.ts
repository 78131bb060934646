import type { MetricsSource } from '@sightline/core/backend';
import { type LintOptions, lintMetrics } from '@sightline/core/lint';
import type { MatcherOutcome } from './matchers.js';

export interface NamingMatchers<R = unknown> {
  /** Every declared metric follows the conventions for names, units, help and labels: no rule of `lintMetrics` finds anything. */
  toFollowNamingRules(options?: LintOptions | undefined): R;
}

/** The matcher as `expect.extend` of vitest and jest takes it. */
export const namingMatchers: {
  readonly toFollowNamingRules: (received: unknown, options?: LintOptions | undefined) => MatcherOutcome;
} = {
  toFollowNamingRules(received, options = {}) {
    const problems = lintMetrics(sourceOf(received).snapshot(), options);
    const list = problems.map(({ level, metric, message }) => `  ${level}  ${metric} ${message}`).join('\n');
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length === 0
          ? 'expected some metric to break a naming rule, but none does'
          : `expected every metric to follow the naming rules, but\n${list}`,
      actual: problems,
      expected: [],
    };
  },
};

function sourceOf(received: unknown): MetricsSource {
  const source = [received, Reflect.get(Object(received), 'metrics')].find(
    (each) => typeof Reflect.get(Object(each), 'snapshot') === 'function',
  );
  if (source === undefined) throw new TypeError('[testing] toFollowNamingRules takes a collector or an observability.');
  return source as MetricsSource;
}
