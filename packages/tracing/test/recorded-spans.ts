import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export interface RecordedSpans {
  /** Ended spans, in the order of their ends. */
  all(): ReadableSpan[];
  named(name: string): ReadableSpan;
}

/** Registers OpenTelemetry's SDK for the tests of a file, and keeps the spans of one test at a time. */
export function recordedSpans(): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  beforeEach(() => exporter.reset());
  afterAll(() => {
    context.disable();
    trace.disable();
  });
  const all = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    all,
    named(name) {
      const found = all().filter((span) => span.name === name);
      const [span] = found;
      if (span === undefined || found.length > 1) {
        throw new Error(`${found.length} spans are called "${name}": ${all().map((each) => each.name)}`);
      }
      return span;
    },
  };
}
