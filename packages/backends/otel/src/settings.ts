import type { HistogramNeed } from '@sightline/core/backend';
import { type OtlpProtocol, otlpSettings } from '@sightline/otlp';
import type { ResourceAttributes } from '@sightline/otlp/encode';
import type { PackageSettings } from '@sightline/settings/fields';
import { type OtelOptions, otelFields, type ResolvedOptions } from './options.js';

const { resolve: resolved, ...settings } = otlpSettings('metrics', 'backend-otel', 'otelBackend', otelFields);

/** What a composition root needs before it loads the backend. Loads nothing else. */
export const otelSettings: PackageSettings<OtelOptions, ResolvedOptions> & {
  /** The need of a backend with these options. */
  histogramNeed(options: OtelOptions): HistogramNeed;
  /** The address of requests. */
  target(options: OtelOptions): string;
} = {
  ...settings,
  resolve(options) {
    const { pushTimeoutMs, ...others } = resolved(options);
    return { ...others, pushTimeoutMs: Math.min(pushTimeoutMs, others.intervalMs) };
  },
  histogramNeed: ({ histograms }) => (histograms === 'exponential' ? 'native' : 'explicit'),
  target: (options) => resolved(options).url,
};

export type { OtelOptions, OtlpProtocol, ResolvedOptions, ResourceAttributes };
