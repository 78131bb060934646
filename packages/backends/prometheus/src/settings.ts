import { type PackageSettings, serverFields, settingsOf } from '@sightline/settings/fields';
import { type PrometheusOptions, pageFields, type ResolvedOptions } from './options.js';

/** What a composition root needs before it loads the backend. Loads nothing else. */
export const prometheusSettings: PackageSettings<PrometheusOptions, ResolvedOptions> & {
  readonly histogramNeed: 'explicit';
} = {
  ...settingsOf('backend-prometheus', 'prometheusBackend', { ...pageFields, ...serverFields }),
  histogramNeed: 'explicit',
};

export type { PrometheusOptions, ResolvedOptions };
