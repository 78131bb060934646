import { type Exemplar, type FamilyColumns, type FamilySnapshot, unitInName } from '@sightline/core/backend';
import type { PromExemplar, PromMetricData, PromValue } from './prom-client-shapes.js';

/** Why a series or a whole metric cannot be exported. */
export type PromFault = 'bad_buckets' | 'bad_value';

/**
 * Builds a family from a metric's flat list of values; none if no value is usable. Types that we do not have (`untyped`, `stateset`)
 * become gauges.
 */
export function familyFromProm(
  data: PromMetricData,
  defaultLabels: Readonly<Record<string, unknown>>,
  onFault: (fault: PromFault) => void,
): FamilySnapshot[] {
  const values = data.values ?? [];
  const wellFormed = values.filter(({ value }) => typeof value === 'number');
  if (wellFormed.length < values.length) onFault('bad_value');
  const kind = kindOf(data.type);
  const series = seriesOf(data.name, wellFormed, reservedLabel[kind], defaultLabels);
  switch (kind) {
    case 'counter': {
      const counts = series.filter(({ own }) => own !== undefined && own.value >= 0);
      if (counts.length < series.length) onFault('bad_value');
      return [
        {
          ...columnsOf(data, counts, defaultLabels),
          kind,
          values: Float64Array.from(counts, ({ own }) => own?.value ?? 0),
          exemplars: exemplarsOf(counts.map(({ own }, i) => [i, own?.exemplar])),
        },
      ];
    }
    case 'gauge':
    case 'info': {
      const set = series.filter(({ own }) => own !== undefined);
      const name = kind === 'info' ? data.name.replace(/_info$/, '') : data.name;
      const columns = columnsOf({ ...data, name }, set, defaultLabels);
      const numbers = Float64Array.from(set, ({ own }) => own?.value ?? 0);
      return [
        kind === 'info'
          ? { ...columns, kind, values: numbers }
          : { ...columns, kind, values: numbers, isAdditive: false },
      ];
    }
    case 'histogram':
      return histogram(data, series, defaultLabels, onFault);
    case 'summary':
      return summary(data, series, defaultLabels);
  }
}

type Kind = FamilySnapshot['kind'];

function kindOf(type: string): Kind {
  return type === 'counter' || type === 'histogram' || type === 'summary' || type === 'info' ? type : 'gauge';
}

const reservedLabel: Readonly<Record<Kind, string | undefined>> = {
  counter: undefined,
  gauge: undefined,
  info: undefined,
  histogram: 'le',
  summary: 'quantile',
};

/** The values with equal labels, except for `le` and `quantile`. */
interface Series {
  readonly labels: ReadonlyMap<string, string>;
  own?: PromValue;
  sum?: number;
  count?: number;
  /** By bucket bound or quantile, in the order given. */
  readonly parts: Array<{
    readonly at: number;
    readonly value: number;
    readonly exemplar: PromExemplar | null | undefined;
  }>;
}

function seriesOf(
  name: string,
  values: readonly PromValue[],
  reserved: string | undefined,
  defaultLabels: Readonly<Record<string, unknown>>,
): Series[] {
  const found = new Map<string, Series>();
  for (const value of values) {
    const labels = textLabels(value.labels ?? {}, reserved, defaultLabels);
    const key = JSON.stringify([...labels].sort());
    let series = found.get(key);
    if (series === undefined) {
      series = { labels, parts: [] };
      found.set(key, series);
    }
    const at = reserved === undefined ? undefined : value.labels?.[reserved];
    if (value.metricName === `${name}_sum`) series.sum = value.value;
    else if (value.metricName === `${name}_count`) series.count = value.value;
    else if (at !== undefined) series.parts.push({ at: boundOf(at), value: value.value, exemplar: value.exemplar });
    else series.own = value;
  }
  return [...found.values()];
}

/** Labels as strings. prom-client accepts other values; a label without a value is dropped. */
function textLabels(
  labels: Readonly<Record<string, unknown>>,
  reserved: string | undefined,
  defaultLabels: Readonly<Record<string, unknown>>,
): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) {
    const given = value ?? defaultLabels[name];
    if (name !== reserved && given !== undefined && given !== null) texts.set(name, String(given));
  }
  return texts;
}

function boundOf(text: unknown): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}

