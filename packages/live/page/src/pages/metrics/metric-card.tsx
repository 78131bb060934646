import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { MetricHistoryAnswer, MetricRow } from '../../../../src/model/answers.js';
import { Chart } from '../../charts/chart.js';
import { useInSight } from '../../charts/use-in-sight.js';
import { formatOfUnit } from '../../format/unit.js';
import { hrefTo, sharedParameters, view } from '../../state/location.js';
import { useMetricHistory } from '../../state/use-metric-history.js';
import { rangeMs, timeOf } from '../../state/view.js';
import { Facts } from '../../widgets/facts.js';
import { aspectsOf, chartSeries, formatOfAspect, newestText } from './history-series.js';

/** A metric as a chart, asked for only while it is in sight. */
export function MetricCard({ metric, hasService }: { metric: MetricRow; hasService: boolean }): VNode {
  const place = useRef<HTMLElement>(null);
  const isInSight = useInSight(place);
  const { last, until } = sharedParameters();
  const { answer, failure } = useMetricHistory(
    isInSight
      ? {
          service: metric.service,
          name: metric.name,
          last: last ?? '15m',
          ...(until !== undefined && { until }),
          limit: '5',
        }
      : null,
    rangeMs(view.value.last),
  );
  const [aspect = 'value'] = aspectsOf(metric);
  const series = useMemo(() => (answer === null ? [] : chartSeries(answer, aspect)), [answer, aspect]);
  const more = answer === null ? 0 : answer.otherSeries;
  return (
    <section ref={place} class="panel metric-card">
      <header class="panel-head">
        <h2 class="mono cut">
          <a
            href={hrefTo({ page: 'metrics', parameters: { name: metric.name, of: metric.service } })}
            title={metric.name}
          >
            {metric.name}
          </a>
        </h2>
        <span class="note">
          {answer === null || metric.kind === 'info' ? metric.kind : newestText(answer, formatOfUnit(metric.unit))}
        </span>
      </header>
      <p class="metric-help" title={metric.help}>
        {hasService && (
          <b>
            <bdi>{metric.service}</bdi> ·{' '}
          </b>
        )}
        {metric.help === '' ? <i class="faint">no description</i> : <bdi>{metric.help}</bdi>}
      </p>
      {answer === null ? (
        <div class="chart-place none">{failure?.problem}</div>
      ) : metric.kind === 'info' ? (
        <InfoText answer={answer} />
      ) : series.length === 0 || answer.timesMs.length === 0 ? (
        <div class="chart-place none">
          {metric.seriesWithoutHistory > 0 ? 'no history is kept: too many series' : 'no data'}
        </div>
      ) : (
        <Chart
          label={metric.name}
          timesMs={answer.timesMs}
          series={series}
          format={formatOfAspect(aspect, metric)}
          height={120}
          startsAtZero={aspect !== 'value'}
          isFilled={series.length === 1}
          hasTable={false}
          exemplars={answer.exemplars}
          tracesOf={(fromMs, untilMs) =>
            hrefTo({ page: 'traces', service: metric.service, ...timeOf(fromMs, untilMs), parameters: {} })
          }
        />
      )}
      {more > 0 && (
        <p class="metric-more">
          <a href={hrefTo({ page: 'metrics', parameters: { name: metric.name, of: metric.service } })}>
            {more} more series
          </a>
        </p>
      )}
    </section>
  );
}

/** What an info metric says is in its labels; its value is always 1. */
function InfoText({ answer }: { answer: MetricHistoryAnswer }): VNode {
  return (
    <Facts
      label={answer.metric.name}
      facts={answer.series.flatMap(({ labels }) => Object.entries(labels).map(([name, value]) => ({ name, value })))}
    />
  );
}
