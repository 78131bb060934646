import type { VNode } from 'preact';
import type { CountAndRate, OverviewAnswer } from '../../../../src/model/answers.js';
import { formatBytes } from '../../format/bytes.js';
import { formatDuration } from '../../format/duration.js';
import { formatNumber, formatShare } from '../../format/number.js';
import { formatRate } from '../../format/unit.js';
import { hrefTo } from '../../state/location.js';
import { timeOf } from '../../state/view.js';
import { StatCard } from './stat-card.js';

/** The numbers that show whether a service is well, each with its last minutes and the way to what is behind it. */
export function OverviewCards({ overview }: { overview: OverviewAnswer }): VNode {
  const { requests, eventLoop, memory, messages, sagas, series } = overview;
  const values = (name: string): ReadonlyArray<number | null> | undefined => series.values[name];
  return (
    <div class="cards">
      {requests !== null && <RequestCards overview={overview} />}
      {(eventLoop !== null || memory !== null) && (
        <StatCard
          title="Event loop"
          note="delay p99, utilization"
          href={hrefTo({ page: 'runtime', parameters: {} })}
          numbers={[
            ...(eventLoop?.delayP99Ms == null ? [] : [split(formatDuration(eventLoop.delayP99Ms))]),
            ...(eventLoop?.utilization == null ? [] : [split(formatShare(eventLoop.utilization))]),
          ]}
          sub={memory === null ? '' : memoryText(memory)}
          isBad={
            memory?.heapUsedBytes != null &&
            memory.heapLimitBytes !== null &&
            memory.heapUsedBytes > memory.heapLimitBytes * 0.9
          }
          missing="No runtime metrics."
          timesMs={series.timesMs}
          lines={[{ name: 'delay p99', values: values('eventLoopDelayMs'), color: '--s3' }]}
          format={formatDuration}
        />
      )}
      <MessageCard title="Commands" topic="commands" counted={messages.commands} overview={overview} />
      <MessageCard title="Queries" topic="queries" counted={messages.queries} overview={overview} />
      <MessageCard title="Events" topic="events" counted={messages.events} overview={overview} />
      {sagas !== null && (
        <StatCard
          title="Sagas"
          note={`${formatNumber(sagas.started)} started`}
          href={hrefTo({ page: 'messages', parameters: { topic: 'sagas' } })}
          numbers={[{ value: formatNumber(sagas.running), unit: 'running' }]}
          shares={Object.entries(sagas.ended).map(([name, count]) => ({ name, count }))}
          missing=""
          timesMs={[]}
          lines={[]}
          format={formatNumber}
        />
      )}
    </div>
  );
}

function RequestCards({ overview: { requests, errors, duration, series } }: { overview: OverviewAnswer }): VNode {
  const values = (name: string): ReadonlyArray<number | null> | undefined => series.values[name];
  const tracesOf = (fromMs: number, untilMs: number): string =>
    hrefTo({ page: 'traces', ...timeOf(fromMs, untilMs), parameters: {} });
  const failedOf = (fromMs: number, untilMs: number): string =>
    hrefTo({ page: 'traces', ...timeOf(fromMs, untilMs), parameters: { filter: 'status=error' } });
  const slowestOf = (fromMs: number, untilMs: number): string =>
    hrefTo({ page: 'traces', ...timeOf(fromMs, untilMs), parameters: { sort: 'slowest' } });
  const isFailing = errors !== null && errors.total > 0;
  return (
    <>
      <StatCard
        title="Requests"
        note={requests === null ? '' : `${formatNumber(requests.total)} in all`}
        href={hrefTo({ page: 'traces', parameters: {} })}
        numbers={requests === null ? [] : [{ value: formatNumber(requests.perSecond), unit: '/s' }]}
        missing="No requests, nor server spans."
        timesMs={series.timesMs}
        lines={[{ name: 'requests', values: values('requests'), color: '--s1' }]}
        format={formatRate}
        tracesOf={tracesOf}
      />
      <StatCard
        title="Errors"
        note={errors === null ? '' : 'share of requests'}
        href={hrefTo({ page: 'traces', parameters: { filter: 'status=error' } })}
        numbers={errors === null ? [] : [{ value: formatShare(errors.share), unit: '' }]}
        sub={errors === null ? '' : isFailing ? `${formatNumber(errors.total)} failed` : 'none failed'}
        isBad={isFailing && errors.share >= 0.01}
        missing="Not known without requests."
        timesMs={series.timesMs}
        lines={[{ name: 'errors', values: values('errors'), color: '--bad' }]}
        format={formatRate}
        tracesOf={failedOf}
      />
      <StatCard
        title="Duration"
        note="p50, p95"
        href={hrefTo({ page: 'traces', parameters: { sort: 'slowest' } })}
        numbers={
          duration === null ? [] : [split(formatDuration(duration.p50Ms)), split(formatDuration(duration.p95Ms))]
        }
        sub={duration === null ? '' : `mean ${formatDuration(duration.meanMs)}`}
        missing="Not known without requests."
        timesMs={series.timesMs}
        lines={[
          { name: 'p95', values: values('p95Ms'), color: '--s2' },
          { name: 'p50', values: values('p50Ms'), color: '--s1' },
        ]}
        format={formatDuration}
        tracesOf={slowestOf}
      />
    </>
  );
}

function MessageCard(props: {
  title: string;
  topic: 'commands' | 'queries' | 'events';
  counted: CountAndRate | null;
  overview: OverviewAnswer;
}): VNode | null {
  const { title, topic, counted, overview } = props;
  if (counted === null) return null;
  return (
    <StatCard
      title={title}
      note={`${formatNumber(counted.total)} in all`}
      href={hrefTo({ page: 'messages', parameters: { topic } })}
      numbers={[{ value: formatNumber(counted.perSecond), unit: '/s' }]}
      missing=""
      timesMs={overview.series.timesMs}
      lines={[{ name: topic, values: overview.series.values[topic], color: '--s4' }]}
      format={formatRate}
    />
  );
}

function memoryText({ heapUsedBytes, heapLimitBytes, residentBytes }: NonNullable<OverviewAnswer['memory']>): string {
  const heap = heapUsedBytes === null ? '' : `heap ${formatBytes(heapUsedBytes)}`;
  const limit = heapUsedBytes === null || heapLimitBytes === null ? '' : ` of ${formatBytes(heapLimitBytes)}`;
  const resident = residentBytes === null ? '' : `${heap === '' ? '' : ', '}resident ${formatBytes(residentBytes)}`;
  return heap + limit + resident;
}

/** `12.3 ms` as number and unit. */
function split(text: string): { value: string; unit: string } {
  const at = text.search(/[\s\u202f](?=[^\d])/);
  return at < 0 ? { value: text, unit: '' } : { value: text.slice(0, at), unit: text.slice(at + 1) };
}
