import type { Log } from '@sightline/base';
import { currentContext } from '@sightline/context';
import { createTestMetrics, type TestMetrics } from '@sightline/testing/metrics';
import { createTestSpans, type TestSpans } from '@sightline/testing/spans';
import { w3cPropagator } from '@sightline/tracing/propagation';
import type { HttpObservability } from '../src/index.js';

export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly requestId: string | undefined;
}

/** Doubles of everything, and lines to wait for: a request has ended when its line is there. */
export interface Observing {
  readonly obs: HttpObservability;
  readonly metrics: TestMetrics;
  readonly spans: TestSpans;
  readonly lines: Line[];
  /** Resolves when there are at least so many lines. */
  until(count: number): Promise<void>;
}

export function observing(): Observing {
  const metrics = createTestMetrics();
  const spans = createTestSpans();
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const write =
    (level: Line['level']): Log['info'] =>
    (fields, message) => {
      lines.push({ level, fields: { ...fields }, message, requestId: currentContext()?.request_id });
      for (const each of waiting) each();
    };
  return {
    obs: {
      metrics,
      spans: spans.spans,
      propagator: w3cPropagator,
      logger: { info: write('info'), warn: write('warn'), error: write('error') },
    },
    metrics,
    spans,
    lines,
    until: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (lines.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
