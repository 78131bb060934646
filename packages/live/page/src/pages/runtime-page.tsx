import type { VNode } from 'preact';
import type { RuntimeAnswer, RuntimeProcess } from '../../../src/model/answers.js';
import { Chart } from '../charts/chart.js';
import { formatBytes } from '../format/bytes.js';
import { formatDuration } from '../format/duration.js';
import { formatNumber, formatShare } from '../format/number.js';
import { formatFull } from '../format/time.js';
import type { Format } from '../format/unit.js';
import { about, serverNow, services } from '../state/connection.js';
import { sharedParameters, view } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { Facts } from '../widgets/facts.js';
import { Panel } from '../widgets/panel.js';
import { examples } from './examples.js';
import { HolderTable } from './runtime/holder-table.js';
import { ProcessTable } from './runtime/process-table.js';
import { Profiles } from './runtime/profiles.js';
import { ViewerWelcome } from './viewer-welcome.js';

const charts: ReadonlyArray<{
  readonly title: string;
  readonly lines: ReadonlyArray<readonly [name: string, title: string, color: string]>;
  readonly format: Format;
}> = [
  {
    title: 'Memory',
    lines: [
      ['residentBytes', 'resident', '--s1'],
      ['heapTotalBytes', 'heap, reserved', '--s5'],
      ['heapUsedBytes', 'heap, used', '--s2'],
      ['externalBytes', 'external', '--s3'],
    ],
    format: formatBytes,
  },
  { title: 'Event loop delay, p99', lines: [['eventLoopDelayP99Ms', 'delay', '--s3']], format: formatDuration },
  {
    title: 'Load',
    lines: [
      ['eventLoopUtilization', 'event loop', '--s1'],
      ['cpuShare', 'CPU, of one core', '--s2'],
    ],
    format: formatShare,
  },
  { title: 'Garbage collection, per second', lines: [['gcMsPerSecond', 'time', '--s4']], format: formatDuration },
  { title: 'Handles', lines: [['handles', 'handles', '--s5']], format: formatNumber },
];

/** The process: memory, event loop, garbage collection, handles, versions, and what holds most. */
export function RuntimePage(): VNode {
  const { answer, failure, isLoading } = useAnswer<RuntimeAnswer>('runtime', sharedParameters());
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  const drawn = charts
    .map((chart) => ({
      ...chart,
      lines: chart.lines.filter(([name]) => answer.series.values[name]?.some((value) => value !== null)),
    }))
    .filter(({ lines }) => lines.length > 0);
  if (answer.processes.length === 0 && drawn.length === 0) {
    if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
    return <EmptyState title="No service sends metrics of its process." code={examples.runtime} />;
  }
  const [only] = answer.processes.length === 1 ? answer.processes : [];
  const isOneOfMany = about.value?.kind === 'viewer' && view.value.service === null && answer.processes.length > 1;
  return (
    <section class={isLoading ? 'stale' : undefined} aria-label="Runtime">
      {answer.processes.length > 1 && (
        <Panel title="Processes">
          <ProcessTable processes={answer.processes} />
        </Panel>
      )}
      {isOneOfMany && (
        <p class="count apart">The charts are of all services together. Choose one above to see it alone.</p>
      )}
      <div class="charts">
        {drawn.map(({ title, lines, format }) => (
          <Panel key={title} title={title}>
            <Chart
              label={title}
              timesMs={answer.series.timesMs}
              series={lines.map(([name, line]) => ({ name: line, values: answer.series.values[name] ?? [] }))}
              colors={lines.map(([, , color]) => color)}
              format={format}
              height={150}
              isFilled={lines.length === 1}
            />
          </Panel>
        ))}
        {only !== undefined && <ProcessFacts process={only} />}
      </div>
      {about.value?.canProfile === true && <Profiles />}
      {(answer.heapHolders.length > 0 || answer.queues.length > 0 || about.value?.kind === 'embedded') && (
        <div class="two even">
          <HolderTable
            title="Largest holders of heap"
            holders={answer.heapHolders}
            canLook={about.value?.canProfile === true}
          />
          <HolderTable title="Largest queues" holders={answer.queues} canLook={false} />
        </div>
      )}
    </section>
  );
}

function ProcessFacts({ process }: { process: RuntimeProcess }): VNode {
  const { services, hasEnded, pid, startedMs, versions, heapUsedBytes, heapLimitBytes, handles } = process;
  return (
    <Panel title="Process" note={`${services.join(', ')}${hasEnded ? ', ended' : ''}`}>
      <Facts
        facts={[
          ...(pid === null ? [] : [{ name: 'pid', value: String(pid) }]),
          ...(startedMs === null
            ? []
            : [
                {
                  name: 'up',
                  value: (
                    <span title={formatFull(startedMs)}>{formatDuration(Math.max(0, serverNow() - startedMs))}</span>
                  ),
                },
              ]),
          ...(heapUsedBytes === null || heapLimitBytes === null
            ? []
            : [{ name: 'heap', value: `${formatBytes(heapUsedBytes)} of at most ${formatBytes(heapLimitBytes)}` }]),
          ...Object.entries(versions).map(([name, value]) => ({ name, value })),
          ...Object.entries(handles ?? {}).map(([name, count]) => ({
            name: `handles: ${name}`,
            value: formatNumber(count),
          })),
        ]}
      />
    </Panel>
  );
}
