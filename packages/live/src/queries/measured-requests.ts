import type { LiveStore } from '../store/live-store.js';
import type { Line } from '../store/metrics/line.js';
import type { KeptMetric } from '../store/metrics/metric-part.js';
import type { Cells } from './metrics/line-cells.js';
import { findMetrics, labelOf, plainName } from './metrics/metric-lines.js';
import { totalsOf } from './metrics/metric-totals.js';
import { msPerUnit } from './metrics/time-units.js';
import type { RequestTotals } from './request-totals.js';

/** The durations of HTTP requests that services measure, each request once. */
export function requestMetrics(store: LiveStore, service: string | undefined): readonly KeptMetric[] {
  const found = findMetrics(store, service, 'http_server_request_duration', 'http_server_duration').filter(
    ({ kind }) => kind === 'histogram',
  );
  // A service that sends both the old and the new name counts each request in both.
  const withNewName = new Set(found.filter(isNewName).map((metric) => metric.service));
  return found.filter((metric) => isNewName(metric) || !withNewName.has(metric.service));
}

/** Those about which something is known in any of the cells. */
export function servicesMeasured(metrics: readonly KeptMetric[], cells: Cells): ReadonlySet<string> {
  const known = metrics.filter((metric) => totalsOf([metric], cells).knownMs.some((ms) => ms > 0));
  return new Set(known.map(({ service }) => service));
}

/** Services may measure in seconds and in milliseconds: one of the totals for each unit. */
export function measuredRequests(metrics: readonly KeptMetric[], cells: Cells): readonly RequestTotals[] {
  const byFactor = new Map<number, KeptMetric[]>();
  for (const metric of metrics) {
    const factor = msPerUnit(metric, isNewName(metric) ? 1000 : 1);
    byFactor.set(factor, [...(byFactor.get(factor) ?? []), metric]);
  }
  return [...byFactor].map(([factor, ofFactor]): RequestTotals => {
    const all = totalsOf(ofFactor, cells, { hasQuantiles: true });
    const failed = totalsOf(ofFactor, cells, { matches: isError });
    return {
      knownMs: (cell) => all.knownMs[cell] ?? 0,
      count: (cell) => all.counts[cell] ?? 0,
      errors: (cell) => failed.counts[cell] ?? 0,
      sumMs: (cell) => (all.sums[cell] ?? 0) * factor,
      quantileMs(cell, q) {
        const value = all.quantile(cell, q);
        return value === null ? null : value * factor;
      },
    };
  });
}

function isNewName({ name }: KeptMetric): boolean {
  return plainName(name) === 'http_server_request_duration';
}

/** Errors of a server: status 5xx, or no response. A client's mistake is none. */
function isError(line: Line): boolean {
  const status = labelOf(line, 'http.response.status_code', 'http.status_code');
  if (status !== undefined) return status.startsWith('5');
  return labelOf(line, 'error.type') !== undefined;
}
