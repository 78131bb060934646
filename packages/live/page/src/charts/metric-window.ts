import type { ExemplarRow, MetricHistoryAnswer, SeriesHistory } from '../../../src/model/answers.js';

const maxExemplars = 100;

/** The history of a metric with what came after it, without what is older than `windowMs`. */
export function extendedHistory(
  before: MetricHistoryAnswer,
  after: MetricHistoryAnswer,
  windowMs: number,
): MetricHistoryAnswer {
  const newest = before.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const isNew = after.timesMs.map((timeMs) => timeMs > newest);
  const fresh = <T>(values: readonly T[]): readonly T[] => values.filter((_, index) => isNew[index]);
  const timesMs = [...before.timesMs, ...fresh(after.timesMs)];
  const until = timesMs.at(-1) ?? 0;
  const from = Math.max(
    0,
    timesMs.findIndex((timeMs) => timeMs > until - windowMs),
  );
  const joined = <T>(old: readonly T[] | undefined, added: readonly T[] | undefined, missing: T): readonly T[] => {
    const start = old ?? Array<T>(before.timesMs.length).fill(missing);
    const end = added === undefined ? Array<T>(timesMs.length - before.timesMs.length).fill(missing) : fresh(added);
    return [...start.slice(from), ...end.slice(Math.max(0, from - start.length))];
  };

  const olds = new Map(before.series.map((each) => [identity(each), each]));
  const news = new Map(after.series.map((each) => [identity(each), each]));
  const series = [...new Set([...olds.keys(), ...news.keys()])].map((key) => {
    const old = olds.get(key);
    const added = news.get(key);
    const latest = added ?? old;
    const names = new Set([...Object.keys(old?.values ?? {}), ...Object.keys(added?.values ?? {})]);
    return {
      labels: latest?.labels ?? {},
      current: latest?.current ?? null,
      currentSum: latest?.currentSum ?? null,
      values: Object.fromEntries(
        [...names].map((name) => [name, joined(old?.values[name], added?.values[name], null)]),
      ),
    } satisfies SeriesHistory;
  });
  const withData = series.filter((each) => news.has(identity(each)) || Object.values(each.values).some(hasData));

  return {
    ...after,
    timesMs: timesMs.slice(from),
    series: withData,
    heatMap: after.heatMap === null ? before.heatMap : joinedHeatMap(before.heatMap, after.heatMap, joined),
    exemplars: joinedExemplars(before.exemplars, after.exemplars, timesMs[from] ?? 0),
  };
}

type Join = <T>(old: readonly T[] | undefined, added: readonly T[] | undefined, missing: T) => readonly T[];
type HeatMap = NonNullable<MetricHistoryAnswer['heatMap']>;

/** With other bounds, the counts of before mean something else. */
function joinedHeatMap(before: HeatMap | null, after: HeatMap, joined: Join): HeatMap {
  const isSame = before !== null && before.bounds.join() === after.bounds.join();
  return { bounds: after.bounds, counts: joined(isSame ? before.counts : undefined, after.counts, null) };
}

function joinedExemplars(
  before: readonly ExemplarRow[],
  after: readonly ExemplarRow[],
  fromMs: number,
): readonly ExemplarRow[] {
  const known = new Set(after.map(({ spanId, timeMs }) => `${spanId} ${timeMs}`));
  const kept = before.filter(({ spanId, timeMs }) => timeMs >= fromMs && !known.has(`${spanId} ${timeMs}`));
  return [...after, ...kept].slice(0, maxExemplars);
}

function identity({ labels }: SeriesHistory): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hasData(values: ReadonlyArray<number | null>): boolean {
  return values.some((value) => value !== null);
}
