import { embeddedMetricNames, type FamilySnapshot, type PointRange } from '@sightline/core/backend';
import { emfDimensions, freeName } from './emf-dimensions.js';
import { emfMetrics, emfValue, quantileEnding } from './emf-metrics.js';
import { seriesOf } from './joined-series.js';
import { lineNames } from './line-names.js';
import type { CheckedOptions } from './options.js';

export interface EmfDocument {
  /** The members of the line. */
  readonly fields: object;
  /** The points of the batch that it holds. */
  readonly points: readonly PointRange[];
}

// CloudWatch embedded metric format, specification: at most 100 metrics per directive, and a log event of at most 256 kB
// in the oldest collectors in use. The rest is for what a collector adds.
const maxMetrics = 100;
const maxCharacters = 200_000;

/**
 * A window in CloudWatch's embedded metric format: one document for each set of labels, more if the limits ask for it.
 * A series is never split. Values that CloudWatch does not accept are left out and counted.
 */
export function emfDocuments(
  families: readonly FamilySnapshot[],
  { timeMs, elapsedMs }: { readonly timeMs: number; readonly elapsedMs: number },
  options: Pick<CheckedOptions, 'keys' | 'namespace' | 'storageResolution'>,
  isWritten: (family: FamilySnapshot) => boolean,
): { documents: EmfDocument[]; lostValues: number } {
  const drafts = new Map<string, Draft[]>();
  const names = lineNames(families.filter(isWritten), options.keys, 'window_seconds', (family, name) => [
    ...embeddedMetricNames({ name, kind: family.kind }),
    ...(family.kind === 'summary' ? family.quantiles.map((quantile) => name + quantileEnding(quantile)) : []),
  ]);
  let lostValues = 0;
  let firstPoint = 0;
  for (const family of families) {
    const familyName = names.get(family);
    if (familyName !== undefined) {
      for (const series of seriesOf(family)) {
        const dimensions = emfDimensions(labelsOf(family, series.values));
        const metrics = new Map<string, Metric>();
        for (const { ending, unit, value } of emfMetrics(family, series)) {
          const written = emfValue(value);
          if (written === undefined) lostValues++;
          else metrics.set(freeName(familyName.slice(0, 240) + ending, dimensions), { unit, value: written });
        }
        draftFor(drafts, dimensions, metrics).add(metrics, firstPoint + series.index);
      }
    }
    firstPoint += family.size;
  }
  const window = { timeMs: Math.round(timeMs), windowSeconds: Math.round(elapsedMs) / 1000, ...options };
  const documents = Array.from(drafts.values(), (ofSameLabels) =>
    ofSameLabels.map((draft) => draft.finish(window)),
  ).flat();
  return { documents: documents.filter((document) => document !== undefined), lostValues };
}

function labelsOf(family: FamilySnapshot, values: readonly string[]): Array<[string, string]> {
  return [
    ...Object.entries(family.constantLabels),
    ...family.labelNames.map((name, k): [string, string] => [name, values[k] ?? '']),
  ];
}

interface Metric {
  readonly unit: string;
  readonly value: number | readonly number[];
}

function draftFor(
  drafts: Map<string, Draft[]>,
  dimensions: ReadonlyMap<string, string>,
  metrics: ReadonlyMap<string, Metric>,
): Draft {
  const key = JSON.stringify([...dimensions].sort(([a], [b]) => (a < b ? -1 : 1)));
  let ofSameLabels = drafts.get(key);
  if (ofSameLabels === undefined) {
    ofSameLabels = [];
    drafts.set(key, ofSameLabels);
  }
  let draft = ofSameLabels.find((candidate) => candidate.hasRoomFor(metrics));
  if (draft === undefined) {
    draft = new Draft(dimensions);
    ofSameLabels.push(draft);
  }
  return draft;
}

/** A document while it is being filled. */
class Draft {
  readonly #dimensions: ReadonlyMap<string, string>;
  readonly #metrics = new Map<string, Metric>();
  readonly #points: PointRange[] = [];
  #characters = 0;

  constructor(dimensions: ReadonlyMap<string, string>) {
    this.#dimensions = dimensions;
  }

  /** Returns false if the document is full or has the name: series that CloudWatch cannot distinguish go into separate documents. */
  hasRoomFor(metrics: ReadonlyMap<string, Metric>): boolean {
    if (this.#metrics.size + metrics.size > maxMetrics) return false;
    if (this.#characters + charactersOf(metrics) > maxCharacters) return false;
    return ![...metrics.keys()].some((name) => this.#metrics.has(name));
  }

  add(metrics: ReadonlyMap<string, Metric>, point: number): void {
    for (const [name, metric] of metrics) this.#metrics.set(name, metric);
    this.#characters += charactersOf(metrics);
    this.#points.push({ from: point, to: point + 1 });
  }

  finish({ timeMs, windowSeconds, namespace, storageResolution }: DocumentWindow): EmfDocument | undefined {
    if (this.#metrics.size === 0) return undefined;
    const resolution = storageResolution === 60 ? {} : { StorageResolution: storageResolution };
    const fields: Record<string, unknown> = Object.create(null);
    fields['_aws'] = {
      Timestamp: timeMs,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[...this.#dimensions.keys()]],
          Metrics: Array.from(this.#metrics, ([Name, { unit }]) => ({ Name, Unit: unit, ...resolution })),
        },
      ],
    };
    fields['window_seconds'] = windowSeconds;
    for (const [name, value] of this.#dimensions) fields[name] = value;
    for (const [name, { value }] of this.#metrics) fields[name] = value;
    return { fields, points: this.#points };
  }
}

interface DocumentWindow extends Pick<CheckedOptions, 'namespace' | 'storageResolution'> {
  readonly timeMs: number;
  readonly windowSeconds: number;
}

// A metric is named twice, and its definition takes about 60 characters.
function charactersOf(metrics: ReadonlyMap<string, Metric>): number {
  let characters = 0;
  for (const [name, { value }] of metrics) characters += 2 * name.length + 100 + JSON.stringify(value).length;
  return characters;
}
