import type { HrTime } from '@opentelemetry/api';
import { timeOf } from '../spans/time-of.js';
import { hrTimeOf } from './trace-anchor.js';

/**
 * A time of a caller as seconds and nanoseconds since 1970: a Date, Unix milliseconds, `performance.now()`, or seconds with
 * nanoseconds. `undefined`, which means now, for anything else.
 *
 * @param nowMs the monotonic clock: a number up to it is one of its times
 * @param offsetMs Unix time minus monotonic time
 */
export function timeInput(time: unknown, nowMs: number, offsetMs: number): HrTime | undefined {
  const given = timeOf(time);
  if (given === undefined) return undefined;
  if (typeof given === 'number') return positive(hrTimeOf(given <= nowMs ? given + offsetMs : given));
  if (Array.isArray(given)) return positive(normalized(given));
  return positive(hrTimeOf((given as Date).getTime()));
}

function normalized([seconds, nanos]: HrTime): HrTime {
  if (Number.isInteger(seconds) && Number.isInteger(nanos) && nanos >= 0 && nanos < 1e9) return [seconds, nanos];
  const wholeSeconds = Math.floor(seconds);
  const all = Math.round(nanos + (seconds - wholeSeconds) * 1e9);
  const carried = Math.floor(all / 1e9);
  return [wholeSeconds + carried, all - carried * 1e9];
}

/** OTLP counts nanoseconds since 1970 in 64 bits without a sign. */
function positive(time: HrTime): HrTime {
  if (time[0] < 0) return [0, 0];
  return time[0] > MAX_SECONDS ? [MAX_SECONDS, 0] : time;
}

const MAX_SECONDS = 18_446_744_073;
