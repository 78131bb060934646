import type { VNode } from 'preact';
import type { OperationRow } from '../../../../src/model/answers.js';
import { Spark } from '../../charts/spark.js';
import { formatDuration } from '../../format/duration.js';
import { formatNumber, formatShare } from '../../format/number.js';
import { wordTerm } from '../../format/term.js';
import { hrefTo } from '../../state/location.js';
import { DataTable } from '../../widgets/data-table.js';

/** Spans of the same name together; each leads to its traces. */
export function OperationTable({
  operations,
  hasService,
}: {
  operations: readonly OperationRow[];
  hasService: boolean;
}): VNode {
  return (
    <DataTable
      label="Operations"
      rows={operations}
      keyOf={({ service, kind, name }) => `${service} ${kind} ${name}`}
      hrefOf={({ service, name }) =>
        hrefTo({ page: 'traces', service, parameters: { filter: filterOf(name), sort: 'slowest' } })
      }
      columns={[
        {
          key: 'name',
          title: 'operation',
          isWide: true,
          cell: ({ name, kind, service }) => (
            <span class="mono" title={`${name} (${kind} span of ${service})`}>
              <bdi>{name}</bdi>
              {hasService ? <span class="faint"> {service}</span> : null}
            </span>
          ),
          sortBy: ({ name }) => name,
        },
        {
          key: 'rate',
          title: '/s',
          isNumber: true,
          cell: ({ perSecond }) => formatNumber(perSecond),
          sortBy: ({ perSecond }) => perSecond,
        },
        {
          key: 'p50',
          title: 'p50',
          isNumber: true,
          rank: 2,
          cell: ({ p50Ms }) => formatDuration(p50Ms),
          sortBy: ({ p50Ms }) => p50Ms,
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
            errors === 0 ? <span class="faint">0</span> : <b class="bad-text">{formatShare(errors / count)}</b>,
          sortBy: ({ errors, count }) => errors / Math.max(1, count),
        },
        {
          key: 'spark',
          title: 'calls',
          rank: 3,
          cell: ({ spark, errors }) => <Spark values={spark} isBad={errors > 0} />,
        },
      ]}
    />
  );
}

/** Those beyond the number of names that are counted one by one come as "other", which no span is called. */
function filterOf(name: string): string {
  return name === 'other' ? '' : wordTerm(name);
}
