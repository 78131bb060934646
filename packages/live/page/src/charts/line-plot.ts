import uPlot from 'uplot';
import { formatMinutes, formatSeconds } from '../format/time.js';
import type { Format } from '../format/unit.js';
import { themeColor } from './theme-colors.js';

export interface LinePlotOptions {
  readonly width: number;
  readonly height: number;
  /** A colour such as `--s1` for each series. */
  readonly colors: readonly string[];
  readonly format: Format;
  readonly isFilled: boolean;
  /** Without axes, for cards. */
  readonly isBare: boolean;
  readonly startsAtZero: boolean;
  readonly onCursor: (index: number | null) => void;
  readonly onClick: (timeMs: number, x: number, y: number) => void;
  readonly onSelect: (fromMs: number, untilMs: number) => void;
  /** Points beside the lines, such as exemplars. */
  readonly marks: () => readonly Mark[];
}

export interface Mark {
  readonly timeMs: number;
  readonly value: number;
}

export const markColor = '--mark';

/** Lines over time, drawn by uPlot. All charts of the page share one cursor. */
export function createLinePlot(element: HTMLElement, data: uPlot.AlignedData, options: LinePlotOptions): uPlot {
  const { width, height, colors, format, isFilled, isBare, startsAtZero } = options;
  const axis = {
    stroke: () => themeColor('--faint'),
    font: '11px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif',
    grid: { stroke: () => themeColor('--line'), width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width,
      height,
      ms: 1,
      padding: isBare ? [2, 0, 2, 0] : [8, 8, 0, 0],
      legend: { show: false },
      scales: { x: { time: true }, y: { range: (_plot, min, max) => valueRange(min, max, startsAtZero) } },
      cursor: {
        sync: { key: 'time', scales: ['x', null] },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        points: { size: 6 },
        y: false,
      },
      axes: isBare
        ? [{ show: false }, { show: false }]
        : [
            { ...axis, size: 22, gap: 6, space: 70, values: (_plot, splits) => timeLabels(splits) },
            { ...axis, size: 60, gap: 8, space: 26, values: (_plot, splits) => splits.map((value) => format(value)) },
          ],
      series: [
        {},
        ...colors.map((color, index) => ({
          stroke: () => themeColor(color),
          width: 1, // wider lines cost several times as much to draw
          points: { show: false, size: 4, width: 0, fill: () => themeColor(color), filter: lonelyPoints },
          spanGaps: false,
          ...(isFilled && index === 0 && { fill: () => transparent(themeColor(color)) }),
        })),
      ],
      hooks: {
        setCursor: [(plot) => options.onCursor(plot.cursor.idx ?? null)],
        setSelect: [
          (plot) => {
            if (plot.select.width < 6) return;
            const [from, until] = [plot.select.left, plot.select.left + plot.select.width].map((x) =>
              plot.posToVal(x, 'x'),
            );
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (from !== undefined && until !== undefined) options.onSelect(from, until);
          },
        ],
        draw: [(plot) => drawMarks(plot, options.marks())],
        ready: [
          (plot) => {
            plot.over.addEventListener('click', () => {
              const { left = -1, top = -1 } = plot.cursor;
              if (left >= 0 && plot.select.width < 6) options.onClick(plot.posToVal(left, 'x'), left, top);
            });
          },
        ],
      },
    },
    data,
    element,
  );
}

/** Values with none beside them, of which a line shows nothing. */
function lonelyPoints(plot: uPlot, index: number): number[] | null {
  const values = plot.data[index] ?? [];
  const isKnown = (at: number): boolean => values[at] !== null && values[at] !== undefined;
  const lonely: number[] = [];
  for (let at = 0; at < values.length; at++) if (isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1)) lonely.push(at);
  return lonely.length === 0 ? null : lonely;
}

/** The nearest mark to a point of the plot; `undefined` if none is near. */
export function nearestMark(plot: uPlot, marks: readonly Mark[], x: number, y: number): number | undefined {
  let nearest: number | undefined;
  let least = 10;
  marks.forEach(({ timeMs, value }, index) => {
    const distance = Math.hypot(plot.valToPos(timeMs, 'x') - x, plot.valToPos(value, 'y') - y);
    if (distance < least) {
      least = distance;
      nearest = index;
    }
  });
  return nearest;
}

function valueRange(min: number | null, max: number | null, startsAtZero: boolean): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const bottom = startsAtZero && min >= 0 ? 0 : min;
  const room = (max - bottom) * 0.08 || Math.abs(max) * 0.1 || 1;
  return [bottom === 0 ? 0 : bottom - room, max + room];
}

function timeLabels(splits: readonly number[]): string[] {
  const isFine = splits.length > 1 && (splits[1] ?? 0) - (splits[0] ?? 0) < 60_000;
  return splits.map((ms) => (isFine ? formatSeconds(ms) : formatMinutes(ms)));
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  if (marks.length === 0) return;
  const { ctx, bbox } = plot;
  const size = 3.5 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = themeColor(markColor);
  ctx.strokeStyle = themeColor('--panel');
  for (const { timeMs, value } of marks) {
    const x = plot.valToPos(timeMs, 'x', true);
    const y = Math.max(bbox.top + size, Math.min(plot.valToPos(value, 'y', true), bbox.top + bbox.height));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

function transparent(color: string): string {
  return color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)');
}
