import type { VNode } from 'preact';
import type { MetricsAnswer } from '../../../../src/model/answers.js';
import { hrefTo, sharedParameters } from '../../state/location.js';
import { useAnswer } from '../../state/use-answer.js';
import { MetricCard } from '../metrics/metric-card.js';

/** Of a service that answers no requests: the first metrics that it declared itself, which say what it is there for. */
export function OwnMetrics(): VNode | null {
  const { service } = sharedParameters();
  const { answer } = useAnswer<MetricsAnswer>('metrics', service === undefined ? {} : { service });
  const own = answer?.metrics.filter(({ name, kind }) => kind !== 'info' && !isOfProcess.test(name)) ?? [];
  if (own.length === 0) return null;
  const hasService = new Set(own.map((metric) => metric.service)).size > 1;
  return (
    <section aria-labelledby="own-metrics">
      <header class="panel-head apart">
        <h2 id="own-metrics">Metrics of its own</h2>
        <a href={hrefTo({ page: 'metrics', parameters: {} })}>all of them</a>
      </header>
      <div class="metric-cards">
        {own.slice(0, shownMetrics).map((metric) => (
          <MetricCard key={`${metric.service} ${metric.name}`} metric={metric} hasService={hasService} />
        ))}
      </div>
    </section>
  );
}

const shownMetrics = 6;
/** Metrics of any process, of its host and of what observes it. */
const isOfProcess = /^(process|nodejs|v8js|system|host|gpu|sightline|target)[._]/;
