import type { Alert } from '../model/alert.js';
import type { Facts, Slo } from '../model/facts.js';
import { boundTexts } from '../promql/selectors.js';
import { MINUTE, type Scenario, scenario, silentAt, type ValueCheck } from '../rule-tests/scenario.js';
import { otherJob } from './signal-part.js';
import { enough, type SloPhase, sloSeries } from './slo-workload.js';

/** What the recorded rates of an objective are, when counters are missing, instances restart, scrapes are late, and work ends. */
export function recordedScenarios(facts: Facts, slo: Slo, alerts: readonly Alert[]): Scenario[] {
  const work = (minutes: number, perMinute: number, more: Partial<SloPhase> = {}): SloPhase => ({
    minutes,
    perMinute,
    bad: 0.25,
    ...more,
  });
  const written = slo.within === undefined ? [] : boundTexts(slo.within);
  const forms = written.length > 1 ? written : [undefined];
  return [
    ...(slo.within === undefined ? missingCounters(facts, slo, alerts) : []),
    ...forms.map((le) =>
      scenario(
        `Rates of two instances of ${slo.id}, one of which restarts${le === undefined ? '' : `, with le="${le}"`}`,
        {
          series: [
            ...sloSeries(facts, slo, [work(15, 60)], le === undefined ? {} : { le }),
            ...sloSeries(facts, slo, [work(5, 30), work(10, 30, { isRestart: true })], {
              ...(le === undefined ? {} : { le }),
              instance: 'b:9464',
            }),
            ...sloSeries(facts, slo, [work(15, 1000)], { ...otherJob(facts), ...(le === undefined ? {} : { le }) }),
          ],
          values: recordedValues(facts, slo, 8 * MINUTE, 1.5, 0.25),
        },
      ),
    ),
    scenario(`Rates of ${slo.id} when two of three scrapes fail`, {
      series: sloSeries(facts, slo, [work(18, 60, { everyMinutes: 3 })]),
      values: recordedValues(facts, slo, 15 * MINUTE, 1, 0.25),
    }),
    scenario(`Rates of ${slo.id} after its work`, {
      series: sloSeries(facts, slo, [work(20, 60), work(10, 0)]),
      values: recordedValues(facts, slo, 26 * MINUTE, 0, 0.25),
    }),
  ];
}

/** The recorded rates of an objective, of which a share is bad. */
export function recordedValues(
  facts: Facts,
  slo: Slo,
  atSeconds: number,
  perSecond: number | undefined,
  bad: number,
): ValueCheck[] {
  const labels = { service: facts.service, slo: slo.id };
  return [
    { atSeconds, record: 'slo:total:rate5m', labels, value: perSecond },
    { atSeconds, record: 'slo:bad:rate5m', labels, value: perSecond && perSecond * bad },
  ];
}

function missingCounters(facts: Facts, slo: Slo, alerts: readonly Alert[]): Scenario[] {
  const perMinute = enough(slo);
  const others = sloSeries(facts, slo, [{ minutes: 30, perMinute: 60, bad: 0.5 }], otherJob(facts));
  return [
    scenario(`Failures of ${slo.id} not counted yet`, {
      series: [...sloSeries(facts, slo, [{ minutes: 30, perMinute }], { without: 'errors' }), ...others],
      states: silentAt(alerts, 28 * MINUTE),
      values: recordedValues(facts, slo, 10 * MINUTE, perMinute / 60, 0),
    }),
    ...(slo.signal.errors?.relation === 'besides'
      ? [
          scenario(`Successes of ${slo.id} not counted yet`, {
            series: [
              ...sloSeries(facts, slo, [{ minutes: 30, perMinute, bad: 1 }], { without: 'requests' }),
              ...others,
            ],
            values: recordedValues(facts, slo, 10 * MINUTE, perMinute / 60, 1),
          }),
        ]
      : []),
  ];
}
