import type { VNode } from 'preact';
import type { ExemplarRow } from '../../../../src/model/answers.js';
import { formatSeconds } from '../../format/time.js';
import type { Format } from '../../format/unit.js';
import { shortId } from '../../format/value.js';
import { hrefTo } from '../../state/location.js';
import { DataTable } from '../../widgets/data-table.js';

/** Observations that know their trace. */
export function ExemplarTable({ exemplars, format }: { exemplars: readonly ExemplarRow[]; format: Format }): VNode {
  if (exemplars.length === 0) return <p class="none">None: they need a sampled span while a value is recorded.</p>;
  return (
    <DataTable
      label="Exemplars"
      rows={exemplars.slice(0, 20)}
      keyOf={({ spanId, timeMs, value }) => `${spanId} ${timeMs} ${value}`}
      hrefOf={({ traceId, spanId }) => hrefTo({ page: 'traces', parameters: { trace: traceId, span: spanId } })}
      columns={[
        { key: 'trace', title: 'trace', cell: ({ traceId }) => <span class="mono">{shortId(traceId)}</span> },
        {
          key: 'time',
          title: 'time',
          rank: 2,
          cell: ({ timeMs }) => formatSeconds(timeMs),
          sortBy: ({ timeMs }) => timeMs,
        },
        {
          key: 'value',
          title: 'value',
          isNumber: true,
          cell: ({ value }) => format(value),
          sortBy: ({ value }) => value,
        },
        {
          key: 'labels',
          title: 'labels',
          isWide: true,
          rank: 3,
          cell: ({ labels }) => (
            <span class="mono dim">
              {Object.entries(labels)
                .map(([name, value]) => `${name}=${value}`)
                .join(' ')}
            </span>
          ),
        },
      ]}
    />
  );
}
