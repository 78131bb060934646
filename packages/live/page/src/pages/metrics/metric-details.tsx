import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MetricRow } from '../../../../src/model/answers.js';
import { Chart } from '../../charts/chart.js';
import { HeatMap } from '../../charts/heat-map.js';
import { formatCount } from '../../format/number.js';
import { attributeTerm, termsOf } from '../../format/term.js';
import { formatOfUnit, msOfUnit } from '../../format/unit.js';
import { go, hrefTo, parameter, sharedParameters, view } from '../../state/location.js';
import { useShortcut } from '../../state/shortcuts.js';
import { useMetricHistory } from '../../state/use-metric-history.js';
import { rangeMs, timeOf } from '../../state/view.js';
import { EmptyState, Failed, Loading } from '../../widgets/empty-state.js';
import { Panel } from '../../widgets/panel.js';
import { Segmented } from '../../widgets/segmented.js';
import { ExemplarTable } from './exemplar-table.js';
import { type Aspect, aspectsOf, chartSeries, formatOfAspect } from './history-series.js';
import { SeriesTable } from './series-table.js';

const aspectTitles: Record<Aspect, string> = { rate: 'rate', value: 'value', quantiles: 'quantiles', mean: 'mean' };

/** One metric: its lines, its heat map, its series with their values as the service reports them, its exemplars. */
export function MetricDetails({ metric }: { metric: MetricRow }): VNode {
  const by = parameter('by');
  const labels = parameter('labels');
  const aspects = aspectsOf(metric);
  const aspect = aspects.find((each) => each === parameter('aspect')) ?? aspects[0] ?? 'value';
  const { last = '15m', until } = sharedParameters();
  const { answer, failure } = useMetricHistory(
    {
      service: metric.service,
      name: metric.name,
      last,
      ...(until !== undefined && { until }),
      ...(by !== '' && { by }),
      ...labelParameters(labels),
      limit: '10',
    },
    rangeMs(view.value.last),
  );
  const series = useMemo(() => (answer === null ? [] : chartSeries(answer, aspect)), [answer, aspect]);
  const close = (): void =>
    go({ parameters: { name: undefined, of: undefined, by: undefined, labels: undefined, aspect: undefined } });
  useShortcut('Escape', 'back to all metrics', close);
  const format = formatOfAspect(aspect, metric);
  const tracesOf = (fromMs: number, untilMs: number): string =>
    hrefTo({ page: 'traces', service: metric.service, ...timeOf(fromMs, untilMs), parameters: {} });
  const ms = msOfUnit(metric.unit);
  return (
    <section class="metric" aria-label={metric.name}>
      <header class="trace-head">
        <button type="button" class="quiet" onClick={close}>
          ← metrics
        </button>
        <h2 class="mono cut">{metric.name}</h2>
        <span class="trace-facts">
          <span>{metric.kind}</span>
          {metric.unit !== null && <span>in {metric.unit}</span>}
          <span>{formatCount(metric.series, 'series', 'series')}</span>
          <span>{metric.service}</span>
        </span>
      </header>
      <p class="metric-about">{metric.help === '' ? <i class="faint">It has no description.</i> : metric.help}</p>
      <div class="tools">
        {aspects.length > 1 && (
          <Segmented
            label="Show"
            value={aspect}
            choices={aspects.map((value) => ({ value, title: aspectTitles[value] }))}
            onChoose={(value) => go({ parameters: { aspect: value } })}
          />
        )}
        {metric.labelNames.length > 0 && (
          <label class="tool picker">
            <span>sum by</span>
            <select value={by} onChange={({ currentTarget }) => go({ parameters: { by: currentTarget.value } })}>
              <option value="">all labels</option>
              {metric.labelNames.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {termsOf(labels).map(({ text }) => (
          <span class="chip" key={text}>
            <span class="mono">{text}</span>
            <button
              type="button"
              aria-label={`Remove the filter ${text}`}
              onClick={() => go({ parameters: { labels: withoutTerm(labels, text) } })}
            >
              ×
            </button>
          </span>
        ))}
      </div>
      {failure !== null && <Failed problem={failure.problem} />}
      {answer === null ? (
        failure === null && <Loading />
      ) : series.length === 0 || answer.timesMs.length === 0 ? (
        <EmptyState title="No data in this time." />
      ) : (
        <>
          <Panel
            title={
              aspect === 'rate'
                ? 'Per second'
                : aspect === 'quantiles'
                  ? 'Quantiles'
                  : aspect === 'mean'
                    ? 'Mean'
                    : 'Value'
            }
            note={
              aspect === 'quantiles' && answer.series.length > 1
                ? 'of the series with the most observations'
                : undefined
            }
          >
            <Chart
              label={`${metric.name}, ${aspectTitles[aspect]}`}
              timesMs={answer.timesMs}
              series={series}
              format={format}
              height={240}
              isFilled={series.length === 1}
              startsAtZero={aspect !== 'value'}
              exemplars={aspect === 'rate' ? [] : answer.exemplars}
              tracesOf={tracesOf}
            />
          </Panel>
          {answer.heatMap !== null && (
            <Panel title="Heat map" note="observations by size, all series together">
              <HeatMap
                label={metric.name}
                timesMs={answer.timesMs}
                heatMap={answer.heatMap}
                format={formatOfUnit(metric.unit)}
                tracesOf={(fromMs, untilMs, low, high) => {
                  const range = ms === undefined ? '' : durationFilter(low, high, ms);
                  return hrefTo({
                    page: 'traces',
                    service: metric.service,
                    ...timeOf(fromMs, untilMs),
                    parameters: { filter: range },
                  });
                }}
              />
            </Panel>
          )}
          <div class="two">
            <Panel
              title="Series"
              note={
                answer.otherSeries > 0
                  ? `the largest; ${formatCount(answer.otherSeries, 'other')}`
                  : 'as the service reports them'
              }
            >
              <SeriesTable answer={answer} labels={labels} by={by} />
            </Panel>
            <Panel title="Exemplars" note="the newest">
              <ExemplarTable exemplars={answer.exemplars} format={formatOfUnit(metric.unit)} />
            </Panel>
          </div>
        </>
      )}
    </section>
  );
}

/** `key=value` terms as parameters of the API. */
function labelParameters(labels: string): Record<string, string> {
  return Object.fromEntries(
    termsOf(labels).flatMap(({ text }) => {
      const at = text.indexOf('=');
      return at < 1 ? [] : [[`label.${text.slice(0, at)}`, text.slice(at + 1)]];
    }),
  );
}

function withoutTerm(labels: string, removed: string): string {
  return termsOf(labels)
    .filter(({ text }) => text !== removed)
    .map(({ text }) => attributeTerm(text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)))
    .join(' ');
}

function durationFilter(low: number | null, high: number | null, msPerUnit: number): string {
  return [low === null ? '' : `duration>${low * msPerUnit}ms`, high === null ? '' : `duration<${high * msPerUnit}ms`]
    .join(' ')
    .trim();
}
