import type { EnvironmentRow } from '@sightline/settings/fields';
import { type PrometheusOptions, prometheusEnvironment, type ResolvedOptions, resolveOptions } from './options.js';

/** What a composition root has to know before it loads the backend. This entry loads nothing else. */
export const prometheusSettings: {
  readonly histogramNeed: 'explicit';
  readonly environment: readonly EnvironmentRow[];
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: PrometheusOptions): ResolvedOptions;
} = { histogramNeed: 'explicit', environment: prometheusEnvironment, resolve: resolveOptions };

export type { PrometheusOptions, ResolvedOptions };
