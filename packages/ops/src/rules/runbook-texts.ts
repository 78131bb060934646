import type { RunbookQuery, RunbookText } from '../model/alert.js';
import type { DurationFact, Facts, Signal } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { scoped } from './signal-rates.js';

/** Page of HighErrorRate. */
export function errorRateRunbook(facts: Facts, signal: Signal): RunbookText {
  return {
    symptom: 'A part of the work fails: callers get errors, or events are lost.',
    causes: [
      'A dependency (database, broker, other service) fails or is slow.',
      'A release changed behaviour: compare the start of the errors with the last deploy.',
      'Callers send what the service refuses.',
    ],
    actions: [
      'Find out which kind of error it is, with the query below and the error lines of the log.',
      'If it began with a deploy, roll back.',
      'If a dependency fails, follow its own alert first.',
    ],
    queries: [...kindsOfErrors(facts, signal), errorLines(facts)],
  };
}

/** Page of SagaFailureRate. */
export function sagaFailureRunbook(facts: Facts, signal: Signal): RunbookText {
  return {
    symptom: 'Business processes end without their result; some may be compensated only in part.',
    causes: [
      'A step of the saga fails: its command is refused, or its service is down.',
      'A compensation fails, which leaves work half done.',
    ],
    actions: [
      'Find the saga type and its outcome with the query below.',
      'Open the trace of one failed saga and find its first failed step.',
      'List sagas whose compensation failed and mend their data by hand, after the cause is gone.',
    ],
    queries: [...kindsOfErrors(facts, signal), errorLines(facts)],
  };
}

/** Page of SlowResponse. */
export function slowResponseRunbook(facts: Facts, { by }: Signal, duration: DurationFact): RunbookText {
  const buckets = scoped(facts, { metric: `${duration.histogram}_bucket`, matchers: duration.matchers });
  const labels = by === undefined ? 'le' : `le, ${by}`;
  return {
    symptom: 'Users wait.',
    causes: [
      'A dependency is slow: database, other service, file system.',
      'The event loop is blocked, or the CPU is saturated.',
      'More work arrives than the instances can do.',
    ],
    actions: [
      'Find the slow kind of work with the query below, and open the trace of one exemplar.',
      'Compare with the database and infrastructure dashboards.',
      'If load rose, add instances.',
    ],
    queries: [
      {
        title: '95th percentile of the duration',
        language: 'promql',
        expr: `histogram_quantile(0.95, sum by (${labels}) (rate(${buckets}[5m])))`,
      },
    ],
  };
}

/** Page of LongRunningTask. */
export function longRunningRunbook(facts: Facts, { duration, active }: Signal): RunbookText {
  const part = (suffix: string) =>
    `sum by (instance) (rate(${scoped(facts, { metric: `${duration?.histogram}${suffix}`, matchers: duration?.matchers ?? [] })}[1h]))`;
  return {
    symptom: 'Results arrive late; later tasks may wait.',
    causes: ['The input grew.', 'A dependency is slow.', 'The instance lacks CPU or memory.'],
    actions: [
      'Compare the duration by instance with the query below.',
      'Open the trace of a long task and find where its time goes.',
    ],
    queries: [
      { title: 'Mean duration by instance', language: 'promql', expr: `${part('_sum')} / (${part('_count')} > 0)` },
      ...(active === undefined
        ? []
        : [{ title: 'In progress', language: 'promql' as const, expr: scoped(facts, active) }]),
    ],
  };
}

/** Error lines of the service, in every layout of its logger, and as OTLP carries them. */
export function errorLines(facts: Facts): RunbookQuery {
  const lines = series({ metric: '', matchers: [equal('service_name', facts.service)] });
  const levels =
    'level=~"50|60|ERROR|CRITICAL" or log_level=~"error|critical" or detected_level=~"error|critical|fatal"';
  return { title: 'Error lines', language: 'logql', expr: `${lines} | json | ${levels}` };
}

function kindsOfErrors(facts: Facts, { errors }: Signal): RunbookQuery[] {
  if (errors === undefined) return [];
  const by = errors.by === undefined ? 'instance' : `${errors.by}, instance`;
  return [
    {
      title: 'Failures per second by kind',
      language: 'promql',
      expr: `sum by (${by}) (rate(${scoped(facts, errors.selector)}[5m]))`,
    },
  ];
}
