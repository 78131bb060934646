import type { MetricsBackend } from '@sightline/core';
import { type DeadlineOptions, type PushLoop, pushLoop } from '@sightline/core/backend';
import { openTransport, packageVersion, retries } from '@sightline/otlp';
import type { ExportRequest } from '@sightline/otlp/encode';
import {
  completeResource,
  exportRequest,
  jsonOf,
  metricsOf,
  protobufOf,
  resourceMessage,
} from '@sightline/otlp/encode';
import { histogramNeedOf, type OtelOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { type PointLimit, type PushPointsOptions, pushPoints } from './push-points.js';
import { cumulativeReader, deltaReader } from './reading.js';
import { countExports } from './self-metrics.js';

/**
 * Sends metrics over OTLP, at an interval and at shutdown: http/protobuf, http/json or gRPC, running totals or differences,
 * explicit or exponential histograms, with exemplars.
 *
 * What the collector did not take is part of the next push; what it refused for good or may have got is counted in
 * `sightline_otel_unaccepted_points_total`. Throws an `Error` for wrong options; `start` rejects for unreadable certificates.
 */
export function otelBackend(options: OtelOptions = {}): MetricsBackend {
  const settings = resolveOptions(options);
  const encode = encoder(settings);
  let running: { readonly loop: PushLoop; hurry(): void; endSoon(): void; close(): void } | undefined;
  return {
    name: 'otel',
    histogramNeed: histogramNeedOf(settings),

    async start({ source, selfMetrics, log, clock }) {
      // Before anything is waited for: a delta reader hears only of series that end after it was made.
      const isDelta = settings.temporality !== 'cumulative';
      const newReader = isDelta ? deltaReader : cumulativeReader;
      const reader = newReader(source, { prefersExponential: settings.histograms === 'exponential', clock });
      const counts = countExports(selfMetrics, isDelta);
      const points = settings.maxPointsPerRequest;
      const limit: PointLimit = { points, most: points };
      const opening = openTransport(settings, { signal: 'metrics', subject: 'backend-otel', clock }).then(
        (transport) => ({
          transport,
          // Running totals that arrive twice are what they are, and the next push has them too; a difference would be counted twice.
          requests: retries({ transport, timeoutMs: settings.timeoutMs, clock, resends: isDelta ? [] : ['always'] }),
        }),
      );
      let isClosed = false;

      async function push({ timeoutMs }: DeadlineOptions): Promise<void> {
        const untilMs = clock.monotonicMs() + timeoutMs;
        const { transport, requests } = await opening;
        const reading = await reader.read();
        // A round may outlast the deadline of shutdown.
        if (isClosed) return;
        try {
          await pushPoints(reading, {
            encode,
            send: (body) => requests.send(body, untilMs),
            limit,
            settled: (answer, size) => counts.settled(answer, size),
          });
        } finally {
          transport.rest();
        }
      }

      const loop = pushLoop({
        name: 'otel',
        intervalMs: settings.intervalMs,
        timeoutMs: settings.pushTimeoutMs,
        push,
        lossDuringOutage: () => counts.lossSinceLastAsked(),
        clock,
        log,
      });
      running = {
        loop,
        hurry: () => void opening.then(({ requests }) => requests.hurry(), ignore),
        endSoon: () => void opening.then(({ requests }) => requests.endSoon(), ignore),
        close() {
          isClosed = true;
          reader.close();
          opening.then(({ transport, requests }) => {
            requests.close();
            transport.close();
          }, ignore);
        },
      };
      try {
        await opening;
      } catch (error) {
        running = undefined;
        reader.close();
        throw error;
      }
      loop.start();
    },

    async flush(deadline) {
      // A push that waits to try again would take the time that this one has.
      running?.hurry();
      await running?.loop.flush(deadline);
    },

    async shutdown(deadline) {
      running?.endSoon();
      await running?.loop.stop(deadline);
      running?.close();
    },
  };
}

/** Whoever waits for `start` hears of it. */
function ignore(): void {}

function encoder({ protocol, resource }: ResolvedOptions): PushPointsOptions['encode'] {
  const write = protocol === 'http/json' ? jsonOf : protobufOf;
  const sender = resourceMessage(completeResource(resource));
  const scope = { name: '@sightline/core', version: packageVersion };
  return (reading, range) => {
    const { metrics, size } = metricsOf(reading, range);
    const request: ExportRequest = { resourceMetrics: [{ resource: sender, scopeMetrics: [{ scope, metrics }] }] };
    return { body: size === 0 ? new Uint8Array() : write(request, exportRequest), size };
  };
}
