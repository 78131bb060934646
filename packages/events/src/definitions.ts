import { type LabelValue, quantileBuckets } from '@sightline/core';
import { unitInName } from '@sightline/core/backend';
import { isIdLabel } from '@sightline/core/lint';
import { type Fields, type OptionsOf, resolveFields } from '@sightline/settings/fields';
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

type Predicate = (metadata: Metadata, measurements: Measurements) => boolean;
type Measure = (measurements: Measurements, metadata: Metadata) => number | undefined;

const definitionFields = {
  /** The event. Default: the metric's name without its last segment. */
  event: { type: 'any', as: {} as EventName },
  /** Which measurement, or how to compute one. Default: the last segment of the metric's name. */
  measurement: {
    type: 'any',
    as: {} as string | Measure,
    isRight: (measurement: string | Measure): boolean => ['string', 'function'].includes(typeof measurement),
    advice: 'give a name, or a function',
  },
  /** Fields of the metadata that become labels. Each must have few distinct values: ids are refused. */
  tags: { type: 'list', default: [] as readonly string[], advice: 'give a list of names' },
  /** Computes values of tags that are not in the metadata. */
  tagValues: { type: 'function', as: {} as (metadata: Metadata) => Metadata },
  /** Only executions for which it returns true count. Cannot be combined with `drop`. */
  keep: { type: 'function', as: {} as Predicate },
  /** Executions for which it returns true do not count. */
  drop: { type: 'function', as: {} as Predicate },
  /** The measurement's unit, or a pair to convert: `['native', 'millisecond']`. */
  unit: { type: 'any', as: {} as EventUnit },
  /** One sentence for people who see the metric. Default: made from the event's name. */
  description: { type: 'string' },
  /** The values that a tag may have. Others count in the overflow series. All combinations are exported as 0 from the start. */
  labelValues: { type: 'object', as: {} as Readonly<Record<string, readonly LabelValue[]>> },
  /** Allows tags that look like ids. Default: false. */
  allowsIds: { type: 'boolean', default: false },
} as const;

export interface DefinitionOptions<Tag extends string = string>
  extends Omit<OptionsOf<typeof definitionFields>, 'tags' | 'labelValues'> {
  /** Fields of the metadata that become labels. Each must have few distinct values: ids are refused. */
  tags?: readonly Tag[] | undefined;
  /** The values that a tag may have. Others count in the overflow series. All combinations are exported as 0 from the start. */
  labelValues?: Partial<Readonly<Record<Tag, readonly LabelValue[]>>> | undefined;
}

const sumFields = {
  /** Whether measurements may be negative: the metric is then a gauge that adds up. Default: false. */
  isAdditive: { type: 'boolean', default: false },
} as const;

export interface SumOptions<Tag extends string = string> extends DefinitionOptions<Tag>, OptionsOf<typeof sumFields> {}

const bucketFields = {
  /** Upper bounds, in the unit after conversion. Default: `quantileBuckets(unit)`. */
  buckets: { type: 'list', as: [] as readonly number[] },
} as const;

export interface SummaryOptions<Tag extends string = string>
  extends DefinitionOptions<Tag>,
    OptionsOf<typeof bucketFields> {}

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
  return definition('sum', name, options, sumFields);
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
  return definition('summary', name, options, bucketFields);
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
  return definition('distribution', name, options, bucketFields);
}

function definition(
  kind: MetricDefinition['kind'],
  name: string,
  given: DefinitionOptions = {},
  own: Fields = {},
): MetricDefinition {
  const subject = `${kind} "${name}"`;
  const fields = { ...definitionFields, ...own } as typeof definitionFields & typeof sumFields & typeof bucketFields;
  const options = resolveFields('events', fields, given, subject, `${subject}: `);
  const segments = name.split('.');
  const last = segments.at(-1) ?? name;
  if (segments.length < 2 && options.event === undefined) {
    throw new Error(`[events] ${subject} has no event in its name: use "<event>.<measurement>", or pass { event }.`);
  }
  const { tags, keep, drop, measurement = last, tagValues = (metadata) => metadata } = options;
  if (keep !== undefined && drop !== undefined)
    throw new Error(`[events] ${subject} has keep and drop: pass only one.`);
  if (!options.allowsIds) refuseIds(subject, tags);
  const event = eventKey(options.event ?? segments.slice(0, -1));
  const conversion = conversionOf(subject, kind === 'counter' ? undefined : options.unit);
  const {
    buckets = kind === 'summary' ? quantileBuckets(conversion.unit ?? unitInName(name, 'histogram')) : undefined,
  } = options;
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
    isAdditive: options.isAdditive ?? false,
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
