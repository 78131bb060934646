import type { HistogramNeed } from '@sightline/core/backend';
import { type OtlpProtocol, otlpDecidedTogether } from '@sightline/otlp';
import type { ResourceAttributes } from '@sightline/otlp/encode';
import type { EnvironmentRow } from '@sightline/settings/fields';
import { histogramNeedOf, type OtelOptions, otelEnvironment, type ResolvedOptions, resolveOptions } from './options.js';

/** What a composition root has to know before it loads the backend. This entry loads nothing else. */
export const otelSettings: {
  /** Of a backend with these options. */
  histogramNeed(options: OtelOptions): HistogramNeed;
  readonly environment: readonly EnvironmentRow[];
  /** Sets of options that say one thing together: a certificate is nothing without its key. */
  readonly decidedTogether: ReadonlyArray<readonly string[]>;
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: OtelOptions): ResolvedOptions;
  /** Where requests go. */
  target(options: OtelOptions): string;
} = {
  histogramNeed: histogramNeedOf,
  environment: otelEnvironment,
  decidedTogether: otlpDecidedTogether,
  resolve: resolveOptions,
  target: (options) => resolveOptions(options).url,
};

export type { OtelOptions, OtlpProtocol, ResolvedOptions, ResourceAttributes };
