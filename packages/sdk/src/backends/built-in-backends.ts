import { logSnapshotSettings } from '@sightline/backend-log-snapshot/settings';
import { prometheusSettings } from '@sightline/backend-prometheus/settings';
import type { HistogramNeed, MetricsBackend } from '@sightline/core';
import type { EnvironmentRow } from '../settings/environment-row.js';
import { httpOptionNames } from '../settings/http-settings.js';

/**
 * The backends that a name is enough for. Everything here is known at once; the backend's own code is loaded when its
 * name is chosen. Another backend is one more line.
 */
export const builtInBackends: Readonly<Record<BuiltInName, BuiltInBackend>> = {
  // Its server is ours, and with it METRICS_PORT and METRICS_HOST.
  prometheus: row({ ...prometheusSettings, environment: [] }, 'prometheus', async (options) =>
    (await import('@sightline/backend-prometheus')).prometheusBackend({ ...options, listen: false }),
  ),
  log: row(logSnapshotSettings, 'logSnapshot', async (options) =>
    (await import('@sightline/backend-log-snapshot')).logSnapshotBackend(options),
  ),
};

/** Backends of the family whose packages are still to come. */
export const backendsToCome: readonly string[] = ['otel', 'statsd'];

export type BuiltInName = 'prometheus' | 'log';
export type BackendOptionsName = 'prometheus' | 'logSnapshot';

export interface BuiltInBackend {
  readonly histogramNeed: HistogramNeed;
  /** The option of `createObservability` that holds the backend's own options. */
  readonly optionsName: BackendOptionsName;
  readonly optionNames: readonly string[];
  /** Variables that set them. */
  readonly environment: readonly EnvironmentRow[];
  /** Fills in defaults; throws for a value that cannot work. */
  resolve(options: object): object;
  load(options: object): Promise<MetricsBackend>;
}

interface BackendSettings<O> {
  readonly histogramNeed: HistogramNeed;
  readonly environment: readonly EnvironmentRow[];
  resolve(options: O): object;
}

/** Forgets the type of a backend's options: they are checked by `resolve` before `load` gets them. */
function row<O>(
  settings: BackendSettings<O>,
  optionsName: BackendOptionsName,
  load: (options: O) => Promise<MetricsBackend>,
): BuiltInBackend {
  // No backend opens a server of its own under an observability.
  const optionsOfServer: readonly string[] = ['listen', ...httpOptionNames];
  return {
    ...settings,
    optionsName,
    optionNames: Object.keys(settings.resolve({} as O)).filter((name) => !optionsOfServer.includes(name)),
    resolve: (options) => settings.resolve(options as O),
    load: (options) => load(options as O),
  };
}
