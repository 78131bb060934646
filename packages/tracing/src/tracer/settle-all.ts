import { messageOf } from '@sightline/base';

/** Waits for processors and sinks of a provider. Rejects with an `AggregateError` of what failed. */
export async function settleAll(
  action: 'forceFlush' | 'shutdown',
  processors: ((action: 'forceFlush' | 'shutdown') => Promise<readonly unknown[]>) | undefined,
  sinks: readonly FlushedSink[],
): Promise<void> {
  const deadline = { timeoutMs: FLUSH_MS };
  const [failures, reports] = await Promise.all([
    processors?.(action) ?? [],
    Promise.all(sinks.map((sink) => (action === 'shutdown' ? sink.shutdown(deadline) : sink.flush(deadline)))),
  ]);
  const undelivered = reports.reduce((sum, { dropped, pending }) => sum + dropped + pending, 0);
  const all = [...failures, ...(undelivered === 0 ? [] : [new Error(`${undelivered} spans were not delivered.`)])];
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
