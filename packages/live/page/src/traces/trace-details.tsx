import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount } from '../format/number.js';
import { formatClock, formatFull } from '../format/time.js';
import { go, hrefTo, parameter } from '../state/location.js';
import { serviceColor } from '../state/service-color.js';
import { useShortcut } from '../state/shortcuts.js';
import { useAnswer } from '../state/use-answer.js';
import { Badge } from '../widgets/badge.js';
import { CopyButton } from '../widgets/copy-button.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { SpanDetails } from './span-details.js';
import { spanTree } from './span-tree.js';
import { TraceLines } from './trace-lines.js';
import { Waterfall } from './waterfall.js';

/** One trace: its spans over time, what is known of the one that is selected, and its log lines. */
export function TraceDetails({ traceId }: { traceId: string }): VNode {
  const { answer, failure } = useAnswer<TraceAnswer>(`traces/${encodeURIComponent(traceId)}`, {});
  const tree = useMemo(() => (answer === null ? null : spanTree(answer.spans)), [answer]);
  const spanId = parameter('span');
  const close = (): void => go({ parameters: { trace: undefined, span: undefined, seen: traceId } });
  const compare = (): void => go({ parameters: { trace: undefined, span: undefined, compare: traceId } });
  useShortcut('Escape', 'back to the list', close, spanId === '');
  useShortcut('c', 'compare with another trace', compare);

  if (answer === null || tree === null) {
    if (failure === null) return <Loading />;
    if (failure.status !== 404) return <Failed problem={failure.problem} />;
    return (
      <EmptyState title="No span of this trace is kept.">
        <p>
          Trace <span class="mono">{traceId}</span> was not sampled, has been overwritten by newer ones, or belongs to a
          process before a restart.
        </p>
        <button type="button" class="button" onClick={close}>
          To the list
        </button>
      </EmptyState>
    );
  }
  const index = answer.spans.findIndex((span) => span.spanId === spanId);
  const selected = answer.spans[index];
  return (
    <div class="page-fill trace">
      <header class="trace-head">
        <button type="button" class="quiet" onClick={close}>
          ← list
        </button>
        <h2 class="mono cut">{answer.spans[0]?.name ?? traceId}</h2>
        {answer.errors > 0 && <Badge tone="bad">{formatCount(answer.errors, 'error')}</Badge>}
        <span class="trace-facts">
          <b>{formatDuration(answer.durationMs)}</b>
          <span>{formatCount(answer.spans.length + answer.moreSpans, 'span')}</span>
          <span>
            <time title={formatFull(answer.startMs)}>{formatClock(answer.startMs)}</time>
          </span>
        </span>
        <span class="trace-actions">
          <a class="button" href={hrefTo({ page: 'logs', parameters: { trace: traceId } })}>
            {formatCount(answer.logLines.length + answer.moreLogLines, 'log line')}
          </a>
          {answer.messages.length > 0 && (
            <a class="button" href={hrefTo({ page: 'messages', parameters: { trace: traceId } })}>
              {formatCount(answer.messages.length, 'message')}
            </a>
          )}
          <button type="button" class="button" onClick={compare} aria-keyshortcuts="c">
            compare <kbd aria-hidden="true">c</kbd>
          </button>
        </span>
      </header>
      <ul class="service-key">
        {answer.services.map((name) => (
          <li key={name}>
            <i class="swatch" style={{ background: `var(${serviceColor(name)})` }} aria-hidden="true" />
            {name}
          </li>
        ))}
        <li>
          <i class="critical-key" aria-hidden="true" /> critical path
        </li>
        <li class="mono trace-id">
          {traceId} <CopyButton text={traceId} label="the id of the trace" />
        </li>
      </ul>
      {answer.moreSpans > 0 && (
        <p class="notice warn">
          <b>{formatCount(answer.moreSpans, 'span')} more</b>{' '}
          <span>are not shown: a trace is shown up to 20 000 spans.</span>
        </p>
      )}
      <div class={`split ${selected === undefined ? '' : 'open'}`}>
        <div class="split-main">
          <Waterfall tree={tree} durationMs={answer.durationMs} selected={spanId} />
          <TraceLines trace={answer} spanId={spanId} />
        </div>
        {selected !== undefined && <SpanDetails tree={tree} index={index} trace={answer} />}
      </div>
    </div>
  );
}
