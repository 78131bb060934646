import type { VNode } from 'preact';
import type { TopicStatistics } from '../../../../src/model/message.js';
import { formatNumber } from '../../format/number.js';
import { formatSeconds } from '../../format/time.js';
import { hrefTo } from '../../state/location.js';
import { DataTable } from '../../widgets/data-table.js';
import { Panel } from '../../widgets/panel.js';

/** The types of a topic; a click shows only one, or all again. */
export function TypeTable({ statistics, type }: { statistics: TopicStatistics; type: string }): VNode {
  return (
    <Panel title="Types" note={`${statistics.types.length} of ${statistics.topic}`} class="types">
      <DataTable
        label={`Types of ${statistics.topic}`}
        rows={statistics.types}
        keyOf={(row) => row.type}
        hrefOf={(row) => hrefTo({ parameters: { type: row.type === type ? undefined : row.type } })}
        isSelected={(row) => row.type === type}
        columns={[
          {
            key: 'type',
            title: 'type',
            isWide: true,
            cell: (row) => <span class="mono">{row.type}</span>,
            sortBy: (row) => row.type,
          },
          {
            key: 'rate',
            title: '/s',
            isNumber: true,
            cell: ({ perSecond }) => formatNumber(perSecond),
            sortBy: ({ perSecond }) => perSecond,
          },
          {
            key: 'all',
            title: 'in all',
            isNumber: true,
            cell: ({ published }) => formatNumber(published),
            sortBy: ({ published }) => published,
          },
          {
            key: 'last',
            title: 'last',
            isNumber: true,
            rank: 3,
            cell: ({ lastMs }) => formatSeconds(lastMs),
            sortBy: ({ lastMs }) => lastMs,
          },
        ]}
      />
    </Panel>
  );
}
