import type { Alert } from '../model/alert.js';
import type { Facts, Severity, Signal } from '../model/facts.js';
import { boundaryScenarios } from '../rule-tests/boundaries.js';
import { firingAt, MINUTE, type Scenario, scenario, silentAt, type ValueCheck } from '../rule-tests/scenario.js';
import { aloneScenario } from './alone.js';
import { percent } from './percent.js';
import { recorded } from './recorded.js';
import { errorRateRunbook, sagaFailureRunbook } from './runbook-texts.js';
import { otherJob, otherRecordings, type SignalPart } from './signal-part.js';
import { templateText } from './template-text.js';
import { type WorkPhase, workload } from './workload.js';

const FOR_SECONDS = 300;

/** HighErrorRate of a signal, or SagaFailureRate of sagas: the share of its work that fails. */
export function errorRateAlerts(facts: Facts, signal: Signal): SignalPart | undefined {
  if (signal.errors === undefined) return undefined;
  const limited = limitsOf(facts, signal).map(({ severity, limit }) => ({
    alert: errorRateAlert(facts, signal, severity, limit),
    limit,
  }));
  if (limited.length === 0) return undefined;
  return {
    alerts: limited.map(({ alert }) => alert),
    scenarios: [
      ...boundaryScenarios({
        quantity: `Share of failures of ${signal.id}`,
        alerts: limited,
        greatest: 1,
        holdsFromSeconds: MINUTE,
        labels: { service: facts.service, signal: signal.id },
        series: (failed, minutes) => [
          ...otherRecordings(facts, 'signal', signal.id, ['signal:requests:rate5m', 'signal:errors:rate5m']),
          ...workload(facts, signal, [{ minutes, perMinute: 30, failed }]),
          ...workload(
            facts,
            signal,
            [{ minutes, perMinute: 300, failed: failed > 0.5 ? 0 : 1 - failed }],
            otherJob(facts),
          ),
        ],
      }),
      ...otherScenarios(facts, signal, limited),
    ],
    alone: [
      aloneScenario(`All work of ${signal.id} fails, seen alone`, {
        alerts: limited.map(({ alert }) => alert),
        labels: { service: facts.service, signal: signal.id },
        recorded: { 'signal:requests:rate5m': '1+0x15', 'signal:errors:rate5m': '1+0x15' },
        atSeconds: 15 * MINUTE,
        value: 1,
      }),
    ],
  };
}

type Limited = ReadonlyArray<{ readonly alert: Alert; readonly limit: number }>;

function limitsOf({ limits }: Facts, { kind }: Signal): Array<{ severity: Severity; limit: number }> {
  if (kind === 'saga') return [{ severity: 'critical', limit: limits.sagaFailureRatio }];
  const { warning, high } = limits.errorRatio;
  return [
    ...(warning === undefined ? [] : [{ severity: 'warning' as const, limit: warning }]),
    ...(high === undefined ? [] : [{ severity: 'high' as const, limit: high }]),
  ];
}

function errorRateAlert(facts: Facts, signal: Signal, severity: Severity, limit: number): Alert {
  const isSaga = signal.kind === 'saga';
  const errors = recorded(facts, signal, 'signal:errors:rate5m');
  const requests = recorded(facts, signal, 'signal:requests:rate5m');
  return {
    name: isSaga ? 'SagaFailureRate' : 'HighErrorRate',
    expr: `${errors} / (${requests} > 0) > ${limit}`,
    forSeconds: FOR_SECONDS,
    severity,
    labels: { signal: signal.id },
    summary: `${templateText(signal.title)}: {{ $value | humanizePercentage }} fail`,
    description: `More than ${percent(limit)} of the work failed for 5 minutes. Share of the last 5 minutes, over all instances.`,
    dashboard: isSaga ? 'business' : 'application',
    runbook: isSaga ? sagaFailureRunbook(facts, signal) : errorRateRunbook(facts, signal),
  };
}

