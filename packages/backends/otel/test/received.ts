import type { ReceivedPoint } from '@sightline/conformance/backend';
import type { DecodedAttribute, DecodedPoint, DecodedRequest } from '../../../../scripts/test/official-messages.js';
import { metricsIn } from './fake-collector.js';

/** The points of one request, as the conformance kit compares them. */
export function receivedFrom(request: DecodedRequest): ReceivedPoint[] {
  return metricsIn([request]).flatMap(({ name, gauge, sum, histogram, exponentialHistogram, summary }) =>
    [gauge, sum, histogram, exponentialHistogram, summary].flatMap((data) =>
      (data?.dataPoints ?? []).map((point) => ({
        name,
        labels: labelsOf(point.attributes),
        ...(data === gauge || data === sum
          ? { kind: sum?.isMonotonic ? ('counter' as const) : ('gauge' as const) }
          : {}),
        ...numbersOf(point),
      })),
    ),
  );
}

function numbersOf(point: DecodedPoint): Omit<ReceivedPoint, 'name' | 'labels'> {
  const { asDouble, count, sum, explicitBounds, bucketCounts, scale, zeroCount, positive, negative, quantileValues } =
    point;
  if (asDouble !== undefined) return { value: asDouble };
  const counted = { count: Number(count ?? 0), sum: sum ?? 0 };
  if (scale !== undefined || zeroCount !== undefined || positive !== undefined) {
    const side = (buckets: DecodedPoint['positive']) => ({
      offset: buckets?.offset ?? 0,
      counts: (buckets?.bucketCounts ?? []).map(Number),
    });
    const exponential = {
      scale: scale ?? 0,
      zeroCount: Number(zeroCount ?? 0),
      positive: side(positive),
      negative: side(negative),
    };
    return { ...counted, exponential };
  }
  if (quantileValues !== undefined) {
    const quantiles = quantileValues.map(({ quantile = 0, value = 0 }) => ({ quantile, value }));
    return { ...counted, quantiles };
  }
  return { ...counted, bounds: explicitBounds ?? [], bucketCounts: (bucketCounts ?? []).map(Number) };
}

function labelsOf(attributes: readonly DecodedAttribute[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value['stringValue'] ?? value['intValue'] ?? '')]),
  );
}
