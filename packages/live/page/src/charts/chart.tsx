import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { ExemplarRow } from '../../../src/model/answers.js';
import type { Format } from '../format/unit.js';
import { go } from '../state/location.js';
import { seriesColor } from '../state/service-color.js';
import { timeOf } from '../state/view.js';
import { ChartLegend, Readout } from './chart-legend.js';
import { ChartTable } from './chart-table.js';
import { createLinePlot, nearestMark } from './line-plot.js';
import { drawQueue } from './page-draw-queue.js';
import { type ChartSeries, chartSummary } from './summary.js';
import { onThemeChange } from './theme-colors.js';
import { useInSight } from './use-in-sight.js';

export interface ChartProps {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: Format;
  /** Names such as `--s1`; by default in their order. */
  readonly colors?: readonly string[];
  readonly height?: number;
  readonly isFilled?: boolean;
  readonly isBare?: boolean;
  /** Gauges may stand far from zero; rates and durations never leave it. */
  readonly startsAtZero?: boolean;
  readonly hasLegend?: boolean;
  readonly hasTable?: boolean;
  readonly exemplars?: readonly ExemplarRow[];
  /** The traces of an interval; without it a click does nothing. */
  readonly tracesOf?: (fromMs: number, untilMs: number) => string;
}

/** Numbers over time. A click leads to the traces of the interval, a mark to its trace; dragging shows that time on all pages. */
export function Chart(props: ChartProps): VNode {
  const { label, timesMs, series, format, height = 140, hasLegend = true, hasTable = true } = props;
  const colors = useMemo(
    () => series.map((_, index) => props.colors?.[index] ?? seriesColor(index)),
    [series.length, props.colors?.join()],
  );
  const place = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(place);
  const cursor = useSignal<number | null>(null);
  const [isTable, setTable] = useState(false);
  const latest = useRef(props);
  latest.current = props;
  const plot = useRef<uPlot | null>(null);
  const draw = useRef((): void => {});

  useEffect(() => {
    const element = place.current;
    if (element === null || !isInSight || isTable) return undefined;
    draw.current = () => {
      const { timesMs, series } = latest.current;
      const data = [timesMs, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
      if (plot.current !== null) {
        plot.current.setData(data);
        return;
      }
      plot.current = createLinePlot(element, data, {
        width: element.clientWidth,
        height,
        colors,
        format: (value) => latest.current.format(value),
        isFilled: props.isFilled ?? false,
        isBare: props.isBare ?? false,
        startsAtZero: props.startsAtZero ?? true,
        onCursor: (index) => {
          cursor.value = index;
        },
        onClick: (timeMs, x, y) => follow(timeMs, x, y),
        onSelect: (fromMs, untilMs) => go(timeOf(fromMs, untilMs)),
        marks: () => latest.current.exemplars ?? [],
      });
    };
    const follow = (timeMs: number, x: number, y: number): void => {
      const { exemplars = [], tracesOf, timesMs } = latest.current;
      const mark = plot.current === null ? undefined : exemplars[nearestMark(plot.current, exemplars, x, y) ?? -1];
      if (mark !== undefined) go({ page: 'traces', parameters: { trace: mark.traceId, span: mark.spanId } });
      else if (tracesOf !== undefined) {
        const index = timesMs.findIndex((each) => each >= timeMs);
        const untilMs = timesMs[index] ?? timeMs;
        location.hash = tracesOf(Math.min(timesMs[index - 1] ?? untilMs, untilMs - 1000), untilMs);
      }
    };
    drawQueue.add(draw.current);
    const observer = new ResizeObserver(() => {
      if (plot.current !== null && plot.current.width !== element.clientWidth) {
        plot.current.setSize({ width: element.clientWidth, height });
      }
    });
    observer.observe(element);
    const redraw = (): void => plot.current?.redraw(false, true);
    const endTheme = onThemeChange(redraw);
    const drawn = draw.current;
    return () => {
      drawQueue.remove(drawn);
      observer.disconnect();
      endTheme();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isInSight, isTable, colors, height]);

  useEffect(() => {
    if (isInSight && !isTable) drawQueue.add(draw.current);
  }, [timesMs, series, props.exemplars]);

  return (
    <figure class={`chart ${props.isBare ? 'bare' : ''}`}>
      {isTable ? (
        <ChartTable {...props} />
      ) : (
        <div
          ref={place}
          class={`plot ${props.tracesOf === undefined ? '' : 'leads'}`}
          role="img"
          aria-label={`${label}. ${chartSummary(series, format)}`}
          style={{ height: `${height}px` }}
        />
      )}
      {props.isBare === true && (
        <Readout cursor={cursor} series={series} colors={colors} format={format} timesMs={timesMs} />
      )}
      {(hasLegend || hasTable) && (
        <figcaption>
          {hasLegend && !isTable && (
            <ChartLegend series={series} colors={colors} format={format} cursor={cursor} timesMs={timesMs} />
          )}
          {hasTable && (
            <button type="button" class="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
              {isTable ? 'chart' : 'table'}
              <span class="hidden"> of {label}</span>
            </button>
          )}
        </figcaption>
      )}
    </figure>
  );
}
