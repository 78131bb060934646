import type { VNode } from 'preact';
import type { MetricRow, MetricsAnswer } from '../../../src/model/answers.js';
import { formatCount } from '../format/number.js';
import { about, services } from '../state/connection.js';
import { go, parameter, sharedParameters, view } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { Segmented } from '../widgets/segmented.js';
import { examples } from './examples.js';
import { MetricCard } from './metrics/metric-card.js';
import { MetricDetails } from './metrics/metric-details.js';
import { MetricTable } from './metrics/metric-table.js';
import { ViewerWelcome } from './viewer-welcome.js';

/** Every metric with its description and its last minutes, or one of them in detail. */
export function MetricsPage(): VNode {
  const { service } = sharedParameters();
  const { answer, failure } = useAnswer<MetricsAnswer>('metrics', service === undefined ? {} : { service });
  const filter = parameter('filter');
  const name = parameter('name');
  const isTable = parameter('as') === 'table';
  if (answer === null) return failure === null ? <Loading /> : <Failed problem={failure.problem} />;
  if (name !== '') {
    const metric = answer.metrics.find(
      (each) => each.name === name && (parameter('of') === '' || each.service === parameter('of')),
    );
    return metric === undefined ? <UnknownMetric name={name} /> : <MetricDetails key={keyOf(metric)} metric={metric} />;
  }
  if (answer.metrics.length === 0) {
    if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
    return <EmptyState title="No metrics yet." code={examples.metrics} />;
  }
  const shown = answer.metrics.filter((metric) => matches(metric, filter));
  const hasService = view.value.service === null && new Set(answer.metrics.map((each) => each.service)).size > 1;
  return (
    <section aria-label="Metrics">
      <div class="tools">
        <FilterInput
          label="Filter of metrics"
          value={filter}
          placeholder="part of a name, description or label"
          onChange={(next) => go({ parameters: { filter: next } }, { replace: true })}
        />
        <Segmented
          label="Show as"
          value={isTable ? 'table' : 'charts'}
          choices={[
            { value: 'charts', title: 'charts' },
            { value: 'table', title: 'list' },
          ]}
          onChoose={(as) => go({ parameters: { as: as === 'table' ? 'table' : undefined } })}
        />
        <span class="count">
          <b>{shown.length}</b> of {formatCount(answer.metrics.length, 'metric')}
        </span>
      </div>
      {shown.length === 0 && <EmptyState title="No metric matches." />}
      {isTable ? (
        <div class="panel">
          <MetricTable metrics={shown} hasService={hasService} />
        </div>
      ) : (
        <div class="metric-cards">
          {shown.map((metric) => (
            <MetricCard key={keyOf(metric)} metric={metric} hasService={hasService} />
          ))}
        </div>
      )}
    </section>
  );
}

function keyOf({ service, name, kind }: MetricRow): string {
  return `${service}\n${name}\n${kind}`;
}

/** All words somewhere in what the metric says of itself. */
function matches({ name, help, labelNames, service }: MetricRow, filter: string): boolean {
  const text = `${name} ${help} ${labelNames.join(' ')} ${service}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function UnknownMetric({ name }: { name: string }): VNode {
  return (
    <EmptyState title={`There is no metric ${name}.`}>
      <button type="button" class="button" onClick={() => go({ parameters: { name: undefined, of: undefined } })}>
        To all metrics
      </button>
    </EmptyState>
  );
}
