import type { OtlpSignal } from '@sightline/otlp';
import {
  type DecodedResource,
  type DecodedScope,
  type DecodeReport,
  decodeLogRecords,
  decodeMetrics,
  decodeSpans,
  OtlpDecodeError,
} from '@sightline/otlp/decode';
import type { LiveIntake, LiveSource } from '../model/intake.js';
import { Refusal } from './refusal.js';

export type Encoding = 'protobuf' | 'json';

/** Gives the records of a request to the intake. Throws a `Refusal` for bytes that are no request. */
export function takeRequest(
  signal: OtlpSignal,
  bytes: Uint8Array,
  encoding: Encoding,
  intake: LiveIntake,
  maxBytes: number,
): DecodeReport {
  const options = { encoding, maxBytes };
  const sourceOf = lastSource(intake);
  try {
    switch (signal) {
      case 'traces':
        return decodeSpans(bytes, options, (span, scope, resource) => intake.span(span, scope, sourceOf(resource)));
      case 'logs':
        return decodeLogRecords(bytes, options, (record, scope: DecodedScope, resource) =>
          intake.logRecord(record, scope, sourceOf(resource)),
        );
      case 'metrics':
        return decodeMetrics(bytes, options, (metric, _, resource) => intake.metric(metric, sourceOf(resource)));
    }
  } catch (error) {
    if (!(error instanceof OtlpDecodeError)) throw error;
    throw new Refusal(error.fault === 'too large' ? 413 : 400, error.message.replace(/^\[otlp\] /, ''));
  }
}

/** Records that follow each other have the same resource. */
function lastSource(intake: LiveIntake): (resource: DecodedResource) => LiveSource {
  let last: DecodedResource | undefined;
  let source: LiveSource | undefined;
  return (resource) => {
    if (source === undefined || resource !== last) {
      last = resource;
      source = intake.source(resource.attributes);
    }
    return source;
  };
}
