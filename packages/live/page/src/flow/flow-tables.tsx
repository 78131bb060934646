import type { VNode } from 'preact';
import type { FlowAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatNumber, formatShare } from '../format/number.js';
import { hrefTo } from '../state/location.js';
import { DataTable } from '../widgets/data-table.js';
import { Panel } from '../widgets/panel.js';

/** The same as the graph, to be read line by line. */
export function FlowTables({ flow }: { flow: FlowAnswer }): VNode {
  const names = new Map(flow.nodes.map(({ id, name }) => [id, name]));
  return (
    <div class="two even">
      <Panel title="Calls and messages">
        <DataTable
          label="Calls and messages"
          rows={flow.edges}
          keyOf={({ from, to }) => `${from} ${to}`}
          hrefOf={({ from, to }) => hrefTo({ parameters: { from, to, node: undefined } })}
          columns={[
            {
              key: 'way',
              title: 'from → to',
              isWide: true,
              cell: ({ from, to }) => `${names.get(from) ?? from} → ${names.get(to) ?? to}`,
            },
            {
              key: 'rate',
              title: '/s',
              isNumber: true,
              cell: ({ perSecond }) => formatNumber(perSecond),
              sortBy: ({ perSecond }) => perSecond,
            },
            {
              key: 'p95',
              title: 'p95',
              isNumber: true,
              cell: ({ p95Ms }) => formatDuration(p95Ms),
              sortBy: ({ p95Ms }) => p95Ms,
            },
            {
              key: 'errors',
              title: 'errors',
              isNumber: true,
              cell: ({ errors, count }) =>
                errors === 0 ? (
                  <span class="faint">0</span>
                ) : (
                  <b class="bad-text">{formatShare(errors / Math.max(1, count))}</b>
                ),
              sortBy: ({ errors, count }) => errors / Math.max(1, count),
            },
          ]}
        />
      </Panel>
      <Panel title="Services, topics, databases">
        <DataTable
          label="Nodes"
          rows={flow.nodes}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => hrefTo({ parameters: { node: id, from: undefined, to: undefined } })}
          columns={[
            { key: 'name', title: 'name', isWide: true, cell: ({ name }) => name, sortBy: ({ name }) => name },
            { key: 'kind', title: 'kind', rank: 2, cell: ({ kind }) => kind, sortBy: ({ kind }) => kind },
            {
              key: 'rate',
              title: '/s',
              isNumber: true,
              cell: ({ perSecond }) => formatNumber(perSecond),
              sortBy: ({ perSecond }) => perSecond,
            },
            {
              key: 'p95',
              title: 'p95',
              isNumber: true,
              cell: ({ p95Ms }) => (p95Ms === null ? '–' : formatDuration(p95Ms)),
              sortBy: ({ p95Ms }) => p95Ms ?? 0,
            },
            {
              key: 'errors',
              title: 'errors',
              isNumber: true,
              cell: ({ errorShare }) =>
                errorShare === 0 ? <span class="faint">0</span> : <b class="bad-text">{formatShare(errorShare)}</b>,
              sortBy: ({ errorShare }) => errorShare,
            },
          ]}
        />
      </Panel>
    </div>
  );
}
