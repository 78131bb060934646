import type { VNode } from 'preact';
import type { MetricRow } from '../../../../src/model/answers.js';
import { formatNumber } from '../../format/number.js';
import { hrefTo } from '../../state/location.js';
import { Badge } from '../../widgets/badge.js';
import { DataTable } from '../../widgets/data-table.js';

/** All metrics as a list. */
export function MetricTable({ metrics, hasService }: { metrics: readonly MetricRow[]; hasService: boolean }): VNode {
  return (
    <DataTable
      label="Metrics"
      rows={metrics}
      keyOf={({ service, name, kind }) => `${service} ${name} ${kind}`}
      hrefOf={({ name, service }) => hrefTo({ parameters: { name, of: service } })}
      columns={[
        {
          key: 'name',
          title: 'name',
          isWide: true,
          cell: ({ name }) => <span class="mono">{name}</span>,
          sortBy: ({ name }) => name,
        },
        ...(hasService
          ? [
              {
                key: 'service',
                title: 'service',
                rank: 2 as const,
                cell: (row: MetricRow) => row.service,
                sortBy: (row: MetricRow) => row.service,
              },
            ]
          : []),
        {
          key: 'help',
          title: 'description',
          isWide: true,
          rank: 2,
          cell: ({ help }) => <span title={help}>{help}</span>,
        },
        { key: 'kind', title: 'kind', rank: 3, cell: ({ kind }) => kind, sortBy: ({ kind }) => kind },
        {
          key: 'labels',
          title: 'labels',
          rank: 3,
          cell: ({ labelNames }) => <span class="mono dim">{labelNames.join(', ')}</span>,
        },
        {
          key: 'without',
          title: 'history',
          rank: 2,
          cell: ({ seriesWithoutHistory }) =>
            seriesWithoutHistory === 0 ? (
              <span class="faint">all</span>
            ) : (
              <Badge tone="warn">{formatNumber(seriesWithoutHistory)} without</Badge>
            ),
          sortBy: ({ seriesWithoutHistory }) => -seriesWithoutHistory,
        },
        {
          key: 'series',
          title: 'series',
          isNumber: true,
          cell: ({ series }) => formatNumber(series),
          sortBy: ({ series }) => series,
        },
      ]}
    />
  );
}
