import { type Log, safeLog } from '@sightline/base';

export interface SlowQuery {
  /** Operations and tables; never values. */
  readonly summary: string;
  readonly system: string;
  readonly durationMs: number;
}

/**
 * Logs slow queries as warnings, with the ids of the current context. If the whole database is slow, it logs the first ten queries
 * of a second and counts the others on the next line.
 * @param thresholdMs a query of this many milliseconds or more is slow; `false` logs none
 */
export function slowQueryLog(given: Log | undefined, thresholdMs: number | false): (query: SlowQuery) => void {
  if (given === undefined || thresholdMs === false) return () => {};
  const log = safeLog(given);
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let logged = 0;
  let suppressed = 0;
  return ({ summary, system, durationMs }) => {
    if (durationMs < thresholdMs) return;
    const nowMs = performance.now();
    if (nowMs - windowStartMs >= WINDOW_MS) {
      windowStartMs = nowMs;
      logged = 0;
    }
    if (++logged > MAX_LINES) {
      suppressed++;
      return;
    }
    const more = suppressed > 0 ? { suppressed } : {};
    suppressed = 0;
    const fields = { query: summary, db_system: system, duration_ms: Math.round(durationMs * 1000) / 1000, ...more };
    log.warn(fields, `Slow query: ${summary} took ${Math.round(durationMs)} ms`);
  };
}

const WINDOW_MS = 1000;
const MAX_LINES = 10;
