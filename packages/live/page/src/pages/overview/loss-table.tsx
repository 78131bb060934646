import type { VNode } from 'preact';
import type { LossRow } from '../../../../src/model/answers.js';
import { formatNumber } from '../../format/number.js';
import { Badge } from '../../widgets/badge.js';
import { DataTable } from '../../widgets/data-table.js';

/** Everything that can be lost or left out, and how much was: zeros too, so that one knows that it is counted. */
export function LossTable({ losses }: { losses: readonly LossRow[] }): VNode {
  return (
    <DataTable
      label="What was lost"
      rows={losses}
      keyOf={({ what, reason }) => `${what} ${reason}`}
      columns={[
        { key: 'what', title: 'what', cell: ({ what }) => what },
        {
          key: 'total',
          title: 'went well',
          isNumber: true,
          rank: 2,
          cell: ({ total }) => (total === null ? '' : formatNumber(total)),
        },
        {
          key: 'lost',
          title: 'did not',
          isNumber: true,
          cell: ({ lost, reason, severity }) => (
            <span class="loss">
              <Badge tone={lost === 0 ? 'ok' : severity}>
                {lost === 0 ? '0 lost' : `${formatNumber(lost)} ${reason}`}
              </Badge>
            </span>
          ),
        },
      ]}
    />
  );
}
