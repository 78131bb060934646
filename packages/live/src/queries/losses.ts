import type { LossRow } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import { isLive } from '../store/metrics/metric-part.js';
import { metricRow } from '../store/metrics/metric-row.js';
import { findMetrics, labelOf, linesOf } from './metrics/metric-lines.js';
import { currentTotal } from './metrics/metric-totals.js';
import type { QuerySubjects } from './query-subjects.js';
import { sampledOutOf } from './traces/trace-list.js';

/**
 * What was left out or lost: of services by their own counters, of the host, and of what is kept here. Those that are about a single service
 * are of the one asked for; what is lost here may be of any.
 */
export function lossRows({ store, broadcaster, host }: QuerySubjects, service: string | undefined): readonly LossRow[] {
  return [
    ...host.losses(),
    ...sendersLosses(store, service),
    ...lossesHere(store, service),
    ...messageLosses(broadcaster),
  ];
}

function lossesHere(store: LiveStore, service: string | undefined): readonly LossRow[] {
  const { spans, logs, metrics, flow, statistics, services, texts } = store;
  let withoutHistory = 0;
  let series = 0;
  for (const metric of metrics.metrics.values()) {
    const row = metricRow(metric);
    withoutHistory += row.seriesWithoutHistory;
    series += row.series;
  }
  const sampledOut = sampledOutOf(store, service);
  const ungrouped = statistics.operations.refused + statistics.queries.refused + flow.refused;
  return [
    info('spans here', spans.size, spans.overwritten, 'older, overwritten'),
    ...rare(info('spans here', spans.size, sampledOut, 'sampled out')),
    ...rare(info('spans here', spans.size, spans.repeated, 'sent once more, kept once')),
    ...rare(warn('spans here', spans.size, spans.invalid, 'no valid trace id and span id')),
    ...rare(warn('attributes here', null, spans.leftOut + logs.leftOut, 'more or larger than a record may have')),
    ...rare(warn('texts here', null, texts.cut, 'longer than a text may be, cut')),
    ...rare(warn('operations here', null, ungrouped, 'more names than are counted one by one')),
    info('log lines here', logs.size, logs.overwritten, 'older, overwritten'),
    { ...warn('series here', series, withoutHistory, 'more than histories are kept of') },
    ...rare(warn('points of metrics here', null, metrics.refused, 'more series than are kept')),
    ...rare(warn('points of metrics here', null, metrics.invalid, 'not allowed by the data model')),
    ...rare(warn('services here', services.services.size, services.refused, 'more than are kept, counted as "other"')),
    ...rare(warn('records here', null, store.unreadable, 'could not be read')),
  ];
}

function messageLosses(broadcaster: QuerySubjects['broadcaster']): readonly LossRow[] {
  let kept = 0;
  let overwritten = 0;
  for (const topic of broadcaster.statistics()) {
    kept += topic.kept;
    overwritten += topic.overwritten;
  }
  return [
    info('messages here', kept, overwritten, 'older, overwritten'),
    ...rare(warn('messages here', kept, broadcaster.refused, 'too many topics, or no type')),
  ];
}

/** Our services count what they lose. The counters are theirs, since their start. */
function sendersLosses(store: LiveStore, service: string | undefined): readonly LossRow[] {
  const rows: LossRow[] = [];
  const exported = findMetrics(store, service, 'sightline_otlp_exported');
  for (const metric of findMetrics(store, service, 'sightline_otlp_lost')) {
    const sums = new Map<string, { signal: string; reason: string; lost: number }>();
    for (const { part, line } of linesOf(metric)) {
      if (!isLive(part, line) || !('value' in line)) continue;
      const signal = labelOf(line, 'signal') ?? '';
      const reason = labelOf(line, 'reason') ?? '';
      const sum = sums.get(`${signal}\n${reason}`) ?? { signal, reason, lost: 0 };
      sum.lost += line.value;
      sums.set(`${signal}\n${reason}`, sum);
    }
    for (const { signal, reason, lost } of sums.values()) {
      if (lost === 0 && reason !== 'queue_full') continue;
      const own = exported.filter((each) => each.service === metric.service);
      const total = currentTotal(own, undefined, (line) => labelOf(line, 'signal') === signal);
      rows.push(bad(`${itemsOf(signal)} of ${metric.service}`, total, lost, reason.replaceAll('_', ' ')));
    }
  }
  for (const [name, what, severity] of counters) {
    for (const metric of findMetrics(store, service, name)) {
      const lost = currentTotal([metric]) ?? 0;
      if (lost === 0) continue;
      const [things, reason] = what;
      rows.push({ what: `${things} of ${metric.service}`, total: null, lost, reason, severity });
    }
  }
  return rows;
}

const counters: ReadonlyArray<readonly [name: string, what: readonly [string, string], severity: LossRow['severity']]> =
  [
    ['sightline_dropped', ['recordings', 'of a value that is none'], 'bad'],
    ['sightline_mislabelled', ['recordings', 'wrong labels: in the overflow series'], 'warn'],
    ['sightline_overflowed', ['recordings', 'too many series: in the overflow series'], 'warn'],
    ['sightline_collect_failures', ['collections', 'a callback or a source failed'], 'warn'],
    ['sightline_event_handler_failures', ['events', 'a handler failed'], 'warn'],
    ['sightline_http_callback_failures', ['requests', 'a callback failed'], 'warn'],
    ['sightline_message_links_dropped', ['links', 'more senders than a span may link'], 'info'],
    ['sightline_messages_foreign', ['messages', 'without a readable envelope'], 'info'],
    ['sightline_messages_mistaken', ['messages', 'sent with wrong fields'], 'warn'],
  ];

function itemsOf(signal: string): string {
  return signal === 'traces' ? 'spans' : signal === 'logs' ? 'log lines' : signal;
}

function info(what: string, total: number | null, lost: number, reason: string): LossRow {
  return { what, total, lost, reason, severity: lost === 0 ? 'ok' : 'info' };
}

function warn(what: string, total: number | null, lost: number, reason: string): LossRow {
  return { what, total, lost, reason, severity: lost === 0 ? 'ok' : 'warn' };
}

function bad(what: string, total: number | null, lost: number, reason: string): LossRow {
  return { what, total, lost, reason, severity: lost === 0 ? 'ok' : 'bad' };
}

/** Rows that are shown only if there is something in them. */
function rare(row: LossRow): readonly LossRow[] {
  return row.lost === 0 ? [] : [row];
}
