import type { VNode } from 'preact';
import type { FlowAnswer, FlowEdge, FlowNode, OperationsAnswer } from '../../../src/model/answers.js';
import { formatDuration } from '../format/duration.js';
import { formatCount, formatShare } from '../format/number.js';
import { attributeTerm, wordTerm } from '../format/term.js';
import { formatRate } from '../format/unit.js';
import { shortId } from '../format/value.js';
import { go, hrefTo, sharedParameters } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { type Fact, Facts } from '../widgets/facts.js';
import { SidePanel } from '../widgets/side-panel.js';

const close = (): void => go({ parameters: { node: undefined, from: undefined, to: undefined } });

/** A node: its numbers, its operations, and the ways to its traces and messages. */
export function NodeDetails({ node, flow }: { node: FlowNode; flow: FlowAnswer }): VNode {
  const { last = '15m', until } = sharedParameters();
  const isService = node.kind === 'service';
  const operations = useAnswer<OperationsAnswer>(isService ? 'operations' : null, {
    service: node.name,
    last,
    ...(until !== undefined && { until }),
    limit: '8',
  }).answer;
  const names = new Map(flow.nodes.map(({ id, name }) => [id, name]));
  const ways = (edges: readonly FlowEdge[], end: 'from' | 'to'): Fact[] =>
    edges.map((edge) => ({
      name: names.get(edge[end]) ?? edge[end],
      value: formatRate(edge.perSecond),
      href: hrefTo({ parameters: { from: edge.from, to: edge.to, node: undefined } }),
    }));
  const callers = flow.edges.filter(({ to }) => to === node.id);
  const called = flow.edges.filter(({ from }) => from === node.id);
  return (
    <SidePanel label="Node" title={node.name} note={node.kind} onClose={close}>
      <Facts
        facts={[
          { name: 'rate', value: formatRate(node.perSecond) },
          { name: 'p95', value: node.p95Ms === null ? 'not known' : formatDuration(node.p95Ms) },
          {
            name: 'failed',
            value: node.errorShare === 0 ? 'none' : <b class="bad-text">{formatShare(node.errorShare)}</b>,
          },
        ]}
      />
      <p class="ways">
        {isService && (
          <>
            <a href={hrefTo({ page: 'traces', service: node.name, parameters: {} })}>traces</a>
            <a href={hrefTo({ page: 'traces', service: node.name, parameters: { filter: 'status=error' } })}>
              failed traces
            </a>
            <a href={hrefTo({ page: 'logs', service: node.name, parameters: {} })}>logs</a>
            <a href={hrefTo({ page: 'messages', parameters: { source: node.name } })}>messages</a>
          </>
        )}
        {node.kind === 'topic' && (
          <a href={hrefTo({ page: 'messages', parameters: { filter: node.name } })}>messages</a>
        )}
        {node.kind === 'topic' && (
          <a
            href={hrefTo({
              page: 'traces',
              parameters: { filter: attributeTerm('messaging.destination.name', node.name) },
            })}
          >
            traces
          </a>
        )}
        {node.kind === 'database' && <a href={hrefTo({ page: 'database', parameters: {} })}>queries</a>}
        {/* What it was called by is in attributes of several names, or only a part of one. */}
        {node.kind === 'peer' && callers[0] !== undefined && (
          <a href={hrefTo({ page: 'traces', parameters: { trace: callers[0].traceId } })}>newest trace</a>
        )}
      </p>
      {operations !== null && operations.operations.length > 0 && (
        <>
          <h3>Operations</h3>
          <Facts
            label="Operations"
            facts={operations.operations.map(({ name, service, kind, perSecond, p95Ms, errors }) => ({
              name: `${name}${kind === 'internal' ? '' : ` (${kind})`}`,
              value: `${formatRate(perSecond)}, p95 ${formatDuration(p95Ms)}${errors > 0 ? `, ✕ ${errors}` : ''}`,
              href: hrefTo({ page: 'traces', service, parameters: { filter: wordTerm(name), sort: 'slowest' } }),
            }))}
          />
        </>
      )}
      {callers.length > 0 && <h3>Called by</h3>}
      {callers.length > 0 && <Facts label="Called by" facts={ways(callers, 'from')} />}
      {called.length > 0 && <h3>Calls</h3>}
      {called.length > 0 && <Facts label="Calls" facts={ways(called, 'to')} />}
    </SidePanel>
  );
}

/** An edge: its numbers and a trace that went this way. */
export function EdgeDetails({ edge, flow }: { edge: FlowEdge; flow: FlowAnswer }): VNode {
  const nodeOf = (id: string): FlowNode | undefined => flow.nodes.find((node) => node.id === id);
  const [from, to] = [nodeOf(edge.from), nodeOf(edge.to)];
  const service = from?.kind === 'service' ? from.name : to?.kind === 'service' ? to.name : null;
  const topic = [from, to].find((node) => node?.kind === 'topic');
  return (
    <SidePanel
      label="Edge"
      title={`${from?.name ?? edge.from} → ${to?.name ?? edge.to}`}
      note={formatCount(edge.count, 'call')}
      onClose={close}
    >
      <Facts
        facts={[
          { name: 'rate', value: formatRate(edge.perSecond) },
          { name: 'p95', value: formatDuration(edge.p95Ms) },
          {
            name: 'failed',
            value:
              edge.errors === 0 ? (
                'none'
              ) : (
                <b class="bad-text">{`${edge.errors}, ${formatShare(edge.errors / Math.max(1, edge.count))}`}</b>
              ),
          },
          {
            name: 'newest trace',
            value: shortId(edge.traceId),
            href: hrefTo({ page: 'traces', parameters: { trace: edge.traceId } }),
          },
        ]}
      />
      <p class="ways">
        {service !== null && <a href={hrefTo({ page: 'traces', service, parameters: {} })}>traces of {service}</a>}
        {service !== null && edge.errors > 0 && (
          <a href={hrefTo({ page: 'traces', service, parameters: { filter: 'status=error' } })}>failed traces</a>
        )}
        {topic !== undefined && <a href={hrefTo({ page: 'messages', parameters: { filter: topic.name } })}>messages</a>}
        {to?.kind === 'database' && <a href={hrefTo({ page: 'database', parameters: {} })}>queries</a>}
      </p>
    </SidePanel>
  );
}