function columnsOf(
  { name, help, type }: PromMetricData,
  series: readonly Series[],
  defaultLabels: Readonly<Record<string, unknown>>,
): FamilyColumns {
  const labelNames = [...new Set(series.flatMap(({ labels }) => [...labels.keys()]))];
  const constants = Object.entries(defaultLabels).filter(([label]) => !labelNames.includes(label));
  return {
    name,
    help,
    unit: unitInName(name, kindOf(type)),
    labelNames,
    constantLabels: Object.fromEntries(constants.map(([label, value]) => [label, String(value)])),
    size: series.length,
    rows: Uint32Array.from(series.keys()),
    labelValues: series.flatMap(({ labels }) =>
      labelNames.map((label) => labels.get(label) ?? String(defaultLabels[label] ?? '')),
    ),
    startTimesMs: new Float64Array(series.length),
    origin: 'external',
  };
}

function histogram(
  data: PromMetricData,
  series: readonly Series[],
  defaultLabels: Readonly<Record<string, unknown>>,
  onFault: (fault: PromFault) => void,
): FamilySnapshot[] {
  const sound = series.filter(addsUp);
  const bounds = (sound[0]?.parts ?? []).slice(0, -1).map(({ at }) => at);
  const alike = sound.filter(
    ({ parts }) => parts.length === bounds.length + 1 && bounds.every((bound, k) => parts[k]?.at === bound),
  );
  for (let i = alike.length; i < series.length; i++) onFault('bad_buckets');
  if (alike.length === 0 && series.length > 0) return [];
  const parts = alike.flatMap((each) => each.parts);
  return [
    {
      ...columnsOf(data, alike, defaultLabels),
      kind: 'histogram',
      bounds,
      bucketCounts: Float64Array.from(
        alike.flatMap((each) => each.parts.map(({ value }, k) => value - (each.parts[k - 1]?.value ?? 0))),
      ),
      sums: Float64Array.from(alike, ({ sum }) => sum ?? Number.NaN),
      exemplars: exemplarsOf(parts.map(({ exemplar }, i) => [i, exemplar])),
    },
  ];
}

/** Whether counts are cumulative, bounds ascend and end in +Inf, and the count, if any, agrees. */
function addsUp({ parts, count }: Series): boolean {
  const last = parts.at(-1);
  return (
    last?.at === Number.POSITIVE_INFINITY &&
    (count === undefined || count === last.value) &&
    parts.every(({ at, value }, k) => {
      const before = parts[k - 1];
      return Number.isInteger(value) && value >= (before?.value ?? 0) && at > (before?.at ?? Number.NEGATIVE_INFINITY);
    })
  );
}

function summary(
  data: PromMetricData,
  series: readonly Series[],
  defaultLabels: Readonly<Record<string, unknown>>,
): FamilySnapshot[] {
  const quantiles = [...new Set(series.flatMap(({ parts }) => parts.map(({ at }) => at)))].sort((a, b) => a - b);
  return [
    {
      ...columnsOf(data, series, defaultLabels),
      kind: 'summary',
      quantiles,
      quantileValues: Float64Array.from(
        series.flatMap(({ parts }) =>
          quantiles.map((quantile) => parts.find(({ at }) => at === quantile)?.value ?? Number.NaN),
        ),
      ),
      sums: Float64Array.from(series, ({ sum }) => sum ?? Number.NaN),
      counts: Float64Array.from(series, ({ count }) => count ?? 0),
    },
  ];
}

/** Exemplars with a trace: our exemplars have no other labels. */
function exemplarsOf(
  given: ReadonlyArray<readonly [index: number, exemplar: PromExemplar | null | undefined]>,
): Map<number, Exemplar> | undefined {
  const exemplars = new Map<number, Exemplar>();
  for (const [i, exemplar] of given) {
    const labels = exemplar?.labelSet ?? {};
    const traceId = labels['trace_id'] ?? labels['traceId'];
    const spanId = labels['span_id'] ?? labels['spanId'];
    if (exemplar?.timestamp === undefined || typeof traceId !== 'string' || typeof spanId !== 'string') continue;
    exemplars.set(i, { value: exemplar.value, traceId, spanId, timeMs: exemplar.timestamp * 1000 });
  }
  return exemplars.size === 0 ? undefined : exemplars;
}
