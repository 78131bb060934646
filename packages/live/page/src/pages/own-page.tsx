import type { VNode } from 'preact';
import type { OwnPageAnswer } from '../../../src/model/answers.js';
import { Chart } from '../charts/chart.js';
import { formatCount, formatNumber } from '../format/number.js';
import { formatOfUnit } from '../format/unit.js';
import { view } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { type Column, DataTable } from '../widgets/data-table.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';

type Row = Extract<OwnPageAnswer, { kind: 'rows' }>['rows'][number];

/** A page of the service's own: what its function gave, as a table or a chart. */
export function OwnPage(): VNode {
  const id = view.value.page.slice('own/'.length);
  const { answer, failure } = useAnswer<OwnPageAnswer>(`pages/${encodeURIComponent(id)}`, {});
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  if (failure !== null) return <Failed problem={failure.problem} />;
  if (answer.kind === 'chart') {
    if (answer.timesMs.length === 0) return <EmptyState title="This chart has no points yet." />;
    return (
      <div class="panel">
        <Chart
          label={id}
          timesMs={answer.timesMs}
          series={answer.series}
          format={formatOfUnit(answer.unit)}
          height={320}
          startsAtZero={false}
        />
      </div>
    );
  }
  if (answer.rows.length === 0) return <EmptyState title="This table has no rows now." />;
  return (
    <div class="panel">
      <div class="scroll">
        <DataTable
          label={id}
          rows={answer.rows.map((row, index) => ({ row, index }))}
          keyOf={({ index }) => String(index)}
          columns={answer.columns.map((title, at) => columnOf(title, at, answer.rows))}
        />
      </div>
      {answer.moreRows > 0 && <p class="faint">And {formatCount(answer.moreRows, 'row')} more: a page holds 1000.</p>}
    </div>
  );
}

function columnOf(title: string, at: number, rows: readonly Row[]): Column<{ row: Row; index: number }> {
  const isNumber =
    rows.some((row) => typeof row[at] === 'number') &&
    rows.every((row) => row[at] === null || typeof row[at] === 'number');
  return {
    key: `${at} ${title}`,
    title,
    isNumber,
    cell: ({ row }) => cellText(row[at] ?? null),
    sortBy: ({ row }) => {
      const value = row[at] ?? null;
      return isNumber ? Number(value ?? Number.NEGATIVE_INFINITY) : String(value ?? '');
    },
  };
}

function cellText(value: Row[number]): string {
  if (value === null) return '–';
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
