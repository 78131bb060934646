import { types } from 'node:util';
import type { TimeInput } from '@opentelemetry/api';

/** A time that can be recorded; `undefined`, which means now, for any other. */
export function timeOf(time: unknown): TimeInput | undefined {
  if (typeof time === 'number') return Number.isFinite(time) ? time : undefined;
  try {
    if (types.isDate(time)) return Number.isNaN(time.getTime()) ? undefined : time;
    if (!Array.isArray(time) || time.length !== 2) return undefined;
    const [seconds, nanoseconds]: readonly unknown[] = time;
    return Number.isFinite(seconds) && Number.isFinite(nanoseconds)
      ? [seconds as number, nanoseconds as number]
      : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}
