import type { Clock } from '@sightline/base';
import { type Answer, reasonOf, type Transport } from '@sightline/otlp';
import type { ReadableSpan, SpanExporter } from '../tracer/readable-span.js';
import { settled } from '../tracer/settled.js';
import { optionOf } from '../untrusted-values.js';
import { withoutTracing } from './suppressed.js';

/**
 * Adapts an exporter of OpenTelemetry to our queue. An exporter reports only success or failure, and may retry by itself: a
 * failure counts as refused, because the exporter may have retried already; no answer counts as unconfirmed.
 */
export function exporterTransport(exporter: SpanExporter, clock: Clock): Transport<readonly ReadableSpan[]> {
  let endAll: Array<() => void> = [];
  return {
    send(spans, timeoutMs) {
      return new Promise<Answer>((resolve) => {
        const end = (answer: Answer): void => {
          timer.cancel();
          endAll = endAll.filter((each) => each !== abandon);
          resolve(answer);
        };
        const abandon = (): void => end({ kind: 'unknown', reason: 'the exporter was shut down before it answered' });
        const timer = clock.setTimer(
          () => end({ kind: 'unknown', reason: `the exporter did not answer within ${Math.round(timeoutMs)} ms` }),
          timeoutMs,
        );
        timer.unref();
        endAll.push(abandon);
        const refused = (error: unknown): Answer => ({ kind: 'refused', reason: reasonOf(error), isTooLarge: false });
        try {
          withoutTracing(() =>
            settled(
              exporter.export([...spans], (result) => {
                const isSuccess = optionOf(result, 'code') === 0; // ExportResultCode.SUCCESS
                const reason = optionOf(result, 'error') ?? 'no reason given';
                end(isSuccess ? { kind: 'accepted', rejected: 0, message: '' } : refused(reason));
              }),
              (error) => end(refused(error)),
            ),
          );
        } catch (error) {
          end(refused(error));
        }
      });
    },
    releaseIdleConnections() {},
    shutdown() {
      for (const abandon of endAll) abandon();
      // Not awaited: with a dead peer it may take long, or reject.
      void Promise.resolve()
        .then(() => exporter.shutdown())
        .catch(() => {});
    },
  };
}
