import { useEffect, useState } from 'preact/hooks';
import type { MetricHistoryAnswer } from '../../../src/model/answers.js';
import type { FailedEvent, Watch } from '../../../src/model/stream.js';
import { extendedHistory } from '../charts/metric-window.js';
import { stream } from './connection.js';
import { isStill, pausedAtMs } from './pause.js';
import type { Answered } from './use-answer.js';

/** The history of a metric, extended by each new interval. `null` asks nothing: the chart is out of sight. */
export function useMetricHistory(
  parameters: Watch['parameters'] | null,
  windowMs: number,
): Answered<MetricHistoryAnswer> {
  const [shown, setShown] = useState<Shown | null>(null);
  const key = parameters === null ? null : JSON.stringify(parameters);
  const pausedMs = pausedAtMs.value;
  const isSame = shown !== null && shown.key === key;
  const isFrozen = pausedMs !== null && isSame && shown.answer !== null;

  useEffect(() => {
    if (parameters === null || key === null || isFrozen) return undefined;
    const until = pausedMs === null ? {} : { until: String(Math.round(pausedMs)) };
    const show = (next: (before: Shown | null) => Shown): void => {
      if (isStill(pausedMs)) setShown(next);
    };
    return stream.watch(
      'metrics/history',
      { ...until, ...parameters },
      {
        view: (answer, isResumed) =>
          show((before) => merged(before, key, answer as MetricHistoryAnswer, isResumed, windowMs)),
        more: (answer) => show((before) => merged(before, key, answer as MetricHistoryAnswer, true, windowMs)),
        failed: (failure) => show((before) => ({ key, answer: before?.key === key ? before.answer : null, failure })),
      },
    );
  }, [key, isFrozen, pausedMs]);

  return {
    answer: shown?.answer ?? null,
    failure: isSame ? shown.failure : null,
    isLoading: key !== null && !isSame,
  };
}

interface Shown {
  readonly key: string;
  readonly answer: MetricHistoryAnswer | null;
  readonly failure: FailedEvent | null;
}

function merged(
  before: Shown | null,
  key: string,
  answer: MetricHistoryAnswer,
  isLater: boolean,
  windowMs: number,
): Shown {
  const old = before !== null && before.key === key ? before.answer : null;
  return { key, answer: isLater && old !== null ? extendedHistory(old, answer, windowMs) : answer, failure: null };
}
