import { unitSuffixes } from './units.js';

/**
 * How each backend writes a declared name. All backends use this table.
 *
 * | declared | kind | unit | Prometheus | StatsD, OpenTelemetry, log |
 * |---|---|---|---|---|
 * | `command.dispatched.count` | counter | | `command_dispatched_total` | as declared |
 * | `command.processing.duration` | histogram | milliseconds | `command_processing_duration_milliseconds` | as declared |
 * | `redis_publish_latency_ms` | histogram | milliseconds | `redis_publish_latency_ms` | as declared |
 * | `http.request.size` | counter | bytes | `http_request_size_bytes_total` | as declared |
 * | `system_cpu_count` | gauge | | `system_cpu_count` | as declared |
 */
export interface Named {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly unit?: string | undefined;
  readonly origin?: 'own' | 'external';
  /** Set if the name follows OpenTelemetry's rules, which know no names that end in `.count`. */
  readonly instrumentation?: object | undefined;
}

export type FamilyKind = 'counter' | 'gauge' | 'info' | 'histogram' | 'summary';

/**
 * The Prometheus metric family name, without the suffix that samples get (`_total`, `_info`, `_bucket` …), as it stands
 * in OpenMetrics' `# TYPE` lines. `.` becomes `_`; the unit is appended unless the name already ends in a unit.
 */
export function prometheusFamilyName({ name, kind, unit, origin, instrumentation }: Named): string {
  if (origin === 'external') return kind === 'counter' ? withoutSuffix(name, '_total') : name;
  let written = name.replaceAll(/[\W_]+/g, '_');
  if (kind === 'counter') {
    const isCount = name.endsWith('.count') && instrumentation === undefined;
    written = withoutSuffix(written, isCount ? '_count' : '_total');
  }
  if (kind === 'info') written = withoutSuffix(written, '_info');
  if (unit !== undefined && !endsInUnit(written, unit)) written = `${written}_${unit}`;
  return written;
}

/** The name of a family's sample lines: `requests_total` for a counter, `build_info` for an info, else the family name. */
export function prometheusSampleName(named: Named): string {
  const family = prometheusFamilyName(named);
  if (named.kind === 'counter') return `${family}_total`;
  if (named.kind === 'info') return `${family}_info`;
  return family;
}

/** Every name that a family may have in either text format, reserved names included. */
export function prometheusWrittenNames(named: Named): string[] {
  const family = prometheusFamilyName(named);
  return ['', ...sampleSuffixes[named.kind]].map((suffix) => family + suffix);
}

/** The suffixes of the samples of each kind. */
export const sampleSuffixes: Readonly<Record<FamilyKind, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
};

/**
 * Every name that a family may have on any wire: the names of Prometheus, the declared name, and those of CloudWatch's embedded
 * metric format, which writes the count and the sum of a histogram as metrics of their own.
 */
export function everyWrittenName(named: Named): string[] {
  return [...new Set([...embeddedMetricNames(named), ...prometheusWrittenNames(named)])];
}

/** The names of a family in CloudWatch's embedded metric format, by its declared name or its key in the log. */
export function embeddedMetricNames({ name, kind }: Pick<Named, 'name' | 'kind'>): string[] {
  return kind === 'histogram' || kind === 'summary' ? [name, `${name}_count`, `${name}_sum`] : [name];
}

/** A label name in Prometheus' character set: `error.type` becomes `error_type`. */
export function prometheusLabelName(name: string): string {
  return name.replaceAll('.', '_');
}

function endsInUnit(written: string, unit: string): boolean {
  const [ending = '', before] = written.split('_').reverse();
  return written.endsWith(`_${unit}`) || (before !== undefined && unitSuffixes.has(ending));
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) && text.length > suffix.length ? text.slice(0, -suffix.length) : text;
}
