import { useEffect, useRef, useState } from 'preact/hooks';
import type { FailedEvent, Watch } from '../../../src/model/stream.js';
import { appended, emptyTail, prepended, type Tail } from '../tail/tail.js';
import { request, stream } from './connection.js';
import { isStill, newRows, pausedAtMs } from './pause.js';

export interface Tailed<Row, Answer> {
  readonly tail: Tail<Row>;
  /** Of its parameters: with another one the tail is another list. */
  readonly key: string;
  /** The newest answer whole, for its counts. */
  readonly answer: Answer | null;
  readonly failure: FailedEvent | null;
  readonly isLoading: boolean;
  /** Reads rows before the first one; resolves to how many there were. */
  readOlder(): Promise<number>;
}

export interface TailOptions<Row, Answer> {
  readonly rowsOf: (answer: Answer) => readonly Row[];
  readonly timeOf: (row: Row) => number;
  readonly maxRows: number;
  /** Adds the counts of the answer before to those of one with only what came since. */
  readonly withCounts?: (given: Answer, before: Answer) => Answer;
}

interface TailRow {
  readonly id: string;
}

/**
 * The rows of a path with a cursor, as they come. While the page is paused they are counted and kept, but not shown; another filter then
 * shows what there was at the moment of the pause.
 */
export function useTail<Row extends TailRow, Answer extends { readonly skipped: number }>(
  path: string,
  parameters: Watch['parameters'],
  { rowsOf, timeOf, maxRows, withCounts = (given) => given }: TailOptions<Row, Answer>,
): Tailed<Row, Answer> {
  const key = JSON.stringify([path, parameters]);
  const order = { maxRows, timeOf };
  const pausedMs = pausedAtMs.value;
  const live = useRef<Shown<Row, Answer>>(nothing(''));
  const [shown, setShown] = useState<Shown<Row, Answer>>(nothing(''));

  useEffect(() => {
    live.current = nothing(key);
    const show = (next: Partial<Shown<Row, Answer>>): void => {
      live.current = { ...live.current, ...next };
      if (isStill(null)) setShown(live.current);
    };
    return stream.watch(path, parameters, {
      view(answer, isResumed) {
        const given = answer as Answer;
        const rows = isResumed ? rowsOf(given) : [...rowsOf(given)].reverse();
        if (isResumed && !isStill(null)) newRows.value += rows.length + given.skipped;
        const tail = isResumed ? live.current.tail : emptyTail;
        show({
          tail: appended(tail, rows, isResumed ? given.skipped : 0, order),
          answer: isResumed && live.current.answer !== null ? withCounts(given, live.current.answer) : given,
          failure: null,
          isLoaded: true,
        });
      },
      more(answer) {
        const given = answer as Answer;
        const rows = rowsOf(given);
        if (!isStill(null)) newRows.value += rows.length + given.skipped;
        const { answer: before, tail } = live.current;
        show({
          tail: appended(tail, rows, given.skipped, order),
          answer: before === null ? given : withCounts(given, before),
        });
      },
      failed: (failure) => show({ failure, isLoaded: true }),
    });
  }, [key]);

  useEffect(() => {
    if (pausedMs === null) {
      if (live.current.isLoaded) setShown(live.current);
      return undefined;
    }
    if (shown.key === key && shown.isLoaded) return undefined;
    return stream.watch(
      path,
      'last' in parameters ? { until: String(Math.round(pausedMs)), ...parameters } : parameters,
      {
        view(answer) {
          const given = answer as Answer;
          const rows = rowsOf(given).filter((row) => timeOf(row) <= pausedMs);
          const tail = appended<Row>(emptyTail, rows.reverse(), 0, order);
          setShown({ key, tail, answer: given, failure: null, isLoaded: true });
        },
        more: () => {},
        failed: (failure) => setShown((before) => ({ ...before, key, failure, isLoaded: true })),
      },
    );
  }, [key, pausedMs]);

  async function readOlder(): Promise<number> {
    const first = shown.tail.entries.find((entry) => entry.kind === 'row');
    if (first?.kind !== 'row') return 0;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...parameters, until: String(Math.ceil(timeOf(first.row))) })) {
      for (const each of typeof value === 'string' ? [value] : value) query.append(name, each);
    }
    const { status, answer } = await request(`api/${path}?${query}`);
    if (status !== 200) return 0;
    const older = [...rowsOf(answer as Answer)].reverse();
    const extend = (before: Shown<Row, Answer>): Shown<Row, Answer> =>
      before.key === key ? { ...before, tail: prepended(before.tail, older, timeOf) } : before;
    live.current = extend(live.current);
    const known = shown.tail.entries.length;
    setShown(extend);
    return prepended(shown.tail, older, timeOf).entries.length - known;
  }

  const isSame = shown.key === key;
  return { ...shown, isLoading: !isSame || !shown.isLoaded, readOlder };
}

interface Shown<Row, Answer> {
  readonly key: string;
  readonly tail: Tail<Row>;
  readonly answer: Answer | null;
  readonly failure: FailedEvent | null;
  readonly isLoaded: boolean;
}

function nothing(key: string): Shown<never, never> {
  return { key, tail: emptyTail, answer: null, failure: null, isLoaded: false };
}
