import type { PointRange } from '@sightline/core/backend';
import { exportRequest } from './fields.js';
import { jsonOf } from './json.js';
import type { Attribute } from './message.js';
import type { Reading } from './metric-points.js';
import { type MetricScope, scopesOf } from './metric-scopes.js';
import { metricsOf } from './metrics-of.js';
import { writeMetrics } from './protobuf-metrics.js';
import { writeAttributes } from './protobuf-values.js';
import { closeField, openField, writeTextField } from './protobuf-wire.js';
import { flatResource } from './record-encoder.js';
import { PageWriter } from './record-pages.js';
import { varintSize } from './varint-size.js';

export interface MetricsEncoderOptions {
  readonly encoding: 'protobuf' | 'json';
  readonly resource: { readonly attributes: readonly Attribute[] };
  /** Of our own metrics. */
  readonly scope: MetricScope;
}

/** Encodes a range of points, numbered across the families of a reading. `size` is how many of them are sent; without any, `body` is empty. */
export type EncodeMetrics = (
  reading: Reading,
  range: PointRange,
) => { readonly body: Uint8Array; readonly size: number };

/** Encodes readings as ExportMetricsServiceRequests (opentelemetry-proto 1.x, metrics_service.proto). */
export function metricsEncoder({ encoding, resource, scope }: MetricsEncoderOptions): EncodeMetrics {
  if (encoding === 'json') {
    return (reading, range) => {
      let size = 0;
      const scopeMetrics = scopesOf(reading.families, range, scope).map((each) => {
        const { metrics, size: more } = metricsOf(reading, range, each.has);
        size += more;
        return { scope: each.scope, metrics };
      });
      return size === 0
        ? empty
        : { body: jsonOf({ resourceMetrics: [{ resource, scopeMetrics }] }, exportRequest), size };
    };
  }
  const attributes = flatResource(resource);
  return (reading, range) => {
    const writer = new PageWriter(undefined, MAX_REQUEST_BYTES);
    // Points of some 80 bytes, so that no length is of another size as a rule.
    const expectedBytes = 80 * Math.max(0, Math.min(reading.size, range.to) - range.from);
    const sizeBytes = varintSize(expectedBytes);
    const open = (field: number): number => openField(writer, field, sizeBytes);
    writer.begin();
    writer.reserve(Math.min(expectedBytes, MAX_EXPECTED_BYTES)); // growing step by step would copy it
    const resourceMetrics = open(1);
    const sender = openField(writer, 1, 2);
    writeAttributes(writer, 1, attributes);
    closeField(writer, sender, 2);
    let size = 0;
    for (const each of scopesOf(reading.families, range, scope)) {
      const scopeMetrics = open(2);
      const by = openField(writer, 1);
      writeTextField(writer, 1, each.scope.name);
      writeTextField(writer, 2, each.scope.version);
      closeField(writer, by);
      size += writeMetrics(writer, 2, reading, range, each.has);
      closeField(writer, scopeMetrics, sizeBytes);
    }
    closeField(writer, resourceMetrics, sizeBytes);
    return size === 0 ? empty : { body: writer.buffer.subarray(writer.start, writer.at), size };
  };
}

const empty = { body: new Uint8Array(), size: 0 };
const MAX_EXPECTED_BYTES = 16_777_216;
/** What lengths of 32 bits and one buffer can hold; a collector refuses far less. */
const MAX_REQUEST_BYTES = 1_073_741_824;
