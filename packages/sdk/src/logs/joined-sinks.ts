import type { LogRecord, LogSink } from '@sightline/logger';

/** One sink for all of them. What one throws reaches the logger after the others had the record. */
export function joinedSinks(sinks: readonly LogSink[]): LogSink | undefined {
  const [first, ...others] = sinks;
  if (first === undefined || others.length === 0) return first;
  return {
    emit(record: LogRecord) {
      let failure: { readonly error: unknown } | undefined;
      for (const sink of sinks) {
        try {
          sink.emit(record);
        } catch (error) {
          failure ??= { error };
        }
      }
      if (failure !== undefined) throw failure.error;
    },
    async flush() {
      const results = await Promise.allSettled(sinks.map(async (sink) => sink.flush?.()));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
  };
}
