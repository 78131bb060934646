import type { Metrics } from '@sightline/core';
import type { Tracing } from '@sightline/tracing/sdk';
import type { Component } from './components.js';
import type { Configuration } from './configuration.js';
import type { HealthChecks } from './http/health.js';
import type { TelemetryServer } from './http/telemetry-server.js';
import type { StartedLive } from './live/start-live.js';
import type { EndLog } from './logs/end-log.js';
import type { StartedLogger } from './logs/start-logger.js';
import type { OpenTelemetryApis } from './opentelemetry/start-opentelemetry-apis.js';
import { metricsComponent } from './start-metrics.js';
import { spansComponent } from './start-spans.js';

export interface Running {
  readonly configuration: Configuration;
  readonly health: HealthChecks;
  readonly page: StartedLive;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly server: TelemetryServer;
  readonly log: EndLog;
  readonly apis: OpenTelemetryApis;
  readonly lines: StartedLogger;
}

/** In the order in which they are shut down: what comes in first, logs last. */
export function componentsInOrder(running: Running): readonly Component[] {
  const { configuration, health, page, tracing, metrics, server, log, apis, lines } = running;
  return [
    { name: 'intake', flush: nothing, shutdown: async () => health.beginDraining() },
    page.component,
    spansComponent(tracing),
    metricsComponent(metrics, configuration),
    {
      name: 'the HTTP server',
      flush: nothing,
      shutdown: ({ timeoutMs }) => server.shutdown({ timeoutMs: Math.min(timeoutMs, 1000) }),
    },
    { name: 'the report of what was lost', flush: nothing, shutdown: async () => log.finish() },
    { name: 'OpenTelemetry’s APIs', flush: nothing, shutdown: async () => apis.shutdown() },
    lines.component,
  ];
}

async function nothing(): Promise<void> {}
