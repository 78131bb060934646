import type { VNode } from 'preact';
import type { MetricHistoryAnswer, SeriesHistory } from '../../../../src/model/answers.js';
import { Spark } from '../../charts/spark.js';
import { lastKnown } from '../../charts/summary.js';
import { formatExact, formatNumber } from '../../format/number.js';
import { attributeTerm, termsOf } from '../../format/term.js';
import { formatOfUnit } from '../../format/unit.js';
import { hrefTo } from '../../state/location.js';
import { DataTable } from '../../widgets/data-table.js';

/** The series of a metric with their numbers. A click shows one series alone. */
export function SeriesTable({
  answer,
  labels,
  by,
}: {
  answer: MetricHistoryAnswer;
  labels: string;
  by: string;
}): VNode {
  const { metric, series } = answer;
  const names = by === '' ? metric.labelNames : [by];
  const isDistribution = metric.kind === 'histogram' || metric.kind === 'summary';
  const format = formatOfUnit(metric.unit);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Series">
      <DataTable
        label="Series"
        rows={series}
        keyOf={(row) => JSON.stringify(row.labels)}
        hrefOf={(row) => (names.length === 0 ? undefined : hrefTo({ parameters: { labels: narrowed(labels, row) } }))}
        columns={[
          ...(names.length === 0
            ? [{ key: 'all', title: 'series', cell: () => 'without labels' }]
            : names.map((name) => ({
                key: name,
                title: name,
                cell: (row: SeriesHistory) => <span class="mono">{row.labels[name] ?? ''}</span>,
                sortBy: (row: SeriesHistory) => row.labels[name] ?? '',
              }))),
          {
            key: 'current',
            title: isDistribution ? 'count' : 'value',
            isNumber: true,
            cell: ({ current }) =>
              current === null ? '–' : <span title={String(current)}>{formatExact(current)}</span>,
            sortBy: ({ current }) => current ?? 0,
          },
          ...(isDistribution
            ? [
                {
                  key: 'mean',
                  title: 'mean',
                  isNumber: true,
                  rank: 2 as const,
                  cell: ({ current, currentSum }: SeriesHistory) =>
                    current === null || current === 0 || currentSum === null ? '–' : format(currentSum / current),
                },
              ]
            : []),
          ...(metric.kind === 'gauge' || metric.kind === 'info'
            ? []
            : [
                {
                  key: 'rate',
                  title: '/s',
                  isNumber: true,
                  rank: 2 as const,
                  cell: ({ values }: SeriesHistory) => {
                    const rate = lastKnown(values['rate'] ?? []);
                    return rate === null ? '–' : formatNumber(rate);
                  },
                },
              ]),
          {
            key: 'spark',
            title: 'history',
            rank: 3,
            cell: ({ values }) => <Spark values={thinned(values['rate'] ?? values['value'] ?? [])} />,
          },
        ]}
      />
    </div>
  );
}

/** The labels filtered by, and those of the series. */
function narrowed(labels: string, { labels: own }: SeriesHistory): string {
  const others = termsOf(labels).flatMap(({ text }) => {
    const [name, value] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
    return Object.hasOwn(own, name) ? [] : [attributeTerm(name, value)];
  });
  return [...others, ...Object.entries(own).map(([name, value]) => attributeTerm(name, value))].join(' ');
}

/** Some 60 points of a history, enough for a small line. */
function thinned(values: ReadonlyArray<number | null>): ReadonlyArray<number | null> {
  const step = Math.max(1, Math.floor(values.length / 60));
  return values.filter((_, index) => index % step === 0);
}
