import { bytesIn, unitsPerSecond } from './units.js';

/** Upper bounds in seconds for the latency of network services, as in prom-client. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Upper bounds for a histogram that declares none, by its unit alone, so that every process has the same: latencies in
 * seconds or a smaller unit, sizes, shares, and for any other word a count of things. Without a unit seconds are meant.
 */
export function defaultBuckets(unit: string | undefined): readonly number[] {
  if (unit === undefined) return DEFAULT_BUCKETS;
  const perSecond = unitsPerSecond(unit);
  if (perSecond !== undefined && perSecond >= 1) return scaled(DEFAULT_BUCKETS, perSecond);
  const bytes = bytesIn(unit);
  if (bytes !== undefined) return scaled(SIZES, 1 / bytes);
  return OTHERS.get(unit) ?? COUNTS;
}

/**
 * Upper bounds for quantiles that instances add up (`histogram_quantile` over a sum by `le`): finer and wider than
 * `defaultBuckets`, and by the unit alone as well. Neighbours differ by a third to a half for durations, else by a factor of 2
 * to 2.5.
 */
export function quantileBuckets(unit: string | undefined): readonly number[] {
  const perSecond = unit === undefined ? undefined : unitsPerSecond(unit);
  if (perSecond !== undefined && perSecond >= 1) return scaled(FINE_SECONDS, perSecond);
  const bytes = unit === undefined ? undefined : bytesIn(unit);
  if (bytes !== undefined) return scaled(FINE_SIZES, 1 / bytes);
  if (unit === undefined) return ANYTHING;
  return OTHERS.get(unit) ?? FINE_COUNTS;
}

/** In bytes. */
const SIZES: readonly number[] = decades(2, 9, [1]);
const FINE_SIZES: readonly number[] = decades(1, 9, [1, 2, 5]);
const COUNTS: readonly number[] = decades(0, 7, [1]);
const FINE_COUNTS: readonly number[] = decades(0, 7, [1, 2, 5]);
const ANYTHING: readonly number[] = decades(-3, 9, [1, 2, 5]);
/** A tenth of a millisecond to a minute. */
const FINE_SECONDS: readonly number[] = [
  ...[0.0001, 0.0002, 0.0005],
  ...[0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075],
  ...[0.01, 0.015, 0.02, 0.03, 0.05, 0.075],
  ...[0.1, 0.15, 0.2, 0.3, 0.5, 0.75],
  ...[1, 1.5, 2, 3, 5, 7.5],
  ...[10, 15, 30, 60],
];
const SHARES: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** Units whose values have a range of their own. */
const OTHERS: ReadonlyMap<string, readonly number[]> = new Map([
  ['minutes', [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480]],
  ['hours', [0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 96, 168]],
  ['days', [0.25, 0.5, 1, 2, 3, 7, 14, 30, 90, 180, 365]],
  ['ratio', SHARES],
  ['percent', scaled(SHARES, 100)],
  ['celsius', [-20, -10, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
  ...['meters', 'grams', 'volts', 'amperes', 'joules', 'watts', 'hertz'].map((unit): [string, readonly number[]] => [
    unit,
    decades(-3, 6, [1]),
  ]),
]);

/** `steps` times 10^`from` and so on; 10^`to` is the last. */
function decades(from: number, to: number, steps: readonly number[]): readonly number[] {
  const bounds: number[] = [];
  for (let exponent = from; exponent < to; exponent++)
    bounds.push(...steps.map((step) => exact(step * 10 ** exponent)));
  return [...bounds, 10 ** to];
}

function scaled(bounds: readonly number[], factor: number): readonly number[] {
  return bounds.map((bound) => exact(bound * factor));
}

/** 0.035 * 1000 is 35.00000000000001, which would be a bound of its own on every page. */
function exact(bound: number): number {
  return Number(bound.toPrecision(12));
}
