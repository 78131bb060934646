import { useEffect, useState } from 'preact/hooks';
import type { FailedEvent, Watch } from '../../../src/model/stream.js';
import { stream } from './connection.js';
import { isStill, pausedAtMs } from './pause.js';

export interface Answered<Answer> {
  /** Stays while the answer to other parameters is on its way. */
  readonly answer: Answer | null;
  readonly failure: FailedEvent | null;
  /** Whether `answer` is not that of the parameters. */
  readonly isLoading: boolean;
}

/**
 * The newest answer of a path; `null` asks nothing. While the page is paused the answer stands still; with other parameters it is that of
 * the moment of the pause.
 */
export function useAnswer<Answer>(path: string | null, parameters: Watch['parameters']): Answered<Answer> {
  const [shown, setShown] = useState<Shown<Answer> | null>(null);
  const key = path === null ? null : JSON.stringify([path, parameters]);
  const pausedMs = pausedAtMs.value;
  const isSame = shown !== null && shown.key === key;
  const isFrozen = pausedMs !== null && isSame && shown.answer !== null;

  useEffect(() => {
    if (path === null || key === null || isFrozen) return undefined;
    const hasTime = 'last' in parameters;
    const until = pausedMs === null || !hasTime ? {} : { until: String(Math.round(pausedMs)) };
    return stream.watch(
      path,
      { ...until, ...parameters },
      {
        view(answer) {
          if (isStill(pausedMs)) setShown({ key, path, answer: answer as Answer, failure: null });
        },
        more: () => {},
        failed(failure) {
          if (!isStill(pausedMs)) return;
          setShown((before) => ({ key, path, answer: before?.key === key ? before.answer : null, failure }));
        },
      },
    );
  }, [key, isFrozen, pausedMs]);

  const isOfPath = shown !== null && shown.path === path;
  return {
    answer: isOfPath ? shown.answer : null,
    failure: isSame ? shown.failure : null,
    isLoading: key !== null && !isSame,
  };
}

interface Shown<Answer> {
  readonly key: string;
  readonly path: string;
  readonly answer: Answer | null;
  readonly failure: FailedEvent | null;
}
