import type { Log } from '@sightline/base';
import type { Metrics } from '@sightline/core';
import type { DeliveryStats } from '@sightline/otlp';
import type { Tracing } from '@sightline/tracing/sdk';
import type { ExplainedSection } from '../explanation.js';
import type { HealthChecks } from '../http/health.js';
import type { OtlpLogSink } from '../logs/otlp-log-sink.js';
import type { LiveSources } from './start-live.js';

export interface Watched {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly health: HealthChecks;
  readonly otlp: OtlpLogSink | undefined;
  readonly log: Log;
  /** Masked. */
  sections(): readonly ExplainedSection[];
}

/** What the page asks the observability for. */
export function liveSources({ metrics, tracing, health, otlp, log, sections }: Watched): LiveSources {
  const deliveries: ReadonlyArray<readonly [what: string, stats: () => DeliveryStats]> = [
    ['spans', () => tracing.stats()],
    ...(otlp === undefined ? [] : [['log records sent', () => otlp.stats()] as const]),
  ];
  return {
    metrics,
    spans: tracing.spans,
    log,
    async health() {
      const { isDraining, isReady, checks } = await health.report();
      return {
        status: isDraining ? 'draining' : isReady ? 'ready' : 'not ready',
        checks: checks.map(({ name, failure = null }) => ({ name, failure })),
      };
    },
    settings: () => ({ sections: sections() }),
    sampledOut: () => tracing.sampledOut,
    losses: () => deliveries.flatMap(([what, stats]) => lossesOf(what, stats())),
    queues: () =>
      deliveries.map(([what, stats]) => ({
        name: what,
        items: stats().pending,
        bytes: null,
        limit: null,
        detail: 'not yet confirmed by the collector',
      })),
    sendRecord: otlp && ((fields, scope) => otlp.send(fields, scope)),
  };
}

function lossesOf(what: string, { exported, dropped, lost }: DeliveryStats): ReturnType<LiveSources['losses']> {
  if (dropped === 0) return [{ what, total: exported, lost: 0, reason: 'confirmed by the collector', severity: 'ok' }];
  return Object.entries(lost)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({
      what,
      total: exported,
      lost: count,
      reason: reason.replaceAll('_', ' '),
      severity: 'bad',
    }));
}
