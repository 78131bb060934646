import type { ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { formatSeconds } from '../format/time.js';
import type { Format } from '../format/unit.js';
import { type ChartSeries, lastKnown } from './summary.js';

export interface ChartLegendProps {
  readonly series: readonly ChartSeries[];
  readonly colors: readonly string[];
  readonly format: Format;
  readonly timesMs: readonly number[];
  /** The interval under the pointer. */
  readonly cursor: ReadonlySignal<number | null>;
}

/** The names of the lines, with their values now or under the pointer. */
export function ChartLegend({ series, colors, format, timesMs, cursor }: ChartLegendProps): VNode {
  const index = cursor.value;
  const timeMs = index === null ? undefined : timesMs[index];
  return (
    <ul class="legend">
      {timeMs !== undefined && <li class="legend-time">{formatSeconds(timeMs)}</li>}
      {series.map(({ name, values }, at) => {
        const value = index === null ? lastKnown(values) : (values[index] ?? null);
        return (
          <li key={name}>
            <i style={{ background: `var(${colors[at]})` }} />
            <span class="legend-name" title={name}>
              {name}
            </span>
            <b>{value === null ? '–' : format(value)}</b>
          </li>
        );
      })}
    </ul>
  );
}

/** Over a chart that has no legend, while the pointer is in it. */
export function Readout(props: ChartLegendProps): VNode | null {
  if (props.cursor.value === null) return null;
  return (
    <div class="readout" aria-hidden="true">
      <ChartLegend {...props} />
    </div>
  );
}
