import type { VNode } from 'preact';
import type { RuntimeProcess } from '../../../../src/model/answers.js';
import { formatBytes } from '../../format/bytes.js';
import { formatDuration } from '../../format/duration.js';
import { formatShare } from '../../format/number.js';
import { formatFull, formatSeconds } from '../../format/time.js';
import { hrefTo } from '../../state/location.js';
import { Badge } from '../../widgets/badge.js';
import { DataTable } from '../../widgets/data-table.js';

/** What runs now, and what ran: the newest first. */
export function ProcessTable({ processes }: { processes: readonly RuntimeProcess[] }): VNode {
  const sorted = [...processes].sort((a, b) => Number(a.hasEnded) - Number(b.hasEnded) || newest(b) - newest(a));
  return (
    <DataTable
      label="Processes"
      rows={sorted}
      keyOf={({ service, instance, pid }) => `${service} ${instance} ${pid}`}
      hrefOf={({ service }) => hrefTo({ service })}
      columns={[
        {
          key: 'state',
          title: 'state',
          cell: ({ hasEnded, lastMs }) =>
            hasEnded ? (
              <span class="faint">ended{lastMs === null ? '' : ` ${formatSeconds(lastMs)}`}</span>
            ) : (
              <Badge tone="ok">running</Badge>
            ),
          sortBy: ({ hasEnded }) => Number(hasEnded),
        },
        {
          key: 'started',
          title: 'started',
          rank: 2,
          cell: ({ startedMs }) =>
            startedMs === null ? '–' : <time title={formatFull(startedMs)}>{formatSeconds(startedMs)}</time>,
          sortBy: ({ startedMs }) => startedMs ?? 0,
        },
        {
          key: 'service',
          title: 'service',
          isWide: true,
          cell: ({ services, instance }) => <span title={instance ?? ''}>{services.join(', ')}</span>,
          sortBy: ({ service }) => service,
        },
        { key: 'pid', title: 'pid', isNumber: true, rank: 2, cell: ({ pid }) => pid ?? '–' },
        {
          key: 'version',
          title: 'runtime',
          rank: 3,
          cell: ({ versions }) =>
            Object.entries(versions)
              .slice(0, 1)
              .map(([name, version]) => `${name} ${version}`),
        },
        {
          key: 'resident',
          title: 'resident',
          isNumber: true,
          cell: ({ residentBytes }) => (residentBytes === null ? '–' : formatBytes(residentBytes)),
          sortBy: ({ residentBytes }) => residentBytes ?? 0,
        },
        {
          key: 'heap',
          title: 'heap',
          isNumber: true,
          rank: 2,
          cell: ({ heapUsedBytes }) => (heapUsedBytes === null ? '–' : formatBytes(heapUsedBytes)),
          sortBy: ({ heapUsedBytes }) => heapUsedBytes ?? 0,
        },
        {
          key: 'delay',
          title: 'delay p99',
          isNumber: true,
          cell: ({ eventLoopDelayP99Ms: ms }) => (ms === null ? '–' : formatDuration(ms)),
          sortBy: ({ eventLoopDelayP99Ms: ms }) => ms ?? 0,
        },
        {
          key: 'load',
          title: 'load',
          isNumber: true,
          cell: ({ eventLoopUtilization: share }) => (share === null ? '–' : formatShare(share)),
          sortBy: ({ eventLoopUtilization: share }) => share ?? 0,
        },
      ]}
    />
  );
}

function newest({ hasEnded, startedMs, lastMs }: RuntimeProcess): number {
  return (hasEnded ? lastMs : startedMs) ?? 0;
}
