import type { CountAndRate, OverviewAnswer } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import { equalCells, wholeWindow } from './metrics/cells.js';
import { findMetrics, labelOf, linesOf } from './metrics/metric-lines.js';
import { currentTotal, totalsOf } from './metrics/metric-totals.js';
import { observedSeconds } from './observed-seconds.js';
import type { TimeWindow } from './parameters.js';
import type { QuerySubjects } from './query-subjects.js';

export interface MessageCount {
  /** Since the start of the services. */
  readonly total: number;
  readonly perSecond: number;
  /** By cell of `equalCells`; `undefined` if only counts are known. */
  readonly rates: ReadonlyArray<number | null> | undefined;
}

/**
 * Commands, queries and events, from the metrics of their buses; without these, those that came as messages. `undefined` for a service
 * without.
 */
export function messageCounts(
  { store, broadcaster }: Pick<QuerySubjects, 'store' | 'broadcaster'>,
  service: string | undefined,
  window: TimeWindow,
): Readonly<Record<'commands' | 'queries' | 'events', MessageCount | undefined>> {
  // A topic's statistics are of all services together.
  const isOfAll = service === undefined || [...store.services.services.keys()].every((name) => name === service);
  const topics = isOfAll ? broadcaster.statistics() : [];
  const ofTopic = (name: string): MessageCount | undefined => {
    const topic = topics.find((each) => each.topic === name);
    return topic && topic.published > 0
      ? { total: topic.published, perSecond: topic.perSecondOfMinute, rates: undefined }
      : undefined;
  };
  return {
    commands: countOf(store, service, window, 'command_dispatched') ?? ofTopic('commands'),
    queries: countOf(store, service, window, 'query_executed') ?? ofTopic('queries'),
    events: countOf(store, service, window, 'event_stored') ?? ofTopic('events'),
  };
}

export function countAndRate(count: MessageCount | undefined): CountAndRate | null {
  return count === undefined ? null : { total: count.total, perSecond: count.perSecond };
}

export function sagaCounts(store: LiveStore, service: string | undefined): OverviewAnswer['sagas'] {
  const started = currentTotal(findMetrics(store, service, 'saga_started'));
  if (started === null) return null;
  const completed = findMetrics(store, service, 'saga_completed');
  const statuses = new Set<string>();
  for (const metric of completed) {
    for (const { line } of linesOf(metric)) statuses.add(labelOf(line, 'status') ?? 'unknown');
  }
  const ended: Record<string, number> = Object.create(null);
  let all = 0;
  for (const status of statuses) {
    const count = currentTotal(completed, undefined, (line) => (labelOf(line, 'status') ?? 'unknown') === status) ?? 0;
    ended[status] = count;
    all += count;
  }
  return { started, running: Math.max(0, started - all), ended };
}

function countOf(
  store: LiveStore,
  service: string | undefined,
  window: TimeWindow,
  name: string,
): MessageCount | undefined {
  const metrics = findMetrics(store, service, name).filter(({ kind }) => kind === 'counter');
  const total = currentTotal(metrics);
  if (total === null) return undefined;
  const count = totalsOf(metrics, wholeWindow(window)).counts[0] ?? 0;
  const cells = equalCells(window);
  const { counts, knownMs } = totalsOf(metrics, cells);
  return {
    total,
    perSecond: count / observedSeconds(window, store.startedMs),
    rates: Array.from(counts, (amount, cell) => {
      const ms = knownMs[cell] as number;
      return ms > 0 ? (amount * 1000) / ms : null;
    }),
  };
}
