import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HolderRow } from '../../../../src/model/answers.js';
import { formatBytes } from '../../format/bytes.js';
import { formatNumber } from '../../format/number.js';
import { request } from '../../state/connection.js';
import { Badge } from '../../widgets/badge.js';
import { DataTable } from '../../widgets/data-table.js';
import { Panel } from '../../widgets/panel.js';

/** What holds most, and how full it is. */
export function HolderTable({
  title,
  holders,
  canLook,
}: {
  title: string;
  holders: readonly HolderRow[];
  canLook: boolean;
}): VNode {
  const most = Math.max(1, ...holders.map(({ bytes, items }) => bytes ?? items ?? 0));
  return (
    <Panel title={title}>
      {canLook && (
        <div class="tools">
          <LookButton />
          <span class="count">The service stands still for it, about a second for each 100 MB of heap.</span>
        </div>
      )}
      {holders.length === 0 ? (
        <p class="none">{canLook ? 'Not looked for yet.' : 'None.'}</p>
      ) : (
        <DataTable
          label={title}
          rows={holders}
          keyOf={({ name, detail }) => `${name} ${detail}`}
          columns={[
            {
              key: 'name',
              title: 'name',
              isWide: true,
              cell: ({ name, detail }) => (
                <span title={detail}>
                  <bdi>{name}</bdi> <span class="faint">{detail}</span>
                </span>
              ),
            },
            {
              key: 'items',
              title: 'items',
              isNumber: true,
              cell: ({ items, limit }) => {
                if (items === null) return '–';
                const isFull = limit !== null && limit > 0 && items / limit >= 0.8;
                const text = limit === null ? formatNumber(items) : `${formatNumber(items)} of ${formatNumber(limit)}`;
                return isFull ? <Badge tone={items >= limit ? 'bad' : 'warn'}>{text}</Badge> : text;
              },
              sortBy: ({ items }) => items ?? 0,
            },
            {
              key: 'bytes',
              title: 'size',
              isNumber: true,
              cell: ({ bytes }) => (bytes === null ? '–' : formatBytes(bytes)),
              sortBy: ({ bytes }) => bytes ?? 0,
            },
            {
              key: 'bar',
              title: 'share',
              rank: 3,
              cell: ({ bytes, items }) => (
                <i class="bar" style={{ width: `${((bytes ?? items ?? 0) / most) * 80}px` }} />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function LookButton(): VNode {
  const [problem, setProblem] = useState('');
  const [isLooking, setLooking] = useState(false);
  const look = async (): Promise<void> => {
    setLooking(true);
    setProblem('');
    try {
      const { status, answer } = await request('api/profiles?kind=heap', {});
      if (status >= 400)
        setProblem(
          typeof answer === 'object' && answer !== null && 'problem' in answer
            ? String(answer.problem)
            : `status ${status}`,
        );
    } catch {
      setProblem('no connection');
    } finally {
      setLooking(false);
    }
  };
  return (
    <>
      {problem !== '' && (
        <span class="failed" role="alert">
          {problem}
        </span>
      )}
      <button type="button" class="button" disabled={isLooking} onClick={() => void look()}>
        {isLooking ? 'looking …' : 'Find the largest holders of heap'}
      </button>
    </>
  );
}
