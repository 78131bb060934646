import type { MetricOptions } from '@opentelemetry/api';
import { type DiscoveredOptions, unitOfUcum } from '@sightline/core/backend';

export type InstrumentKind = 'counter' | 'up-down counter' | 'gauge' | 'histogram';

/** An instrument as it was created. */
export interface CreatedInstrument {
  readonly metric: DiscoveredOptions;
  /** Whether fractions are cut off. */
  readonly isInteger: boolean;
  /** Why it cannot record. */
  readonly problem: string | undefined;
}

/** What the arguments of a `create…` say. Wrong ones never throw: the name decides whether it can record, all others have defaults. */
export function instrumentOf({
  kind,
  name,
  options,
  scope,
}: {
  readonly kind: InstrumentKind;
  readonly name: unknown;
  readonly options: MetricOptions | undefined;
  readonly scope: { readonly name: string; readonly version: string };
}): CreatedInstrument {
  const { description, unit, valueType, advice } = options ?? {};
  const code = typeof unit === 'string' ? unit : '';
  const isNamed = typeof name === 'string' && /^[a-z][\w./-]{0,254}$/i.test(name);
  return {
    metric: {
      kind: kind === 'up-down counter' ? 'gauge' : kind,
      name: String(name).slice(0, MAX_NAME_LENGTH),
      help: typeof description === 'string' ? description : '',
      unit: unitWord(code, kind),
      isAdditive: kind === 'up-down counter',
      ...(kind === 'histogram' ? { buckets: boundsOf(advice?.explicitBucketBoundaries) } : {}),
      instrumentation: { scopeName: scope.name, scopeVersion: scope.version, unit: code },
    },
    isInteger: valueType === INT,
    problem: isNamed
      ? undefined
      : 'names are letters, digits, "_", ".", "-" and "/", begin with a letter, and have at most 255 characters',
  };
}

const INT = 0; // ValueType.INT
const MAX_NAME_LENGTH = 255;

/** A ratio only for gauges (OpenTelemetry, "Prometheus and OpenMetrics Compatibility", Metric Metadata). */
function unitWord(code: string, kind: InstrumentKind): string | undefined {
  if (code === '1') return kind === 'gauge' ? 'ratio' : undefined;
  const [amount = '', per, ...more] = code.replaceAll(/\{[^}]*\}/g, '').split('/');
  if (more.length > 0) return undefined;
  const word = wordOf(amount);
  if (per === undefined) return word;
  const perWord = perWords[per];
  if (perWord === undefined) return undefined;
  return word === undefined ? `per_${perWord}` : `${word}_per_${perWord}`;
}

function wordOf(code: string): string | undefined {
  return unitOfUcum(code) ?? (/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code) && !reserved.has(code) ? code : undefined);
}

const perWords: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

/** Suffixes that Prometheus reserves. */
const reserved: ReadonlySet<string> = new Set(['total', 'created', 'bucket', 'sum', 'count', 'info']);

function boundsOf(advised: unknown): readonly number[] {
  if (!Array.isArray(advised)) return DEFAULT_BOUNDS;
  const isAscending = advised.every(
    (bound, i) => typeof bound === 'number' && Number.isFinite(bound) && (i === 0 || bound > advised[i - 1]),
  );
  return isAscending ? [...advised] : DEFAULT_BOUNDS;
}

/** OpenTelemetry, "Metrics SDK", Explicit Bucket Histogram Aggregation. */
const DEFAULT_BOUNDS: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
