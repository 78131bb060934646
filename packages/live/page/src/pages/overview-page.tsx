import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FlowAnswer, OverviewAnswer } from '../../../src/model/answers.js';
import { FlowGraph } from '../flow/flow-graph.js';
import { serviceFlow } from '../flow/service-flow.js';
import { about, services } from '../state/connection.js';
import { hrefTo, sharedParameters, timeWords, view } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { Panel } from '../widgets/panel.js';
import { examples, firstLines } from './examples.js';
import { HealthLine } from './overview/health-line.js';
import { LossTable } from './overview/loss-table.js';
import { OperationTable } from './overview/operation-table.js';
import { OverviewCards } from './overview/overview-cards.js';
import { OwnMetrics } from './overview/own-metrics.js';
import { RecentErrors } from './overview/recent-errors.js';
import { ServiceTable } from './overview/service-table.js';
import { ViewerWelcome } from './viewer-welcome.js';

/** How the service is: health, rates, errors, durations, and what was lost. */
export function OverviewPage(): VNode {
  const parameters = sharedParameters();
  const { answer, failure, isLoading } = useAnswer<OverviewAnswer>('overview', parameters);
  const { last = '', until } = parameters;
  const whole = useAnswer<FlowAnswer>('flow', until === undefined ? { last: '1m' } : { last, until }).answer;
  const flow = useMemo(() => whole && serviceFlow(whole), [whole]);
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
  const time = timeWords();
  if (isNothing(answer)) {
    return (
      <>
        <HealthLine health={answer.health} />
        <div class="panel welcome">
          <EmptyState title="Nothing has been recorded yet." code={firstLines}>
            <p>These lines fill the pages. What they record appears here at once, without reloading.</p>
          </EmptyState>
        </div>
      </>
    );
  }
  return (
    <div class={isLoading ? 'stale' : undefined}>
      <HealthLine health={answer.health} />
      <OverviewCards overview={answer} />
      {answer.requests === null && <OwnMetrics />}
      {services.value.length > 1 && view.value.service === null && (
        <Panel title="Services" note="click to see one alone">
          <div class="scroll tall">
            <ServiceTable services={services.value} />
          </div>
        </Panel>
      )}
      <div class="two">
        <Panel title="Operations" note={`by time spent, in ${time}`}>
          {answer.operations.length === 0 ? (
            <EmptyState title={`No spans in ${time}.`} code={examples.traces} />
          ) : (
            <OperationTable
              operations={answer.operations}
              hasService={view.value.service === null && services.value.length > 1}
            />
          )}
        </Panel>
        <Panel
          title="Flow"
          note={until === undefined ? 'last minute' : `in ${time}`}
          actions={<a href={hrefTo({ page: 'flow', parameters: {} })}>all of it</a>}
        >
          {flow === null ? (
            <Loading />
          ) : flow.edges.length === 0 ? (
            <p class="none">No calls between services{until === undefined && ' in the last minute'}.</p>
          ) : (
            <FlowGraph flow={flow} isSmall />
          )}
        </Panel>
      </div>
      <div class="two">
        <Panel
          title="Recent errors"
          note={`in ${time}`}
          actions={<a href={hrefTo({ page: 'logs', parameters: { level: 'error' } })}>all of them</a>}
        >
          <RecentErrors lines={answer.recentErrors} time={time} />
        </Panel>
        <Panel title="What was lost" note="since the start">
          <LossTable losses={answer.losses} />
        </Panel>
      </div>
    </div>
  );
}

/** Neither in the time shown, nor before: of a quiet service, or one with lines alone, more is known than its overview. */
function isNothing({ requests, operations, messages, eventLoop }: OverviewAnswer): boolean {
  const hasMessages = Object.values(messages).some((counted) => counted !== null && counted.total > 0);
  const hasRecords = services.value.some(({ spans, logLines, metrics }) => spans + logLines + metrics > 0);
  return !hasRecords && requests === null && operations.length === 0 && !hasMessages && eventLoop === null;
}
