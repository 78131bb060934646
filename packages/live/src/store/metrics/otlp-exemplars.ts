import type { DecodedExemplar } from '@sightline/otlp/decode';
import { spanIdOf, traceIdOf } from '../spans/trace-ids.js';
import type { SafeTexts } from '../values/safe-texts.js';
import type { Labels } from './line-head.js';
import type { KeptMetric } from './metric-part.js';
import { labelsOf } from './otlp-labels.js';

/** Keeps those that lead to a span, with the labels of their series. */
export function keepExemplars(
  texts: SafeTexts,
  metric: KeptMetric,
  labels: Labels,
  exemplars: readonly DecodedExemplar[],
): void {
  for (const exemplar of exemplars) {
    const traceId = traceIdOf(exemplar.traceId);
    const spanId = spanIdOf(exemplar.spanId);
    if (traceId === undefined || spanId === undefined || exemplar.value === undefined) continue;
    const timeMs = msOf(exemplar.seconds, exemplar.nanos);
    const value = Number(exemplar.value);
    metric.exemplars.offer(timeMs, traceId, spanId, () => {
      const more = labelsOf(texts, exemplar.attributes.slice(0, 2 * MAX_LABELS));
      return { timeMs, value, traceId, spanId, labels: Object.assign(Object.create(null), labels, more) as Labels };
    });
  }
}

export function msOf(seconds: number, nanos: number): number {
  return seconds * 1000 + nanos / 1e6;
}

const MAX_LABELS = 8;
