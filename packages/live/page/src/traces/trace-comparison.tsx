import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { SpanRow, TraceAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount } from '../format/number.js';
import { formatClock } from '../format/time.js';
import { shortId } from '../format/value.js';
import { go, hrefTo } from '../state/location.js';
import { serviceColor } from '../state/service-color.js';
import { useShortcut } from '../state/shortcuts.js';
import { useAnswer } from '../state/use-answer.js';
import { Badge } from '../widgets/badge.js';
import { EmptyState, Loading } from '../widgets/empty-state.js';
import { VirtualGrid } from '../widgets/virtual-grid.js';
import { type MergedSpan, mergedTraces } from './merged-traces.js';
import { barPlace } from './time-window.js';

/** Two traces side by side over one scale of time, the same spans in one row, and how much longer they took. */
export function TraceComparison({ leftId, rightId }: { leftId: string; rightId: string }): VNode {
  const left = useAnswer<TraceAnswer>(`traces/${encodeURIComponent(leftId)}`, {});
  const right = useAnswer<TraceAnswer>(`traces/${encodeURIComponent(rightId)}`, {});
  const rows = useMemo(
    () => mergedTraces(left.answer?.spans ?? [], right.answer?.spans ?? []),
    [left.answer, right.answer],
  );
  const close = (): void => go({ parameters: { compare: undefined, span: undefined } });
  useShortcut('Escape', 'back to one trace', close);
  useShortcut('c', 'end the comparison', close);

  if (left.answer === null || right.answer === null) {
    const missing = left.failure !== null ? leftId : right.failure !== null ? rightId : null;
    if (missing === null) return <Loading />;
    return (
      <EmptyState title={`No span of trace ${shortId(missing)} is kept.`}>
        <button type="button" class="button" onClick={close}>
          End the comparison
        </button>
      </EmptyState>
    );
  }
  const longest = Math.max(left.answer.durationMs, right.answer.durationMs, 0.001);
  const [onlyLeft, onlyRight] = [
    rows.filter((row) => row.right === null).length,
    rows.filter((row) => row.left === null).length,
  ];
  return (
    <div class="page-fill trace">
      <div class="versus">
        <Side name="A" trace={left.answer} other={right.answer} />
        <Side name="B" trace={right.answer} other={left.answer} />
        <p class="versus-sum">
          <b>{difference(left.answer.durationMs, right.answer.durationMs)}</b>
          <span class="dim">
            {formatCount(rows.length - onlyLeft - onlyRight, 'span')} in both, {onlyLeft} only in A, {onlyRight} only in
            B
          </span>
          <button type="button" class="button" onClick={close}>
            end <kbd aria-hidden="true">c</kbd>
          </button>
        </p>
      </div>
      <section class="panel waterfall" aria-label="Spans of both traces">
        <VirtualGrid
          label="Spans of both traces"
          class="compared"
          isTree
          columns={[
            { title: 'span' },
            { title: 'A', class: 'c-track' },
            { title: 'A took', class: 'n c-a' },
            { title: 'B', class: 'c-track' },
            { title: 'B took', class: 'n c-b' },
            { title: 'difference', class: 'n' },
          ]}
          count={rows.length}
          rowHeight={24}
          selected={-1}
          onOpen={(row) => {
            const merged = rows[row];
            const [trace, span] = merged?.right != null ? [rightId, merged.right] : [leftId, merged?.left];
            go({ parameters: { trace, compare: undefined, span: span?.spanId } });
          }}
          rowAttributes={(row) => ({ 'aria-level': (rows[row]?.depth ?? 0) + 1 })}
          rowClass={(row) => (rows[row]?.left === null || rows[row]?.right === null ? 'lonely' : '')}
          renderRow={(row) => {
            const merged = rows[row];
            return merged === undefined ? null : <ComparedCells merged={merged} longest={longest} />;
          }}
        />
      </section>
    </div>
  );
}

function Side({ name, trace, other }: { name: string; trace: TraceAnswer; other: TraceAnswer }): VNode {
  return (
    <section class="panel side-of" aria-label={`Trace ${name}`}>
      <h2>
        <span class="side-name">{name}</span>{' '}
        <a class="mono" href={hrefTo({ page: 'traces', parameters: { trace: trace.traceId, compare: undefined } })}>
          {trace.spans[0]?.name ?? shortId(trace.traceId)}
        </a>
      </h2>
      <p>
        <b>{formatDuration(trace.durationMs)}</b> · {formatCount(trace.spans.length, 'span')} ·{' '}
        {formatClock(trace.startMs)}{' '}
        {trace.errors > 0 && <Badge tone="bad">{formatCount(trace.errors, 'error')}</Badge>}
        {trace.durationMs > other.durationMs && ' · slower'}
      </p>
    </section>
  );
}

function ComparedCells({ merged, longest }: { merged: MergedSpan; longest: number }): VNode {
  const { left, right, depth } = merged;
  const span = left ?? right;
  if (span === null) return <span role="gridcell" />;
  return (
    <>
      <span role="gridcell" class="span-name cut" style={{ paddingLeft: `${Math.min(depth, 24) * 12}px` }}>
        <i class="swatch" style={{ background: `var(${serviceColor(span.service)})` }} aria-hidden="true" />
        <bdi>{span.name}</bdi> <span class="faint">{span.service}</span>
      </span>
      <Track span={left} longest={longest} />
      <span role="gridcell" class="n c-a">
        {left === null ? '–' : formatDuration(left.durationMs)}
      </span>
      <Track span={right} longest={longest} />
      <span role="gridcell" class="n c-b">
        {right === null ? '–' : formatDuration(right.durationMs)}
      </span>
      <span role="gridcell" class="n">
        {left === null ? (
          <Badge>only B</Badge>
        ) : right === null ? (
          <Badge>only A</Badge>
        ) : (
          difference(left.durationMs, right.durationMs)
        )}
      </span>
    </>
  );
}

function Track({ span, longest }: { span: SpanRow | null; longest: number }): VNode {
  if (span === null) return <span role="gridcell" class="c-track" />;
  const { left, width } = barPlace({ fromMs: 0, untilMs: longest }, span.offsetMs, span.durationMs);
  const isFailed = span.status === 'error';
  return (
    <span role="gridcell" class="c-track">
      <i
        class={`span-bar ${isFailed ? 'bad' : ''} ${span.isCritical ? 'critical' : ''}`}
        style={{
          left: `${left}%`,
          width: `${width}%`,
          ...(!isFailed && { background: `var(${serviceColor(span.service)})` }),
        }}
      />
      {isFailed && <span class="hidden">failed</span>}
    </span>
  );
}

function difference(left: number, right: number): string {
  const ms = right - left;
  if (Math.abs(ms) < 0.0005) return 'the same';
  return `${ms > 0 ? '+' : '−'}${formatDuration(Math.abs(ms))}`;
}
