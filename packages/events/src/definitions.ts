import { type LabelValue, quantileBuckets } from '@sightline/core';
import { unitInName } from '@sightline/core/backend';
import { isIdLabel } from '@sightline/core/lint';
import { type EventName, eventKey } from './event-name.js';
import type { Measurements, Metadata } from './events.js';
import { type Conversion, conversionOf, type EventUnit } from './unit-conversion.js';

/** How an event becomes a metric. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'sum' | 'last_value' | 'summary' | 'distribution';
  /** The declared name of the metric. */
  readonly name: string;
  /** The event's name, joined with dots. */
  readonly event: string;
  /** The measurement, before conversion; `undefined` if the event does not carry it. */
  measure(measurements: Measurements, metadata: Metadata): number | undefined;
  readonly conversion: Conversion;
  readonly tags: readonly string[];
  /** The values of the tags. */
  tagValues(metadata: Metadata): Metadata;
  /** Whether this execution counts. */
  isKept(metadata: Metadata, measurements: Measurements): boolean;
  readonly help: string;
  readonly labelValues: DefinitionOptions['labelValues'];
  readonly buckets: readonly number[] | undefined;
  /** For a sum: whether it may fall. */
  readonly isAdditive: boolean;
}

export interface DefinitionOptions<Tag extends string = string> {
  /** The event. Default: the metric's name without its last segment. */
  event?: EventName | undefined;
  /** Which measurement, or how to compute one. Default: the last segment of the metric's name. */
  measurement?: string | ((measurements: Measurements, metadata: Metadata) => number | undefined) | undefined;
  /** Fields of the metadata that become labels. Each must have few distinct values: ids are refused. */
  tags?: readonly Tag[] | undefined;
  /** Computes values of tags that are not in the metadata. */
  tagValues?: ((metadata: Metadata) => Metadata) | undefined;
  /** Only executions for which it returns true count. Cannot be combined with `drop`. */
  keep?: ((metadata: Metadata, measurements: Measurements) => boolean) | undefined;
  /** Executions for which it returns true do not count. */
  drop?: ((metadata: Metadata, measurements: Measurements) => boolean) | undefined;
  /** The measurement's unit, or a pair to convert: `['native', 'millisecond']`. */
  unit?: EventUnit | undefined;
  /** One sentence for people who see the metric. Default: made from the event's name. */
  description?: string | undefined;
  /** The values that a tag may have. Others count in the overflow series. All combinations are exported as 0 from the start. */
  labelValues?: Partial<Readonly<Record<Tag, readonly LabelValue[]>>> | undefined;
  /** Allows tags that look like ids. */
  allowsIds?: boolean | undefined;
}

export interface SumOptions<Tag extends string = string> extends DefinitionOptions<Tag> {
  /** Whether measurements may be negative: the metric is then a gauge that adds up. Default: false. */
  isAdditive?: boolean | undefined;
}

export interface SummaryOptions<Tag extends string = string> extends DefinitionOptions<Tag> {
  /** Upper bounds, in the unit after conversion. Default: `quantileBuckets(unit)`. */
  buckets?: readonly number[] | undefined;
}

export interface DistributionOptions<Tag extends string = string> extends DefinitionOptions<Tag> {
  /** Upper bounds, in the unit after conversion. */
  buckets: readonly number[];
}

/** Counts executions. Ignores the value of the measurement. */
export function counter<const Tag extends string>(name: string, options?: DefinitionOptions<Tag>): MetricDefinition {
  return definition('counter', name, options);
}

/** Adds up a measurement. */
export function sum<const Tag extends string>(name: string, options?: SumOptions<Tag>): MetricDefinition {
  return definition('sum', name, options, { isAdditive: options?.isAdditive ?? false });
}

/** Keeps the newest measurement. */
export function lastValue<const Tag extends string>(name: string, options?: DefinitionOptions<Tag>): MetricDefinition {
  return definition('last_value', name, options);
}

/**
 * Count, sum, mean and quantiles of a measurement: a histogram whose bounds depend on the unit only (`quantileBuckets`), so that
 * instances can be added up.
 */
export function summary<const Tag extends string>(name: string, options?: SummaryOptions<Tag>): MetricDefinition {
  return definition('summary', name, options, { buckets: options?.buckets });
}

/** A histogram of a measurement with given buckets. */
export function distribution<const Tag extends string>(
  name: string,
  options: DistributionOptions<Tag>,
): MetricDefinition {
  if (!Array.isArray(options?.buckets)) {
    throw new Error(
      `[events] distribution "${name}" has no buckets: pass { buckets: [0.1, 1, 10] }, or use summary().`,
    );
  }
  return definition('distribution', name, options, { buckets: options.buckets });
}

function definition(
  kind: MetricDefinition['kind'],
  name: string,
  options: DefinitionOptions = {},
  own: { readonly buckets?: readonly number[] | undefined; readonly isAdditive?: boolean } = {},
): MetricDefinition {
  const subject = `${kind} "${name}"`;
  const segments = name.split('.');
  const last = segments.at(-1) ?? name;
  if (segments.length < 2 && options.event === undefined) {
    throw new Error(`[events] ${subject} has no event in its name: use "<event>.<measurement>", or pass { event }.`);
  }
  const { tags = [], keep, drop, measurement = last, tagValues = (metadata) => metadata } = options;
  if (keep !== undefined && drop !== undefined)
    throw new Error(`[events] ${subject} has keep and drop: pass only one.`);
  if (!Array.isArray(tags))
    throw new Error(`[events] ${subject} has tags that are not an array: pass { tags: ["…"] }.`);
  if (options.allowsIds !== true) refuseIds(subject, tags);
  const event = eventKey(options.event ?? segments.slice(0, -1));
  const conversion = conversionOf(subject, kind === 'counter' ? undefined : options.unit);
  const {
    buckets = kind === 'summary' ? quantileBuckets(conversion.unit ?? unitInName(name, 'histogram')) : undefined,
  } = own;
  return {
    kind,
    name,
    event,
    measure: typeof measurement === 'function' ? measurement : (measurements) => measurements[measurement],
    conversion,
    tags,
    tagValues,
    isKept: keep ?? (drop === undefined ? () => true : inverted(drop)),
    help: options.description ?? `${kind === 'counter' ? 'Executions' : `${last} (${kind})`} of the event ${event}.`,
    labelValues: options.labelValues,
    buckets,
    isAdditive: own.isAdditive ?? false,
  };
}

function inverted(drop: NonNullable<DefinitionOptions['drop']>): MetricDefinition['isKept'] {
  return (metadata, measurements) => {
    const isDropped: unknown = drop(metadata, measurements);
    // Without types the function may return any value, such as a promise. The caller checks it.
    return isDropped instanceof Promise ? (isDropped as never) : !isDropped;
  };
}

function refuseIds(subject: string, tags: readonly string[]): void {
  const ids = tags.filter(isIdLabel);
  if (ids.length === 0) return;
  throw new Error(
    `[events] ${subject} has the tag "${ids[0]}", which has a new value for nearly every event, and every value would be a series. Keep it in the metadata for spans and logs, or pass { allowsIds: true } if it has few values.`,
  );
}