function otherScenarios(facts: Facts, signal: Signal, limited: Limited): Scenario[] {
  const alerts = limited.map(({ alert }) => alert);
  const { id } = signal;
  const least = Math.min(...limited.map(({ limit }) => limit));
  const most = Math.max(...limited.map(({ limit }) => limit));
  const failing = Math.min(1, most * 1.5);
  const quiet = (...times: readonly number[]) => silentAt(alerts, ...times);
  const fire = (atSeconds: number) => firingAt(alerts, { service: facts.service, signal: id }, atSeconds);
  const values = (requests: number | undefined, errors: number | undefined): ValueCheck[] =>
    Object.entries({ 'signal:requests:rate5m': requests, 'signal:errors:rate5m': errors }).map(([record, value]) => ({
      atSeconds: 10 * MINUTE,
      record,
      labels: { service: facts.service, signal: id },
      value,
    }));
  const idle: WorkPhase[] = [{ minutes: 20, perMinute: 0 }];
  const burst: WorkPhase[] = [
    { minutes: 10, perMinute: 30, failed: 1 },
    { minutes: 30, perMinute: 30 },
  ];
  const oneFailure: WorkPhase[] = [
    { minutes: 10, perMinute: 0 },
    { minutes: 1, perMinute: 1, failed: 1 },
    { minutes: 20, perMinute: 0 },
  ];
  const restarts: WorkPhase[] = [4, 3, 5, 4, 4].map((minutes) => ({
    minutes,
    perMinute: 30,
    failed: least * 0.9,
    isRestart: true,
  }));
  const downThird: WorkPhase[] = [
    { minutes: 2, perMinute: 30 },
    { minutes: 28, perMinute: 0, isDown: true },
  ];
  return [
    scenario(`No traffic of ${id}`, {
      series: workload(facts, signal, idle),
      states: quiet(6 * MINUTE, 15 * MINUTE),
    }),
    scenario(`No series of ${id}`, {
      series: workload(facts, signal, [{ minutes: 20, perMinute: 30, failed: 0.5 }], otherJob(facts)),
      states: quiet(15 * MINUTE),
      values: values(undefined, undefined),
    }),
    scenario(`Failures of ${id} not counted yet`, {
      series: [
        ...workload(facts, signal, [{ minutes: 20, perMinute: 30 }], { without: 'errors' }),
        ...workload(facts, signal, [{ minutes: 20, perMinute: 300, failed: 0.5 }], otherJob(facts)),
      ],
      states: quiet(15 * MINUTE),
      values: values(0.5, 0),
    }),
    ...(signal.errors?.relation === 'besides'
      ? [
          scenario(`Successes of ${id} not counted yet`, {
            series: [
              ...workload(facts, signal, [{ minutes: 20, perMinute: 30, failed: 1 }], { without: 'requests' }),
              ...workload(facts, signal, [{ minutes: 20, perMinute: 300 }], otherJob(facts)),
            ],
            states: fire(15 * MINUTE),
            values: values(0.5, 0.5),
          }),
        ]
      : []),
    scenario(`Failures of ${id} that are over`, {
      series: workload(facts, signal, burst),
      states: [...fire(10 * MINUTE), ...quiet(15 * MINUTE, 19 * MINUTE)],
    }),
    scenario(`One failure of ${id} in a quiet time`, {
      series: workload(facts, signal, oneFailure),
      states: quiet(...[11, 14, 15, 16, 17, 18, 20].map((minute) => minute * MINUTE)),
    }),
    scenario(`Restarts of ${id} below the limit`, {
      series: workload(facts, signal, restarts),
      states: quiet(...[8, 12, 16, 20].map((minute) => minute * MINUTE)),
    }),
    scenario(`One of three instances of ${id} is down, the others fail`, {
      series: ['a:9464', 'b:9464', 'c:9464'].flatMap((instance) =>
        workload(facts, signal, instance === 'c:9464' ? downThird : [{ minutes: 30, perMinute: 30, failed: failing }], {
          instance,
        }),
      ),
      states: fire(20 * MINUTE),
    }),
  ];
}
