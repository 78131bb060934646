import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '@sightline/base';
import { type Answer, reasonOf, type Transport } from '@sightline/otlp';
import { withoutTracing } from './suppressed.js';

/**
 * Any exporter of OpenTelemetry behind our queue. It says only success or failure, and retries or hides what it likes: a failure
 * counts as refused, since it may have been tried several times already, and one that never answers as unconfirmed.
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
          () => end({ kind: 'unknown', reason: `the exporter did not answer within ${timeoutMs} ms` }),
          timeoutMs,
        );
        timer.unref();
        endAll.push(abandon);
        const refused = (error: unknown): Answer => ({ kind: 'refused', reason: reasonOf(error), isTooLarge: false });
        try {
          withoutTracing(() =>
            exporter.export([...spans], ({ code, error }) => {
              const isSuccess = code === 0; // ExportResultCode.SUCCESS
              end(isSuccess ? { kind: 'accepted', rejected: 0, message: '' } : refused(error ?? 'no reason given'));
            }),
          );
        } catch (error) {
          end(refused(error));
        }
      });
    },
    releaseIdleConnections() {},
    shutdown() {
      for (const abandon of endAll) abandon();
      // Not waited for: with a dead peer it may take long, or reject.
      void Promise.resolve()
        .then(() => exporter.shutdown())
        .catch(() => {});
    },
  };
}
