import { type OtlpSignal, signalWires } from '@sightline/otlp';
import type { DecodeReport } from '@sightline/otlp/decode';
import type { Encoding } from './take-request.js';

// The messages of answers (OTLP 1.x, "Success", "Partial Success", "Failures"): few bytes, written by hand.

/** Export…ServiceResponse. It says how many records were left out, if any. */
export function exportResponse(signal: OtlpSignal, { leftOut }: DecodeReport, encoding: Encoding): Buffer {
  const rejected = leftOut.records;
  const { items, rejectedField } = signalWires[signal];
  const errorMessage =
    rejected === 0 ? '' : `${rejected} ${items} are more than one request may have. Send smaller batches.`;
  if (encoding === 'json') {
    if (rejected === 0) return Buffer.from('{}');
    return Buffer.from(JSON.stringify({ partialSuccess: { [rejectedField]: String(rejected), errorMessage } }));
  }
  if (rejected === 0) return Buffer.alloc(0);
  return lengthField(1, Buffer.concat([varintField(1, rejected), lengthField(2, Buffer.from(errorMessage))]));
}

/** google.rpc.Status */
export function statusMessage(code: number, message: string, encoding: Encoding): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([varintField(1, code), lengthField(2, Buffer.from(message))]);
}

function varintField(field: number, value: number): Buffer {
  return Buffer.concat([Buffer.of(field * 8), varint(value)]);
}

function lengthField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(field * 8 + 2), varint(bytes.length), bytes]);
}

/** @param value at most 2^53 */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) + 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
