import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { SpanRow } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { go } from '../state/location.js';
import { serviceColor } from '../state/service-color.js';
import { useShortcut } from '../state/shortcuts.js';
import { VirtualGrid } from '../widgets/virtual-grid.js';
import { hasChildren, parentIndex, type SpanTree, visibleSpans } from './span-tree.js';
import { barPlace, type TimeWindow, timeTicks } from './time-window.js';

/** Spans below each other over one scale of time. Folded by arrows; `z` looks closer at the selected span. */
export function Waterfall({
  tree,
  durationMs,
  selected,
}: {
  tree: SpanTree;
  durationMs: number;
  selected: string;
}): VNode {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [zoom, setZoom] = useState<TimeWindow | null>(null);
  const visible = useMemo(() => visibleSpans(tree, folded), [tree, folded]);
  const selectedRow = useMemo(
    () => (selected === '' ? -1 : visible.findIndex((index) => tree.spans[index]?.spanId === selected)),
    [visible, selected],
  );
  const window = zoom ?? { fromMs: 0, untilMs: Math.max(durationMs, 0.001) };
  const spanAt = (row: number): SpanRow | undefined => tree.spans[visible[row] ?? -1];

  useShortcut('z', 'look closer at the selected span, or at all', () => {
    const span = spanAt(selectedRow);
    if (zoom !== null || span === undefined) setZoom(null);
    else setZoom({ fromMs: span.offsetMs, untilMs: span.offsetMs + Math.max(span.durationMs, 0.001) });
  });

  const fold = (index: number, isFolded: boolean): void => {
    const id = tree.spans[index]?.spanId;
    if (id === undefined) return;
    const next = new Set(folded);
    if (isFolded) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  const onKey = (key: string, row: number): boolean => {
    const index = visible[row];
    const span = spanAt(row);
    if (index === undefined || span === undefined) return false;
    const isFolded = folded.has(span.spanId);
    if (key === 'ArrowRight' && hasChildren(tree, index)) fold(index, false);
    else if (key === 'ArrowLeft' && hasChildren(tree, index) && !isFolded) fold(index, true);
    else if (key === 'ArrowLeft' && parentIndex(tree, index) >= 0) {
      go({ parameters: { span: tree.spans[parentIndex(tree, index)]?.spanId } }, { replace: true });
    } else return key === 'ArrowRight' || key === 'ArrowLeft';
    return true;
  };

  return (
    <section class="panel waterfall" aria-label="Spans over time">
      <div class="ruler" aria-hidden="true">
        <span>
          {zoom !== null && (
            <button type="button" class="quiet" tabIndex={-1} onClick={() => setZoom(null)}>
              whole trace (z)
            </button>
          )}
        </span>
        <span class="ticks">
          {timeTicks(window, 5).map((ms) => (
            <i key={ms} style={{ left: `${((ms - window.fromMs) / (window.untilMs - window.fromMs)) * 100}%` }}>
              {formatDuration(ms)}
            </i>
          ))}
        </span>
        <span />
      </div>
      <VirtualGrid
        label="Spans of the trace"
        class="spans"
        isTree
        columns={[{ title: 'span' }, { title: 'time', class: 'c-track' }, { title: 'duration', class: 'n' }]}
        count={visible.length}
        rowHeight={24}
        selected={selectedRow}
        onOpen={(row) => {
          const id = spanAt(row)?.spanId;
          go({ parameters: { span: id === selected ? undefined : id } }, { replace: selected !== '' });
        }}
        onPass={(row) => go({ parameters: { span: spanAt(row)?.spanId } }, { replace: true })}
        onKey={onKey}
        rowAttributes={(row) => {
          const index = visible[row] ?? 0;
          return {
            'aria-level': (tree.spans[index]?.depth ?? 0) + 1,
            'aria-expanded': hasChildren(tree, index) ? !folded.has(tree.spans[index]?.spanId ?? '') : undefined,
          };
        }}
        renderRow={(row) => {
          const index = visible[row] ?? 0;
          const span = tree.spans[index];
          if (span === undefined) return null;
          const isFolded = folded.has(span.spanId);
          return (
            <SpanCells
              span={span}
              window={window}
              folds={hasChildren(tree, index) ? (isFolded ? 'folded' : 'open') : 'none'}
              below={(tree.ends[index] ?? 0) - index - 1}
              onFold={() => fold(index, !isFolded)}
            />
          );
        }}
      />
    </section>
  );
}

interface SpanCellsProps {
  readonly span: SpanRow;
  readonly window: TimeWindow;
  readonly folds: 'none' | 'open' | 'folded';
  readonly below: number;
  readonly onFold: () => void;
}

function SpanCells({ span, window, folds, below, onFold }: SpanCellsProps): VNode {
  const { left, width } = barPlace(window, span.offsetMs, span.durationMs);
  const color = `var(${serviceColor(span.service)})`;
  const isFailed = span.status === 'error';
  // Beside the bar where there is room, otherwise in it.
  const labelSide = left + width < 62 ? 'after' : left > 45 ? 'before' : 'within';
  const labelStyle = {
    after: { left: `${left + width}%`, right: '0' },
    before: { left: '0', right: `${100 - left}%` },
    within: { left: `${left}%`, width: `${width}%` },
  }[labelSide];
  return (
    <>
      <span role="gridcell" class="span-name cut" style={{ paddingLeft: `${Math.min(span.depth, 24) * 14}px` }}>
        <i
          class={`fold ${folds}`}
          aria-hidden="true"
          onClick={(event) => {
            if (folds === 'none') return;
            event.stopPropagation();
            onFold();
          }}
        />
        <i class="swatch" style={{ background: color }} aria-hidden="true" />
        <bdi>{span.name}</bdi> <span class="faint">{span.service}</span>
        {folds === 'folded' && <span class="faint"> +{below}</span>}
      </span>
      <span role="gridcell" class="c-track">
        <i
          class={`span-bar ${isFailed ? 'bad' : ''} ${span.isCritical ? 'critical' : ''}`}
          style={{ left: `${left}%`, width: `${width}%`, ...(!isFailed && { background: color }) }}
        />
        {span.events.map((event, at) => (
          <i
            key={at}
            class="span-event"
            title={event.name}
            style={{ left: `${barPlace(window, event.offsetMs, 0).left}%` }}
          />
        ))}
        {isFailed && (
          <b class={`span-failed ${labelSide}`} style={labelStyle}>
            ✕ <span class="span-why">{span.statusMessage || 'error'}</span>
          </b>
        )}
      </span>
      <span role="gridcell" class="n">
        {formatDuration(span.durationMs)}
      </span>
    </>
  );
}
