import type { OverviewAnswer } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import { measuredRequests, requestMetrics, servicesMeasured } from './measured-requests.js';
import { equalCells, wholeWindow } from './metrics/cells.js';
import { observedSeconds } from './observed-seconds.js';
import type { TimeWindow } from './parameters.js';
import { allRequests } from './request-totals.js';
import { handledWork, spanRequests } from './span-requests.js';

export type RequestSeries = Readonly<Record<'requests' | 'errors' | 'p50Ms' | 'p95Ms', ReadonlyArray<number | null>>>;

export type RequestsAnswer = Pick<OverviewAnswer, 'requestsFrom' | 'requests' | 'errors' | 'duration'> & {
  readonly series: Partial<RequestSeries>;
};

/** Requests of each service once: from its HTTP server's metrics; if it has none, from its server and consumer spans. */
export function requestsOf(store: LiveStore, service: string | undefined, window: TimeWindow): RequestsAnswer {
  const wholeCell = wholeWindow(window);
  const found = requestMetrics(store, service);
  const measured = servicesMeasured(found, wholeCell);
  const metrics = found.filter((metric) => measured.has(metric.service));
  const handled = handledWork(store, (name) => (service === undefined || name === service) && !measured.has(name));
  if (metrics.length === 0 && handled.length === 0) return nothing;
  const cells = equalCells(window);
  const whole = allRequests([
    ...measuredRequests(metrics, wholeCell),
    spanRequests(handled, [window.fromMs, window.endMs], store.startedMs),
  ]);
  const byCell = allRequests([
    ...measuredRequests(metrics, cells),
    ...(handled.length > 0 ? [spanRequests(handled, cells.bounds, store.startedMs)] : []),
  ]);
  const each = (of: (cell: number) => number | null): Array<number | null> =>
    cells.bounds.slice(1).map((_, cell) => (byCell.isKnown(cell) ? of(cell) : null));
  const count = whole.count(0);
  const errors = whole.errors(0);
  return {
    requestsFrom: metrics.length === 0 ? 'spans' : handled.length === 0 ? 'metrics' : 'metrics and spans',
    requests: { total: Math.round(count), perSecond: count / observedSeconds(window, store.startedMs) },
    errors: { total: Math.round(errors), share: count > 0 ? errors / count : 0 },
    duration:
      count > 0
        ? {
            meanMs: whole.sumMs(0) / count,
            p50Ms: whole.quantileMs(0, 0.5) ?? 0,
            p95Ms: whole.quantileMs(0, 0.95) ?? 0,
          }
        : null,
    series: {
      requests: each((cell) => byCell.perSecond(cell, 'count')),
      errors: each((cell) => byCell.perSecond(cell, 'errors')),
      p50Ms: each((cell) => byCell.quantileMs(cell, 0.5)),
      p95Ms: each((cell) => byCell.quantileMs(cell, 0.95)),
    },
  };
}

const nothing: RequestsAnswer = { requestsFrom: null, requests: null, errors: null, duration: null, series: {} };
