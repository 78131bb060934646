import type { VNode } from 'preact';
import type { TraceRow, TracesAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount, formatNumber } from '../format/number.js';
import { formatClock } from '../format/time.js';
import { shortId } from '../format/value.js';
import { ClockNote } from '../pages/clock-note.js';
import { examples } from '../pages/examples.js';
import { ViewerWelcome } from '../pages/viewer-welcome.js';
import { about, services } from '../state/connection.js';
import { go, parameter, sharedParameters } from '../state/location.js';
import { serviceColor } from '../state/service-color.js';
import { useShortcut } from '../state/shortcuts.js';
import { useAnswer } from '../state/use-answer.js';
import { Badge } from '../widgets/badge.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { NothingThen } from '../widgets/nothing-then.js';
import { Segmented } from '../widgets/segmented.js';
import { VirtualGrid } from '../widgets/virtual-grid.js';
import { parseTraceFilter } from './trace-filter.js';
import { traceQuery } from './trace-query.js';

const sorts = [
  { value: 'newest', title: 'newest' },
  { value: 'slowest', title: 'slowest' },
  { value: 'spans', title: 'most spans' },
  { value: 'errors', title: 'most errors' },
] as const;

export function TraceList(): VNode {
  const text = parameter('filter');
  const sort = sorts.find(({ value }) => value === parameter('sort'))?.value ?? 'newest';
  const compare = parameter('compare');
  const filter = parseTraceFilter(text);
  const { answer, failure, isLoading } = useAnswer<TracesAnswer>('traces', {
    ...sharedParameters(),
    ...traceQuery(filter, sort),
  });
  const isFailed = filter.status === 'error';
  const setFilter = (next: string): void => go({ parameters: { filter: next } }, { replace: true });
  useShortcut('c', 'compare: leave the choice', () => go({ parameters: { compare: undefined } }), compare !== '');

  return (
    <section class="page-fill" aria-label="Traces">
      <div class="tools">
        <FilterInput
          label="Filter of traces"
          value={text}
          problem={filter.problem}
          placeholder='name  duration>200ms  http.route="/orders"  error.type=*'
          onChange={setFilter}
        />
        <button
          type="button"
          class={`toggle ${isFailed ? 'on' : ''}`}
          aria-pressed={isFailed}
          onClick={() =>
            setFilter(isFailed ? text.replace(/\s*status=error\s*/, ' ').trim() : `${text} status=error`.trim())
          }
        >
          ✕ failed only
        </button>
        <Segmented
          label="Sort by"
          value={sort}
          choices={sorts}
          onChoose={(value) => go({ parameters: { sort: value === 'newest' ? undefined : value } })}
        />
      </div>
      {compare !== '' && (
        <p class="notice info" role="status">
          <b>Choose the trace to compare with</b> <span class="mono">{shortId(compare)}</span>
          <button type="button" onClick={() => go({ parameters: { trace: compare, compare: undefined } })}>
            leave it
          </button>
        </p>
      )}
      {failure !== null && <Failed problem={failure.problem} />}
      {answer === null ? (
        failure === null && <Loading />
      ) : (
        <>
          <p class="count">
            <b>{formatNumber(answer.matching)}</b> of {formatCount(answer.kept, 'trace')} match
            {answer.traces.length < answer.matching && <>, the first {formatNumber(answer.traces.length)} are shown</>}
            <span class="faint">
              {' '}
              · {formatCount(answer.spansKept, 'span')} kept
              {answer.spansOverwritten > 0 && <>, {formatNumber(answer.spansOverwritten)} older overwritten</>}
              {answer.sampledOut > 0 && <>, {formatNumber(answer.sampledOut)} sampled out</>}
            </span>
            <ClockNote />
          </p>
          {answer.traces.length === 0 ? (
            <NoTraces answer={answer} isFiltered={text !== ''} />
          ) : (
            <Grid traces={answer.traces} isLoading={isLoading} />
          )}
        </>
      )}
    </section>
  );
}

function Grid({ traces, isLoading }: { traces: readonly TraceRow[]; isLoading: boolean }): VNode {
  const longest = traces.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return (
    <VirtualGrid
      label="Traces"
      class={`traces panel ${isLoading ? 'stale' : ''}`}
      columns={[
        { title: 'started', class: 'c-time' },
        { title: 'name' },
        { title: 'services', class: 'c-services' },
        { title: 'spans', class: 'n c-spans' },
        { title: 'errors', class: 'n' },
        { title: 'duration', class: 'n' },
        { title: 'length', class: 'c-bar' },
      ]}
      count={traces.length}
      rowHeight={28}
      selected={traces.findIndex(({ traceId }) => traceId === parameter('seen'))}
      onOpen={(index) => go({ parameters: { trace: traces[index]?.traceId, seen: undefined } })}
      renderRow={(index) => {
        const trace = traces[index];
        return trace === undefined ? null : <Cells trace={trace} longest={longest} />;
      }}
    />
  );
}

function Cells({ trace, longest }: { trace: TraceRow; longest: number }): VNode {
  const { startMs, name, service, services: all, spans, errors, durationMs, isRootMissing } = trace;
  return (
    <>
      <span role="gridcell" class="faint mono c-time">
        {formatClock(startMs)}
      </span>
      <span role="gridcell" class="mono cut">
        <bdi>{name}</bdi> <span class="faint">{service}</span>
        {isRootMissing && <span class="faint"> (its root has not come)</span>}
      </span>
      <span role="gridcell" class="c-services cut">
        {all.map((each) => (
          <span key={each} class="service">
            <i class="swatch" style={{ background: `var(${serviceColor(each)})` }} aria-hidden="true" />
            {each}
          </span>
        ))}
      </span>
      <span role="gridcell" class="n c-spans">
        {formatNumber(spans)}
      </span>
      <span role="gridcell" class="n">
        {errors === 0 ? <span class="faint">0</span> : <Badge tone="bad">{formatNumber(errors)}</Badge>}
      </span>
      <span role="gridcell" class="n">
        {formatDuration(durationMs)}
      </span>
      <span role="gridcell" class="c-bar">
        <i
          class={`bar ${errors > 0 ? 'bad' : ''}`}
          style={{ width: `${longest > 0 ? (durationMs / longest) * 100 : 0}%` }}
        />
        <span class="hidden">
          {formatNumber(longest > 0 ? Math.round((durationMs / longest) * 100) : 0)} percent of the longest
        </span>
      </span>
    </>
  );
}

function NoTraces({ answer, isFiltered }: { answer: TracesAnswer; isFiltered: boolean }): VNode {
  if (isFiltered) {
    return (
      <EmptyState title="No trace matches.">
        <button type="button" class="button" onClick={() => go({ parameters: { filter: undefined } })}>
          Remove the filter
        </button>
      </EmptyState>
    );
  }
  if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
  return (
    <NothingThen what="spans" kept={answer.spansKept} code={examples.traces}>
      {answer.sampledOut > 0 && (
        <p>{formatCount(answer.sampledOut, 'span')} were recorded, but not sampled, and are not kept.</p>
      )}
    </NothingThen>
  );
}
