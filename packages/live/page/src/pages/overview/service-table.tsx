import type { VNode } from 'preact';
import type { ServiceRow } from '../../../../src/model/answers.js';
import { formatDuration } from '../../format/duration.js';
import { formatNumber } from '../../format/number.js';
import { formatFull, formatSeconds } from '../../format/time.js';
import { hrefTo } from '../../state/location.js';
import { serviceColor } from '../../state/service-color.js';
import { Badge } from '../../widgets/badge.js';
import { DataTable } from '../../widgets/data-table.js';

/** A busy process notes times that much too late: that says nothing about its clock. */
const noiseMs = 10;

/** Who has sent something. */
export function ServiceTable({ services }: { services: readonly ServiceRow[] }): VNode {
  return (
    <DataTable
      label="Services"
      rows={services}
      keyOf={({ name }) => name}
      hrefOf={({ name }) => hrefTo({ service: name })}
      columns={[
        {
          key: 'name',
          title: 'service',
          isWide: true,
          cell: ({ name, version }) => (
            <>
              <i class="swatch" style={{ background: `var(${serviceColor(name)})` }} aria-hidden="true" />
              <bdi>{name}</bdi> <span class="faint">{version ?? ''}</span>
            </>
          ),
          sortBy: ({ name }) => name,
        },
        { key: 'language', title: 'language', rank: 3, cell: ({ language }) => language ?? '–' },
        {
          key: 'instances',
          title: 'instances',
          isNumber: true,
          rank: 2,
          cell: ({ instances, restarts }) => (
            <>
              {restarts > 0 && <Badge tone="warn">{formatNumber(restarts)} restarted</Badge>} {instances}
            </>
          ),
          sortBy: ({ instances }) => instances,
        },
        {
          key: 'spans',
          title: 'spans',
          isNumber: true,
          cell: ({ spans }) => formatNumber(spans),
          sortBy: ({ spans }) => spans,
        },
        {
          key: 'lines',
          title: 'log lines',
          isNumber: true,
          cell: ({ logLines }) => formatNumber(logLines),
          sortBy: ({ logLines }) => logLines,
        },
        {
          key: 'metrics',
          title: 'metrics',
          isNumber: true,
          rank: 2,
          cell: ({ metrics }) => formatNumber(metrics),
          sortBy: ({ metrics }) => metrics,
        },
        {
          key: 'clock',
          title: 'clock',
          isNumber: true,
          rank: 3,
          cell: ({ clockAheadMs }) =>
            clockAheadMs === null || Math.abs(clockAheadMs) < noiseMs ? (
              <span class="faint">agrees</span>
            ) : (
              `${formatDuration(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? 'ahead' : 'behind'}`
            ),
        },
        {
          key: 'last',
          title: 'last seen',
          isNumber: true,
          rank: 2,
          cell: ({ lastMs }) => <time title={formatFull(lastMs)}>{formatSeconds(lastMs)}</time>,
          sortBy: ({ lastMs }) => lastMs,
        },
      ]}
    />
  );
}
