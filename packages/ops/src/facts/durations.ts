import type { CatalogueMetric } from '../model/catalogue.js';
import type { DurationFact, Matcher } from '../model/facts.js';
import type { Problems } from './problems.js';

/** When SlowResponse fires, in the words of a definition. */
export interface SlowLimit {
  readonly withinSeconds: number;
  readonly share: number;
}

/** A histogram as a duration, or `undefined` if it has no unit of time or no buckets. */
export function durationOf(
  metric: CatalogueMetric | undefined,
  matchers: readonly Matcher[],
  limit: SlowLimit,
): DurationFact | undefined {
  const unit = metric === undefined ? undefined : timeUnitOf(metric);
  const bounds = metric?.bounds ?? [];
  if (metric === undefined || unit === undefined || bounds.length === 0) return undefined;
  const bound = bounds.find((each) => each >= inUnit(limit.withinSeconds, unit));
  const slow = bound === undefined ? undefined : { bound, share: limit.share };
  return { histogram: metric.name, matchers, unit, bounds, slow };
}

export function timeUnitOf({ unit, name }: CatalogueMetric): DurationFact['unit'] | undefined {
  if (unit === 'seconds' || unit === 'milliseconds') return unit;
  if (/_seconds$/.test(name)) return 'seconds';
  return /_(ms|milliseconds)$/.test(name) ? 'milliseconds' : undefined;
}

/** The bound of a histogram, in its unit, at `seconds`. Reports one that is none, with its neighbours. */
export function boundOf(
  subject: string,
  { histogram, bounds, unit }: Pick<DurationFact, 'histogram' | 'bounds' | 'unit'>,
  seconds: number,
  problems: Problems,
): number | undefined {
  const limit = inUnit(seconds, unit);
  if (bounds.includes(limit)) return limit;
  const neighbours = [bounds.findLast((bound) => bound < limit), bounds.find((bound) => bound > limit)];
  const near = neighbours.flatMap((bound) => (bound === undefined ? [] : [unit === 'seconds' ? bound : bound / 1000]));
  problems.add(
    `${subject}.withinSeconds: ${seconds} is no bucket bound of "${histogram}", so the share within it is not known. Use ${near.join(' or ')}, or declare the bound.`,
  );
  return undefined;
}

/** Seconds in the unit of a histogram, without the noise of a multiplication. */
export function inUnit(seconds: number, unit: DurationFact['unit']): number {
  return unit === 'seconds' ? seconds : Number((seconds * 1000).toPrecision(12));
}
