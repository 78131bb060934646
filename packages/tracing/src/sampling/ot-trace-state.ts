import { createTraceState, type TraceState } from '@opentelemetry/api';
import type { Threshold } from './threshold.js';

/**
 * The threshold with which the trace was sampled, from the `ot` entry of a tracestate; `undefined` if it is absent or malformed.
 */
export function thresholdIn(traceState: TraceState | undefined): Threshold | undefined {
  const th = subKey(traceState, 'th');
  return th !== undefined && /^[\da-f]{1,14}$/.test(th) ? th : undefined;
}

/** The 14 digits that decide about the trace: explicit randomness, or the end of the trace id. */
export function randomnessOf(traceId: string, traceState: TraceState | undefined): string {
  const rv = subKey(traceState, 'rv');
  return rv !== undefined && /^[\da-f]{14}$/.test(rv) ? rv : traceId;
}

/**
 * The tracestate with this threshold, or without any: other sub-keys of `ot` and other vendors' entries stay. Unchanged if `ot`
 * would exceed its 256 characters.
 */
export function withThreshold(
  traceState: TraceState | undefined,
  threshold: Threshold | undefined,
): TraceState | undefined {
  const members = membersOf(traceState).filter((member) => !member.startsWith('th:'));
  if (threshold !== undefined) members.unshift(`th:${threshold}`);
  const value = members.join(';');
  if (value === '') return traceState?.get(key) === undefined ? traceState : traceState.unset(key);
  if (value === traceState?.get(key) || value.length > 256) return traceState;
  return traceState === undefined ? createTraceState(`${key}=${value}`) : traceState.set(key, value);
}

const key = 'ot';

function subKey(traceState: TraceState | undefined, name: string): string | undefined {
  if (traceState === undefined) return undefined;
  const prefix = `${name}:`;
  return membersOf(traceState)
    .find((member) => member.startsWith(prefix))
    ?.slice(prefix.length);
}

function membersOf(traceState: TraceState | undefined): string[] {
  const value = traceState?.get(key);
  return value === undefined ? [] : value.split(';').filter((member) => /^[a-z][a-z\d]*:[\w.-]*$/.test(member));
}
