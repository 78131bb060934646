import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MetricHistoryAnswer } from '../../../src/model/answers.js';
import { formatNumber } from '../format/number.js';
import { formatSeconds } from '../format/time.js';
import type { Format } from '../format/unit.js';
import { heatCell, heatSummary, usedRows } from './heat-rows.js';
import { drawQueue } from './page-draw-queue.js';
import { onThemeChange, themeColor } from './theme-colors.js';
import { useInSight } from './use-in-sight.js';

export interface HeatMapProps {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly heatMap: NonNullable<MetricHistoryAnswer['heatMap']>;
  readonly format: Format;
  /** Traces of a cell, by time and value. */
  readonly tracesOf?: (fromMs: number, untilMs: number, low: number | null, high: number | null) => string;
}

const height = 180;

/** How many observations fell into each bucket, over time: the darker, the more. */
export function HeatMap({ label, timesMs, heatMap, format, tracesOf }: HeatMapProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isInSight = useInSight(canvas);
  const [pointed, setPointed] = useState<{ x: number; y: number } | null>(null);
  const latest = useRef({ timesMs, heatMap });
  latest.current = { timesMs, heatMap };
  const rows = usedRows(heatMap);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || !isInSight) return undefined;
    const draw = (): void => paint(element, latest.current.heatMap, usedRows(latest.current.heatMap));
    const again = (): void => drawQueue.add(draw);
    again();
    const observer = new ResizeObserver(again);
    observer.observe(element);
    const endTheme = onThemeChange(again);
    return () => {
      drawQueue.remove(draw);
      observer.disconnect();
      endTheme();
    };
  }, [isInSight, timesMs, heatMap]);

  const cellAt = ({ offsetX, offsetY }: MouseEvent): ReturnType<typeof heatCell> =>
    heatCell(heatMap, timesMs, rows, offsetX / (canvas.current?.clientWidth ?? 1), offsetY / height);
  const cell =
    pointed === null
      ? null
      : heatCell(heatMap, timesMs, rows, pointed.x / (canvas.current?.clientWidth ?? 1), pointed.y / height);

  return (
    <figure class="chart heat">
      <div class="heat-plot">
        <ol class="heat-labels" aria-hidden="true">
          {rows.map((row, index) => (
            <li key={row} class={index % Math.ceil(rows.length / 9) === 0 ? undefined : 'skipped'}>
              {boundText(heatMap.bounds[row] ?? null, format)}
            </li>
          ))}
        </ol>
        <canvas
          ref={canvas}
          role="img"
          class={tracesOf === undefined ? undefined : 'leads'}
          aria-label={`${label}. ${heatSummary(heatMap, format)}`}
          style={{ height: `${height}px` }}
          onMouseMove={({ offsetX, offsetY }) => setPointed({ x: offsetX, y: offsetY })}
          onMouseLeave={() => setPointed(null)}
          onClick={(event) => {
            const at = cellAt(event);
            if (at !== null && tracesOf !== undefined) location.hash = tracesOf(at.fromMs, at.untilMs, at.low, at.high);
          }}
        />
      </div>
      <figcaption class="heat-caption">
        {cell === null ? (
          <span>
            {timesMs.length === 0 ? '' : `${formatSeconds(timesMs[0] ?? 0)} to ${formatSeconds(timesMs.at(-1) ?? 0)}`}
          </span>
        ) : (
          <span>
            {formatSeconds(cell.untilMs)} · {cell.low === null ? '' : `${format(cell.low)} `}to{' '}
            {cell.high === null ? '∞' : format(cell.high)}:{' '}
            <b>{cell.count === null ? 'no data' : formatNumber(cell.count)}</b>
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function boundText(bound: number | null, format: Format): string {
  return bound === null ? '∞' : format(bound);
}

function paint(element: HTMLCanvasElement, heatMap: HeatMapProps['heatMap'], rows: readonly number[]): void {
  const context = element.getContext('2d');
  if (context === null) return;
  const width = element.clientWidth * devicePixelRatio;
  const tall = element.clientHeight * devicePixelRatio;
  if (element.width !== width || element.height !== tall) {
    element.width = width;
    element.height = tall;
  }
  context.clearRect(0, 0, width, tall);
  // As many intervals in each column, or every other one would look fuller.
  const perColumn = Math.max(1, Math.ceil(heatMap.counts.length / Math.max(1, element.clientWidth / 2)));
  const columns = Math.max(1, Math.ceil(heatMap.counts.length / perColumn));
  const sums = Array.from({ length: columns }, (_, column) => {
    const slices = heatMap.counts.slice(column * perColumn, (column + 1) * perColumn);
    return rows.map((row) => slices.reduce((sum, counts) => sum + (counts?.[row] ?? 0), 0));
  });
  const most = Math.max(1, ...sums.map((column) => Math.max(...column)));
  context.fillStyle = themeColor('--s1');
  const [cellWidth, cellHeight] = [(width * perColumn) / Math.max(1, heatMap.counts.length), tall / rows.length];
  sums.forEach((column, x) => {
    column.forEach((count, y) => {
      if (count === 0) return;
      context.globalAlpha = 0.08 + 0.92 * Math.sqrt(count / most);
      // Whole pixels, or neighbours would overlap and look like more.
      const [left, right] = [Math.round(x * cellWidth), Math.round((x + 1) * cellWidth)];
      const [top, bottom] = [Math.round(y * cellHeight), Math.round((y + 1) * cellHeight)];
      context.fillRect(left, top, right - left, bottom - top - 1);
    });
  });
  context.globalAlpha = 1;
}
