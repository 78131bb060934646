import { TraceFlags } from '@opentelemetry/api';
import { isAllZero, isLowerHex } from './hex.js';

/** The bits of trace-flags that level 2 defines. */
export const SAMPLED: number = TraceFlags.SAMPLED;
export const RANDOM = 0x02;

export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
  /** Sampled and random; other bits are undefined and left out. */
  readonly flags: number;
}

const dash = 45;
const fullLength = 55;

/**
 * Reads a traceparent (W3C Trace Context level 2, section 3.2). A higher version may have more after its flags and a dash;
 * `undefined` for anything ambiguous.
 */
export function parseTraceparent(header: string): Traceparent | undefined {
  const { length } = header;
  if (length < fullLength) return undefined;
  if (header.charCodeAt(2) !== dash || header.charCodeAt(35) !== dash || header.charCodeAt(52) !== dash)
    return undefined;
  if (!isLowerHex(header, 0, 2) || !isLowerHex(header, 3, 35) || !isLowerHex(header, 36, 52)) return undefined;
  if (!isLowerHex(header, 53, fullLength)) return undefined;
  const isVersion00 = isAllZero(header, 0, 2);
  if (header.startsWith('ff')) return undefined;
  // A comma joins repeated headers: it is unknown which of them is valid.
  if (length > fullLength && (isVersion00 || header.charCodeAt(fullLength) !== dash || header.includes(','))) {
    return undefined;
  }
  if (isAllZero(header, 3, 35) || isAllZero(header, 36, 52)) return undefined;
  return {
    traceId: header.slice(3, 35),
    spanId: header.slice(36, 52),
    flags: lowestDigit(header.charCodeAt(54)) & (SAMPLED | RANDOM),
  };
}

function lowestDigit(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}
