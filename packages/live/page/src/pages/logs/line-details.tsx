import type { VNode } from 'preact';
import type { LogRow } from '../../../../src/model/answers.js';
import { attributeTerm } from '../../format/term.js';
import { formatClock, formatFull } from '../../format/time.js';
import { formatValue, shortId } from '../../format/value.js';
import { go, hrefTo, parameter } from '../../state/location.js';
import { AttributeList } from '../../widgets/attribute-list.js';
import { Facts } from '../../widgets/facts.js';
import { Level } from '../../widgets/level.js';
import { SidePanel } from '../../widgets/side-panel.js';

/** A log line whole. A click on a value adds it to the filter. */
export function LineDetails({ line }: { line: LogRow }): VNode {
  const filter = parameter('filter');
  return (
    <SidePanel
      label="Log line"
      title={<time title={formatFull(line.timeMs)}>{formatClock(line.timeMs)}</time>}
      note={
        <>
          <Level level={line.level} /> {line.service}
          {line.logger !== '' && ` · ${line.logger}`}
        </>
      }
      onClose={() => go({ parameters: { line: undefined } })}
    >
      <p class="message">{line.message}</p>
      {line.traceId !== null && (
        <Facts
          facts={[
            {
              name: 'trace',
              value: shortId(line.traceId),
              href: hrefTo({ page: 'traces', parameters: { trace: line.traceId, span: line.spanId ?? undefined } }),
            },
            {
              name: 'its lines',
              value: 'only these',
              href: hrefTo({ page: 'logs', parameters: { trace: line.traceId, line: line.id } }),
            },
          ]}
        />
      )}
      <h3>Attributes</h3>
      <AttributeList
        label="Attributes"
        attributes={line.attributes}
        hrefOf={(key, value) => {
          const term = attributeTerm(key, formatValue(value));
          return hrefTo({
            page: 'logs',
            parameters: { filter: filter.includes(term) ? filter : `${filter} ${term}`.trim() },
          });
        }}
      />
    </SidePanel>
  );
}
