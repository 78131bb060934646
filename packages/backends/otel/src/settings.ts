import type { HistogramNeed } from '@sightline/core/backend';
import { type OtlpProtocol, otlpSameSourceOptions } from '@sightline/otlp';
import type { ResourceAttributes } from '@sightline/otlp/encode';
import type { EnvironmentRow } from '@sightline/settings/fields';
import { histogramNeedOf, type OtelOptions, otelEnvironment, type ResolvedOptions, resolveOptions } from './options.js';

/** What a composition root needs before it loads the backend. Loads nothing else. */
export const otelSettings: {
  /** The need of a backend with these options. */
  histogramNeed(options: OtelOptions): HistogramNeed;
  readonly environment: readonly EnvironmentRow[];
  /** Sets of options that must come from one source: a certificate needs its own key. */
  readonly sameSourceOptions: ReadonlyArray<readonly string[]>;
  /** Returns every option with its default. Throws for a wrong value. */
  resolve(options: OtelOptions): ResolvedOptions;
  /** The address of requests. */
  target(options: OtelOptions): string;
} = {
  histogramNeed: histogramNeedOf,
  environment: otelEnvironment,
  sameSourceOptions: otlpSameSourceOptions,
  resolve: resolveOptions,
  target: (options) => resolveOptions(options).url,
};

export type { OtelOptions, OtlpProtocol, ResolvedOptions, ResourceAttributes };
