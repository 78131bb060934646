import type { VNode } from 'preact';
import type { FlowAnswer, FlowEdge } from '../../../src/model/answers.js';
import { EdgeDetails, NodeDetails } from '../flow/flow-details.js';
import { FlowGraph } from '../flow/flow-graph.js';
import { FlowTables } from '../flow/flow-tables.js';
import { serviceFlow } from '../flow/service-flow.js';
import { formatCount } from '../format/number.js';
import { about, services } from '../state/connection.js';
import { go, parameter, sharedParameters, timeWords } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { Segmented } from '../widgets/segmented.js';
import { examples } from './examples.js';
import { ViewerWelcome } from './viewer-welcome.js';

/** Services, topics and databases, and what goes between them. */
export function FlowPage(): VNode {
  const { last = '15m', until } = sharedParameters();
  const { answer, failure, isLoading } = useAnswer<FlowAnswer>('flow', { last, ...(until !== undefined && { until }) });
  const shape = parameter('as') || (isNarrow() ? 'table' : 'graph');
  const isTable = shape === 'table';
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  if (answer.nodes.length === 0) {
    if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
    return (
      <EmptyState title={`No spans in ${timeWords()}.`} code={examples.requests}>
        <p>The graph is drawn from spans: a client's and its server's, a producer's and its consumer's.</p>
      </EmptyState>
    );
  }
  const node = answer.nodes.find(({ id }) => id === parameter('node'));
  const isChosen = ({ from, to }: FlowEdge): boolean => from === parameter('from') && to === parameter('to');
  // Of the overview, which leaves topics out.
  const edge = answer.edges.find(isChosen) ?? serviceFlow(answer).edges.find(isChosen);
  const kinds = [...new Set(answer.nodes.map(({ kind }) => kind))].sort();
  return (
    <section class="page-fill" aria-label="Flow">
      <div class="tools">
        <Segmented
          label="Show as"
          value={isTable ? 'table' : 'graph'}
          choices={[
            { value: 'graph', title: 'graph' },
            { value: 'table', title: 'table' },
          ]}
          onChoose={(as) => go({ parameters: { as } })}
        />
        <span class="count">
          {formatCount(answer.nodes.length, 'node')}, {formatCount(answer.edges.length, 'edge')} of {timeWords()}
        </span>
        <span class="flow-key">
          {kinds.map((kind) => (
            <span key={kind} class={`key-${kind}`}>
              {kind === 'peer' ? 'outside' : kind}
            </span>
          ))}
          <span>rate</span>
          <b>✕ failed</b>
          <small>p95</small>
        </span>
      </div>
      <div class={`split ${node !== undefined || edge !== undefined ? 'open' : ''} ${isLoading ? 'stale' : ''}`}>
        <div class="split-main">
          {isTable ? (
            <FlowTables flow={answer} />
          ) : (
            <div class="panel">
              <FlowGraph flow={answer} />
            </div>
          )}
        </div>
        {node !== undefined && <NodeDetails node={node} flow={answer} />}
        {edge !== undefined && <EdgeDetails edge={edge} flow={answer} />}
      </div>
    </section>
  );
}

/** A graph of many nodes does not fit there: what it says is shown as a table, unless the reader wants it. */
function isNarrow(): boolean {
  return matchMedia('(max-width: 600px)').matches;
}
