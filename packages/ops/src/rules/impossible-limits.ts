import type { Facts, Signal, Slo } from '../model/facts.js';
import { budgetOf, burnWindows } from './burn-windows.js';
import { percent } from './percent.js';

/** Limits at which an alert could never fire, or could do nothing else: a sentence each, with what to change. */
export function impossibleLimits(facts: Facts): string[] {
  return [
    ...ratioLimits(facts),
    ...facts.signals.flatMap(slowLimits),
    ...facts.slos.flatMap((slo) => objectiveLimits(slo, facts.disable.includes('ErrorBudgetBurn'))),
    ...facts.queues.flatMap(({ selector, limit }) =>
      Number.isFinite(limit) && limit >= 0
        ? []
        : [`QueueBacklog of "${selector.metric}" has the limit ${limit}. Pass a number from 0.`],
    ),
    ...facts.freshness.flatMap(({ selector, maxAgeSeconds }) =>
      maxAgeSeconds > 0 && Number.isFinite(maxAgeSeconds)
        ? []
        : [`FeedSilent of "${selector.metric}" has the age ${maxAgeSeconds}. Pass seconds above 0.`],
    ),
  ];
}

function ratioLimits({ limits }: Facts): string[] {
  const { errorRatio, sagaFailureRatio, memoryRatio, cpuRatio, diskFreeRatio } = limits;
  const { warning, high } = errorRatio;
  const shares: ReadonlyArray<readonly [name: string, alert: string, share: number | undefined]> = [
    ['errorRatio.medium', 'HighErrorRate', warning],
    ['errorRatio.high', 'HighErrorRate', high],
    ['sagaFailureRatio', 'SagaFailureRate', sagaFailureRatio],
    ['memoryRatio', 'HighMemoryUsage', memoryRatio],
    ['cpuRatio', 'HighCPUUsage', cpuRatio],
    ['diskFreeRatio', 'DiskFull', diskFreeRatio],
  ];
  const found = shares.flatMap(([name, alert, share]) =>
    share === undefined || isShare(share)
      ? []
      : [
          `limits.${name} is ${share}: no share is beyond it, or every one, so that ${alert} would not follow what happens. ` +
            'Pass a share above 0 and below 1, such as 0.1.',
        ],
  );
  if (warning !== undefined && high !== undefined && warning >= high) {
    found.push(
      `limits.errorRatio.medium (${warning}) is not below limits.errorRatio.high (${high}), so that it would never warn first. ` +
        'Lower it, or turn it off with false.',
    );
  }
  return found;
}

function slowLimits({ id, duration }: Signal): string[] {
  if (duration?.slow === undefined) return [];
  const { bound, share } = duration.slow;
  const found = bucketProblem(`SlowResponse of the signal "${id}"`, bound, duration.bounds);
  if (!isShare(share)) {
    found.push(
      `SlowResponse of the signal "${id}" wants the share ${share} of the work within ${bound}. Pass a share above 0 and below 1, such as 0.95.`,
    );
  }
  return found;
}

function objectiveLimits(slo: Slo, isSilent: boolean): string[] {
  const { id, objective, within, minEvents, signal } = slo;
  const subject = `The objective "${id}"`;
  if (!isShare(objective)) return [`${subject} is ${objective}. Pass a share above 0 and below 1, such as 0.999.`];
  const found: string[] = [];
  const fastest = Math.max(...burnWindows.map(({ factor }) => factor));
  const burning = fastest * budgetOf(slo);
  if (burning >= 1 && !isSilent) {
    const least = Math.floor((1 - 1 / fastest) * 1000 + 1) / 1000;
    found.push(
      `${subject} of ${percent(objective)} leaves a budget so large that it cannot burn ${fastest} times too fast: ` +
        `that would be ${percent(burning)} of the work. Raise it to ${least} at least, or disable ErrorBudgetBurn.`,
    );
  }
  if (within !== undefined && signal.duration === undefined) {
    found.push(`${subject} is about durations, and the signal "${signal.id}" has none. Give the signal a duration.`);
  }
  if (within !== undefined && signal.duration !== undefined) {
    found.push(...bucketProblem(subject, within, signal.duration.bounds));
  }
  if (within === undefined && signal.errors === undefined) {
    found.push(`${subject} is about failures, and the signal "${signal.id}" counts none. Give the signal errors.`);
  }
  if (!Number.isFinite(minEvents)) {
    found.push(
      `${subject} has minEvents ${minEvents}: its alerts would never have enough. Pass a number, such as 100.`,
    );
  }
  return found;
}

/** Only a bound of the histogram can be counted. */
function bucketProblem(subject: string, bound: number, bounds: readonly number[]): string[] {
  if (bounds.includes(bound)) return [];
  const top = bounds.at(-1);
  if (top === undefined) return [`${subject} compares with ${bound}, and the histogram has no buckets. Declare some.`];
  const nearest = bounds.reduce((best, each) => (Math.abs(each - bound) < Math.abs(best - bound) ? each : best), top);
  const why =
    bound > top
      ? `above the top bucket, ${top}, so that nothing could be known to be slower`
      : 'no bound of its histogram';
  return [`${subject} compares with ${bound}, which is ${why}. Use ${nearest}, or declare that bucket.`];
}

function isShare(value: number): boolean {
  return value > 0 && value < 1;
}
