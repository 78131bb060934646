import type { VNode } from 'preact';
import type { LogRow } from '../../../../src/model/answers.js';
import { attributeTerm } from '../../format/term.js';
import { formatFull, formatSeconds } from '../../format/time.js';
import { formatValue } from '../../format/value.js';
import { hrefTo } from '../../state/location.js';
import { Level } from '../../widgets/level.js';

/** The newest lines of errors; each leads to its trace, or to the line if it is of none. */
export function RecentErrors({ lines, time }: { lines: readonly LogRow[]; time: string }): VNode {
  if (lines.length === 0) return <p class="none good">✓ No errors logged in {time}.</p>;
  return (
    <ol class="error-lines">
      {lines.slice(0, 8).map((line) => (
        <li key={line.id}>
          <a href={hrefOf(line)}>
            <time title={formatFull(line.timeMs)}>{formatSeconds(line.timeMs)}</time>
            <Level level={line.level} />
            <span class="error-text">
              <bdi>{line.message}</bdi>{' '}
              <span class="dim">
                {Object.entries(line.attributes)
                  .slice(0, 4)
                  .map(([key, value]) => attributeTerm(key, formatValue(value)))
                  .join(' ')}
              </span>
            </span>
            <span class="error-where">{line.traceId === null ? 'line' : 'trace'} →</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function hrefOf({ id, traceId, spanId }: LogRow): string {
  return traceId === null
    ? hrefTo({ page: 'logs', parameters: { line: id, level: 'error' } })
    : hrefTo({ page: 'traces', parameters: { trace: traceId, span: spanId ?? undefined } });
}
