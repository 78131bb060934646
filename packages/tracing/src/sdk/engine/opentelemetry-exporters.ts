import { tlsFiles } from '@sightline/otlp';
import type { SpanExporter } from '../../tracer/readable-span.js';
import type { ResolvedTracingSettings } from '../fields.js';
import { withoutTracing } from '../suppressed.js';
import { withoutOtelVariables } from './hidden-variables.js';
import type { OpenTelemetryPackages } from './opentelemetry-packages.js';

export interface ExportTarget {
  readonly exporter: SpanExporter;
  /** Rejects if spans can never be sent. */
  readonly ready: Promise<void>;
}

/** The exporters that the settings name or hold; none for `none`. */
export function openTelemetryExporters(
  settings: ResolvedTracingSettings,
  packages: OpenTelemetryPackages,
): readonly ExportTarget[] {
  const { exporter } = settings;
  const all = Array.isArray(exporter) ? exporter : [exporter];
  return all.flatMap((each: 'otlp' | 'console' | 'none' | SpanExporter) => {
    if (each === 'none') return [];
    if (each === 'otlp') return [otlpTarget(settings, packages)];
    return [{ exporter: each === 'console' ? new packages.sdk.tracing.ConsoleSpanExporter() : each, ready: done }];
  });
}

const done = Promise.resolve();

function otlpTarget(settings: ResolvedTracingSettings, { OTLPTraceExporter }: OpenTelemetryPackages): ExportTarget {
  const { headers, timeoutMs, compression, maxQueueSize, maxBatchSize } = settings;
  const open = (tls: object): SpanExporter =>
    withoutOtelVariables(
      () =>
        new OTLPTraceExporter({
          url: urlOf(settings),
          headers,
          timeoutMillis: timeoutMs,
          compression,
          // A flush sends all batches of the queue at once; what exceeds the limit would be lost.
          concurrencyLimit: Math.max(30, Math.ceil(maxQueueSize / maxBatchSize) + 1),
          httpAgentOptions: { keepAlive: true, ...tls },
        }),
    );
  const readsFiles = (settings.caFile ?? settings.certFile ?? settings.keyFile) !== undefined;
  if (!readsFiles) return { exporter: open({}), ready: done };
  const opening = tlsFiles(settings, 'tracing').then(open);
  return { exporter: exporterLater(opening), ready: opening.then(() => {}) };
}

/** One that is being made: if that fails, every export fails with the same reason. */
function exporterLater(opening: Promise<SpanExporter>): SpanExporter {
  return {
    export(spans, callback) {
      opening.then(
        (exporter) => withoutTracing(() => exporter.export(spans, callback)),
        (error) => callback({ code: 1, error }), // ExportResultCode.FAILED
      );
    },
    shutdown: () =>
      opening.then(
        (exporter) => exporter.shutdown(),
        () => {},
      ),
  };
}

/** The exporter speaks JSON over HTTP: an address of gRPC is of no use to it. */
function urlOf({ protocol, url }: ResolvedTracingSettings): string {
  return protocol === 'grpc' && url === 'http://localhost:4317' ? 'http://localhost:4318/v1/traces' : url;
}
