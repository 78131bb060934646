import type { EnvironmentRow } from '@sightline/settings/fields';
import { type PrometheusOptions, prometheusEnvironment, type ResolvedOptions, resolveOptions } from './options.js';

/** What a composition root needs before it loads the backend. Loads nothing else. */
export const prometheusSettings: {
  readonly histogramNeed: 'explicit';
  readonly environment: readonly EnvironmentRow[];
  /** Returns every option with its default. Throws for a wrong value. */
  resolve(options: PrometheusOptions): ResolvedOptions;
} = { histogramNeed: 'explicit', environment: prometheusEnvironment, resolve: resolveOptions };

export type { PrometheusOptions, ResolvedOptions };
