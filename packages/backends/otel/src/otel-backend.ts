import type { MetricsBackend } from '@sightline/core';
import { type DeadlineOptions, type PushLoop, pushLoop } from '@sightline/core/backend';
import { openTransport, packageVersion, retries } from '@sightline/otlp';
import { completeResource, metricsEncoder, resourceMessage } from '@sightline/otlp/encode';
import { type PointLimit, pushPoints } from './push-points.js';
import { cumulativeReader, deltaReader } from './reading.js';
import { countExports } from './self-metrics.js';
import { type OtelOptions, otelSettings } from './settings.js';

/**
 * Sends metrics over OTLP at an interval and at shutdown: http/protobuf, http/json or gRPC, cumulative or delta, explicit or
 * exponential histograms, with exemplars.
 *
 * Points that the collector did not accept are part of the next push. Points that it refused for good, or that may have arrived, are
 * counted in `sightline_otel_unaccepted_points_total`. Throws an `Error` for wrong options. `start` rejects for unreadable certificates.
 */
export function otelBackend(options: OtelOptions = {}): MetricsBackend {
  const settings = otelSettings.resolve(options);
  const encode = metricsEncoder({
    encoding: settings.protocol === 'http/json' ? 'json' : 'protobuf',
    resource: resourceMessage(completeResource(settings.resource)),
    scope: { name: '@sightline/core', version: packageVersion },
  });
  let running: { readonly loop: PushLoop; skipBackoff(): void; beginShutdown(): void; shutdown(): void } | undefined;
  return {
    name: 'otel',
    histogramNeed: otelSettings.histogramNeed(settings),

    async start({ source, selfMetrics, log, clock }) {
      // Before any wait: a delta reader sees only series that end after it was made.
      const isDelta = settings.temporality !== 'cumulative';
      const newReader = isDelta ? deltaReader : cumulativeReader;
      const reader = newReader(source, { prefersExponential: settings.histograms === 'exponential', clock });
      const counts = countExports(selfMetrics, isDelta);
      const points = settings.maxPointsPerRequest;
      const limit: PointLimit = { points, max: points };
      const opening = openTransport(settings, { signal: 'metrics', subject: 'backend-otel', clock }).then(
        (transport) => ({
          transport,
          // Cumulative totals may arrive twice. A difference must not: it would be counted twice.
          requests: retries({ transport, timeoutMs: settings.timeoutMs, clock, resends: isDelta ? [] : ['always'] }),
        }),
      );
      let isShutDown = false;

      async function push({ timeoutMs }: DeadlineOptions): Promise<void> {
        const untilMs = clock.monotonicMs() + timeoutMs;
        const { transport, requests } = await opening;
        const reading = await reader.read();
        // A collection may outlast the deadline of shutdown.
        if (isShutDown) return;
        try {
          await pushPoints(reading, {
            encode,
            send: (body) => requests.send(body, untilMs),
            limit,
            settled: (answer, size) => counts.settled(answer, size),
          });
        } finally {
          transport.releaseIdleConnections();
        }
      }

      const loop = pushLoop({
        name: 'otel',
        intervalMs: settings.intervalMs,
        timeoutMs: settings.pushTimeoutMs,
        push,
        lossDuringOutage: () => counts.lossSinceLastReport(),
        clock,
        log,
      });
      running = {
        loop,
        skipBackoff: () => void opening.then(({ requests }) => requests.skipBackoff(), ignore),
        beginShutdown: () => void opening.then(({ requests }) => requests.beginShutdown(), ignore),
        shutdown() {
          isShutDown = true;
          reader.shutdown();
          opening.then(({ transport, requests }) => {
            requests.shutdown();
            transport.shutdown();
          }, ignore);
        },
      };
      try {
        await opening;
      } catch (error) {
        running = undefined;
        reader.shutdown();
        throw error;
      }
      loop.start();
    },

    async flush(deadline) {
      // A push that waits for a retry would use up the time of this flush.
      running?.skipBackoff();
      await running?.loop.flush(deadline);
    },

    async shutdown(deadline) {
      running?.beginShutdown();
      await running?.loop.shutdown(deadline);
      running?.shutdown();
    },
  };
}

/** `start` reports the error. */
function ignore(): void {}
