import type { VNode } from 'preact';
import { formatSeconds } from '../format/time.js';
import type { Format } from '../format/unit.js';
import { DataTable } from '../widgets/data-table.js';
import { type ChartRow, type ChartSeries, chartRows } from './summary.js';

export interface ChartTableProps {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: Format;
  /** The traces of an interval. */
  readonly tracesOf?: (fromMs: number, untilMs: number) => string;
}

const maxRows = 30;

/** The numbers of a chart, with the same ways on. */
export function ChartTable({ label, timesMs, series, format, tracesOf }: ChartTableProps): VNode {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={`Table of ${label}`}>
      <DataTable<ChartRow>
        label={label}
        rows={chartRows(timesMs, series, maxRows)}
        keyOf={({ untilMs }) => String(untilMs)}
        {...(tracesOf !== undefined && { hrefOf: ({ fromMs, untilMs }) => tracesOf(fromMs, untilMs) })}
        columns={[
          { key: 'time', title: 'until', cell: ({ untilMs }) => formatSeconds(untilMs) },
          ...series.map(({ name }, index) => ({
            key: name,
            title: name,
            isNumber: true,
            cell: ({ values }: ChartRow) => {
              const value = values[index] ?? null;
              return value === null ? '–' : format(value);
            },
          })),
        ]}
      />
    </div>
  );
}
