import type { OverviewAnswer } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import { ERROR_LEVEL, type KeptLog } from '../store/logs/kept-log.js';
import { newerFirst } from './logs/log-list.js';
import { logRow } from './logs/log-row.js';
import { lossRows } from './losses.js';
import { countAndRate, messageCounts, sagaCounts } from './message-counts.js';
import { equalCells } from './metrics/cells.js';
import { findMetrics } from './metrics/metric-lines.js';
import { processValues } from './metrics/process-values.js';
import { msPerUnit } from './metrics/time-units.js';
import { operationRows } from './operations.js';
import type { Parameters, TimeWindow } from './parameters.js';
import type { QuerySubjects } from './query-subjects.js';
import { requestsOf } from './requests.js';
import { memoryOf, runtimeMetrics } from './runtime-metrics.js';
import { Top } from './top.js';

/** `overview`, without the health, which may take time. */
export function overviewAnswer(
  subjects: QuerySubjects,
  parameters: Parameters,
  nowMs: number,
): Omit<OverviewAnswer, 'health'> {
  const { store, host } = subjects;
  const service = parameters.text('service');
  const window = parameters.window(nowMs);
  const { series: requestSeries, ...requests } = requestsOf(store, service, window);
  const counts = messageCounts(subjects, service, window);
  return {
    ...requests,
    messages: {
      commands: countAndRate(counts.commands),
      queries: countAndRate(counts.queries),
      events: countAndRate(counts.events),
    },
    sagas: sagaCounts(store, service),
    eventLoop: eventLoopOf(store, service, nowMs),
    memory: memoryOf(store, host, service, nowMs),
    series: seriesOf(store, service, window, {
      ...requestSeries,
      commands: counts.commands?.rates,
      queries: counts.queries?.rates,
      events: counts.events?.rates,
    }),
    operations: operationRows(store, service, window, 'time', MAX_OPERATIONS),
    recentErrors: recentErrors(store, service, window),
    losses: lossRows(subjects, service),
  };
}

const MAX_OPERATIONS = 20;
const MAX_ERRORS = 20;

function eventLoopOf(store: LiveStore, service: string | undefined, nowMs: number): OverviewAnswer['eventLoop'] {
  const { eventLoopDelayP99Ms, eventLoopUtilization } = runtimeMetrics(store, service, nowMs);
  if (eventLoopDelayP99Ms === null && eventLoopUtilization === null) return null;
  return { delayP99Ms: eventLoopDelayP99Ms, utilization: eventLoopUtilization };
}

function seriesOf(
  store: LiveStore,
  service: string | undefined,
  window: TimeWindow,
  given: Readonly<Record<string, ReadonlyArray<number | null> | undefined>>,
): OverviewAnswer['series'] {
  const cells = equalCells(window);
  const delays = findMetrics(store, service, 'nodejs_eventloop_lag_p99', 'nodejs_eventloop_delay_p99');
  const delayMs = processValues(delays, cells, Math.max);
  const factor = msPerUnit(delays[0] ?? { name: '', unit: 'seconds' }, 1000);
  const all: Record<string, ReadonlyArray<number | null> | undefined> = {
    ...given,
    eventLoopDelayMs: delayMs.map((value) => (value === null ? null : value * factor)),
  };
  const values: Record<string, ReadonlyArray<number | null>> = {};
  for (const [name, series] of Object.entries(all)) {
    if (series?.some((value) => value !== null) === true) values[name] = series;
  }
  return { timesMs: cells.bounds.slice(1), values };
}

function recentErrors(
  store: LiveStore,
  service: string | undefined,
  { fromMs, untilMs }: TimeWindow,
): OverviewAnswer['recentErrors'] {
  const newest = new Top<KeptLog>(MAX_ERRORS, newerFirst);
  for (const line of store.logs.newestFirst()) {
    if (line.level < ERROR_LEVEL || line.timeMs < fromMs || line.timeMs > untilMs) continue;
    if (service === undefined || line.source.service === service) newest.add(line);
  }
  return newest.sorted().map(logRow);
}
