import { type Clock, messageOf } from '@sightline/base';
import { within } from './within.js';

/** Waits for processors and sinks of a provider, 30 s at most. Rejects with an `AggregateError` of what failed. */
export async function settleAll(
  action: 'forceFlush' | 'shutdown',
  processors: ((action: 'forceFlush' | 'shutdown') => Promise<readonly unknown[]>) | undefined,
  sinks: readonly FlushedSink[],
  clock: Clock,
): Promise<void> {
  const deadline = { timeoutMs: FLUSH_MS };
  const [failures, reports] = await Promise.all([
    processors === undefined ? [] : within(processors(action), FLUSH_MS, clock),
    Promise.all(sinks.map((sink) => (action === 'shutdown' ? sink.shutdown(deadline) : sink.flush(deadline)))),
  ]);
  const undelivered = reports.reduce((sum, { dropped, pending }) => sum + dropped + pending, 0);
  const late = new Error(`a span processor did not end it within ${FLUSH_MS} ms`);
  const all = [
    ...(failures ?? [late]),
    ...(undelivered === 0 ? [] : [new Error(`${undelivered} spans were not delivered.`)]),
  ];
  if (all.length > 0)
    throw new AggregateError(all, `[tracing] ${action}: ${all.map((each) => messageOf(each)).join('; ')}`);
}

/** Where ended spans wait. */
export interface FlushedSink {
  /** Never rejects. */
  flush(deadline: { readonly timeoutMs: number }): Promise<SinkReport>;
  /** Never rejects. */
  shutdown(deadline: { readonly timeoutMs: number }): Promise<SinkReport>;
}

/** Spans that were lost, and spans that still wait. */
interface SinkReport {
  readonly dropped: number;
  readonly pending: number;
}

const FLUSH_MS = 30_000;
