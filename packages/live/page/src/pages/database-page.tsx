import type { VNode } from 'preact';
import type { DatabaseAnswer, QueryRow } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatNumber, formatShare } from '../format/number.js';
import { attributeTerm } from '../format/term.js';
import { formatSeconds } from '../format/time.js';
import { about, services } from '../state/connection.js';
import { go, hrefTo, parameter, sharedParameters, timeWords } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { Badge } from '../widgets/badge.js';
import { DataTable } from '../widgets/data-table.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { Panel } from '../widgets/panel.js';
import { examples } from './examples.js';
import { ViewerWelcome } from './viewer-welcome.js';

/** Queries by what they do, and the slowest single ones. */
export function DatabasePage(): VNode {
  const { answer, failure, isLoading } = useAnswer<DatabaseAnswer>('database', sharedParameters());
  const filter = parameter('filter').toLowerCase();
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  if (answer.queries.length === 0) {
    if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
    return <EmptyState title={`No queries in ${timeWords()}.`} code={examples.database} />;
  }
  const matches = ({ summary, system, service }: { summary: string; system?: string; service: string }): boolean =>
    `${summary} ${system ?? ''} ${service}`.toLowerCase().includes(filter);
  const queries = answer.queries.filter(matches);
  const slow = answer.slow.filter(matches);
  const total = answer.queries.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return (
    <section class={isLoading ? 'stale' : undefined} aria-label="Database">
      <div class="tools">
        <FilterInput
          label="Filter of queries"
          value={parameter('filter')}
          placeholder="part of a summary, system or service"
          onChange={(next) => go({ parameters: { filter: next } }, { replace: true })}
        />
        <span class="count">
          <b>{queries.length}</b> kinds of queries, {formatDuration(total)} in all
        </span>
      </div>
      <Panel title="Queries" note="by time spent">
        <DataTable
          label="Queries"
          rows={queries}
          keyOf={({ service, system, summary }) => `${service} ${system} ${summary}`}
          hrefOf={tracesOf}
          columns={[
            {
              key: 'summary',
              title: 'query',
              isWide: true,
              cell: ({ summary, service }) => (
                <span class="mono" title={summary}>
                  <bdi>{summary}</bdi> <span class="faint">{service}</span>
                </span>
              ),
              sortBy: ({ summary }) => summary,
            },
            { key: 'system', title: 'system', rank: 3, cell: ({ system }) => system, sortBy: ({ system }) => system },
            {
              key: 'share',
              title: 'share of time',
              rank: 2,
              cell: ({ totalMs }) => (
                <span class="share-bar" title={formatDuration(totalMs)}>
                  <i style={{ width: `${total > 0 ? (totalMs / total) * 100 : 0}%` }} />
                  <span>{formatShare(total > 0 ? totalMs / total : 0)}</span>
                </span>
              ),
              sortBy: ({ totalMs }) => -totalMs,
            },
            {
              key: 'rate',
              title: '/s',
              isNumber: true,
              cell: ({ perSecond }) => formatNumber(perSecond),
              sortBy: ({ perSecond }) => perSecond,
            },
            {
              key: 'mean',
              title: 'mean',
              isNumber: true,
              rank: 2,
              cell: ({ meanMs }) => formatDuration(meanMs),
              sortBy: ({ meanMs }) => meanMs,
            },
            {
              key: 'p95',
              title: 'p95',
              isNumber: true,
              cell: ({ p95Ms }) => formatDuration(p95Ms),
              sortBy: ({ p95Ms }) => p95Ms,
            },
            {
              key: 'max',
              title: 'max',
              isNumber: true,
              rank: 3,
              cell: ({ maxMs }) => formatDuration(maxMs),
              sortBy: ({ maxMs }) => maxMs,
            },
            {
              key: 'errors',
              title: 'errors',
              isNumber: true,
              cell: ({ errors }) =>
                errors === 0 ? <span class="faint">0</span> : <Badge tone="bad">{formatNumber(errors)}</Badge>,
              sortBy: ({ errors }) => errors,
            },
          ]}
        />
      </Panel>
      <Panel title="Slowest" note="single queries, click for the trace">
        <DataTable
          label="Slowest queries"
          rows={slow}
          keyOf={({ spanId }) => spanId}
          hrefOf={({ traceId, spanId }) => hrefTo({ page: 'traces', parameters: { trace: traceId, span: spanId } })}
          columns={[
            {
              key: 'text',
              title: 'query',
              isWide: true,
              cell: ({ summary, text }) => (
                <span class="mono" title={text ?? summary}>
                  {text ?? summary}
                </span>
              ),
            },
            {
              key: 'service',
              title: 'service',
              rank: 2,
              cell: ({ service }) => service,
              sortBy: ({ service }) => service,
            },
            {
              key: 'time',
              title: 'time',
              isNumber: true,
              rank: 2,
              cell: ({ timeMs }) => formatSeconds(timeMs),
              sortBy: ({ timeMs }) => timeMs,
            },
            {
              key: 'duration',
              title: 'took',
              isNumber: true,
              cell: ({ durationMs, isError }) => (
                <>
                  {isError && <Badge tone="bad">failed</Badge>} {formatDuration(durationMs)}
                </>
              ),
              sortBy: ({ durationMs }) => durationMs,
            },
          ]}
        />
      </Panel>
    </section>
  );
}

/** None of what is known from metrics alone, which have no system, nor of the rest that is counted together. */
function tracesOf({ service, system, summary }: QueryRow): string | undefined {
  if (system === '' || summary === 'other') return undefined;
  return hrefTo({
    page: 'traces',
    service,
    parameters: { filter: attributeTerm('db.query.summary', summary), sort: 'slowest' },
  });
}
