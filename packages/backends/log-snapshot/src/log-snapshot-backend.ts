import type { MetricsBackend } from '@sightline/core';
import { deltas, type PushLoop, pushLoop } from '@sightline/core/backend';
import { emfDocuments } from './emf-documents.js';
import { lineWriter } from './line-writer.js';
import { type LogSnapshotOptions, logSnapshotSettings } from './settings.js';
import { type LineWindow, snapshotLine } from './snapshot-line.js';
import { writtenFamilies } from './written-families.js';

/**
 * Writes what happened in each window as one structured log line (`msg: "metrics"`), or as CloudWatch embedded metric format.
 * Nothing is logged per event. The last, partial window is written on shutdown.
 *
 * The next line includes what could not be written. Throws an `Error` for wrong options.
 */
export function logSnapshotBackend(options: LogSnapshotOptions = {}): MetricsBackend {
  const settings = logSnapshotSettings.resolve(options);
  const isWritten = writtenFamilies(settings);
  let running: { readonly loop: PushLoop; shutdown(): void } | undefined;
  return {
    name: 'log',
    histogramNeed: 'quantiles',

    start({ source, selfMetrics, log, clock }) {
      const failures = selfMetrics.counter('sightline_log_failures_total', {
        help: 'Windows that could not be written to the log. A later line includes them.',
      });
      const lost = selfMetrics.counter('sightline_log_lost_values_total', {
        help: 'Values left out of the log because CloudWatch would refuse them.',
      });
      const writer = lineWriter(settings.logger);
      const reader = deltas(source, { includeUnchanged: true, clock });
      let isShutDown = false;

      async function push(): Promise<void> {
        const batch = await reader.collect();
        // A collection may outlast the deadline of shutdown.
        if (isShutDown) return;
        const { timeMs, elapsedMs } = batch;
        try {
          if (settings.layout === 'emf') {
            const { documents, lostValues } = emfDocuments(batch.families, { timeMs, elapsedMs }, settings, isWritten);
            for (const { fields, points } of documents) {
              writer.write(fields);
              for (const range of points) batch.commit(range);
            }
            if (lostValues > 0) lost.inc(lostValues);
          } else {
            const families = batch.families.filter(isWritten);
            const window: LineWindow = { families, elapsedMs, cumulative: source.snapshot() };
            writer.write({ metrics: snapshotLine(window, settings.keys) });
          }
          batch.commit();
          const error = writer.takeError();
          if (error !== undefined) throw error;
        } catch (error) {
          failures.inc();
          throw error;
        }
      }

      const loop = pushLoop({ name: 'log', intervalMs: settings.intervalMs, push, clock, log });
      running = {
        loop,
        shutdown() {
          isShutDown = true;
          reader.shutdown();
        },
      };
      loop.start();
    },

    async flush(deadline) {
      await running?.loop.flush(deadline);
    },

    async shutdown(deadline) {
      await running?.loop.shutdown(deadline);
      running?.shutdown();
    },
  };
}
