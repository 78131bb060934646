import type { VNode } from 'preact';
import type { TraceAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount } from '../format/number.js';
import { attributeTerm } from '../format/term.js';
import { formatValue } from '../format/value.js';
import { hrefTo } from '../state/location.js';
import { Level } from '../widgets/level.js';
import { Panel } from '../widgets/panel.js';

const maxLines = 50;

/** What was logged during a trace; each line leads to the whole one. */
export function TraceLines({ trace, spanId }: { trace: TraceAnswer; spanId: string }): VNode | null {
  const { logLines, moreLogLines, traceId, startMs } = trace;
  if (logLines.length === 0) return null;
  const more = logLines.length - maxLines + moreLogLines;
  return (
    <Panel
      title="Log lines"
      class="trace-lines"
      note={formatCount(logLines.length + moreLogLines, 'line')}
      actions={<a href={hrefTo({ page: 'logs', parameters: { trace: traceId } })}>among the logs</a>}
    >
      <ol class="error-lines">
        {logLines.slice(0, maxLines).map((line) => (
          <li key={line.id} class={line.spanId === spanId ? 'selected' : undefined}>
            <a href={hrefTo({ page: 'logs', parameters: { trace: traceId, line: line.id } })}>
              <time>+{formatDuration(line.timeMs - startMs)}</time>
              <Level level={line.level} />
              <span class="error-text">
                <bdi>{line.message}</bdi>{' '}
                <span class="dim">
                  {Object.entries(line.attributes)
                    .map(([key, value]) => attributeTerm(key, formatValue(value)))
                    .join(' ')}
                </span>
              </span>
              <span class="error-where">{line.service}</span>
            </a>
          </li>
        ))}
      </ol>
      {more > 0 && <p class="faint">And {formatCount(more, 'line')} more.</p>}
    </Panel>
  );
}
