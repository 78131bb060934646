import type { VNode } from 'preact';
import type { TraceAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount } from '../format/number.js';
import { attributeTerm } from '../format/term.js';
import { formatClock, formatFull } from '../format/time.js';
import { formatValue, shortId } from '../format/value.js';
import { go, hrefTo } from '../state/location.js';
import { AttributeList } from '../widgets/attribute-list.js';
import { Badge } from '../widgets/badge.js';
import { Facts } from '../widgets/facts.js';
import { SidePanel } from '../widgets/side-panel.js';
import { type SpanTree, selfTimeMs } from './span-tree.js';

/** All that is known of a span. A click on a value leads to the traces with the same. */
export function SpanDetails({
  tree,
  index,
  trace,
}: {
  tree: SpanTree;
  index: number;
  trace: TraceAnswer;
}): VNode | null {
  const span = tree.spans[index];
  if (span === undefined) return null;
  const lines = trace.logLines.filter(({ spanId }) => spanId === span.spanId).length;
  return (
    <SidePanel
      label="Span"
      title={span.name}
      note={
        <>
          {span.service} · {span.kind} span · {span.status === 'error' ? <Badge tone="bad">failed</Badge> : span.status}
          {span.isCritical && ' · on the critical path'}
        </>
      }
      onClose={() => go({ parameters: { span: undefined } })}
    >
      {span.statusMessage !== null && span.statusMessage !== '' && <p class="message bad">{span.statusMessage}</p>}
      <Facts
        facts={[
          { name: 'duration', value: formatDuration(span.durationMs) },
          { name: 'own time', value: `${formatDuration(selfTimeMs(tree, index))}, without children` },
          {
            name: 'started',
            value: (
              <time
                title={formatFull(span.startMs)}
              >{`${formatClock(span.startMs)}, +${formatDuration(span.offsetMs)}`}</time>
            ),
          },
          ...(span.correctedMs === 0 ? [] : [{ name: 'clock', value: correctionText(span.correctedMs) }]),
          ...(span.isParentMissing
            ? [{ name: 'parent', value: `${shortId(span.parentSpanId ?? '')} has not come` }]
            : []),
          {
            name: 'log lines',
            value: formatCount(lines, 'line'),
            href:
              lines === 0
                ? undefined
                : hrefTo({ page: 'logs', parameters: { trace: trace.traceId, span: span.spanId } }),
          },
        ]}
      />
      <h3>Attributes</h3>
      <AttributeList
        label="Attributes"
        attributes={span.attributes}
        hrefOf={(key, value) =>
          hrefTo({
            page: 'traces',
            parameters: { filter: attributeTerm(key, formatValue(value)), trace: undefined, span: undefined },
          })
        }
      />
      {span.events.length > 0 && <h3>Events</h3>}
      {span.events.map((event, at) => (
        <section key={at} class="event">
          <h4>
            <bdi>{event.name}</bdi> <span class="faint">+{formatDuration(event.offsetMs - span.offsetMs)}</span>
          </h4>
          <AttributeList label={`Attributes of ${event.name}`} attributes={event.attributes} />
        </section>
      ))}
      {span.links.length > 0 && <h3>Links</h3>}
      {span.links.map((link, at) => (
        <section key={at} class="event">
          <h4>
            {link.isKept ? (
              <a href={hrefTo({ page: 'traces', parameters: { trace: link.traceId, span: link.spanId } })}>
                trace {shortId(link.traceId)}
              </a>
            ) : (
              <>trace {shortId(link.traceId)}, which is not kept</>
            )}
          </h4>
          {Object.keys(link.attributes).length > 0 && (
            <AttributeList label="Attributes of the link" attributes={link.attributes} />
          )}
        </section>
      ))}
      {span.leftOut > 0 && (
        <p class="faint">
          {formatCount(span.leftOut, 'attribute, event or link was', 'attributes, events or links were')} left out.
        </p>
      )}
      <h3>From</h3>
      <Facts
        facts={[
          { name: 'span', value: span.spanId },
          { name: 'parent', value: span.parentSpanId ?? 'none' },
          { name: 'scope', value: span.scope === '' ? 'none' : span.scope },
        ]}
      />
    </SidePanel>
  );
}

function correctionText(ms: number): string {
  const why = ms > 0 ? 'began before its parent' : 'began long after the call it served';
  return `moved by ${formatDuration(ms)}: its process ${why}`;
}
