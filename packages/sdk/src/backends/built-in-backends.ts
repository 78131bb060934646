import { type LogSnapshotOptions, logSnapshotSettings } from '@sightline/backend-log-snapshot/settings';
import { otelSettings } from '@sightline/backend-otel/settings';
import { prometheusSettings } from '@sightline/backend-prometheus/settings';
import { statsdSettings } from '@sightline/backend-statsd/settings';
import { publicAttributes } from '@sightline/base/secrets';
import type { MetricsBackend } from '@sightline/core';
import type { HistogramNeed } from '@sightline/core/backend';
import { resourceOf, type Service } from '@sightline/settings';
import type { PackageSettings } from '@sightline/settings/fields';
import { httpSettings } from '../settings/http-settings.js';

/**
 * The backends that a name is enough for. Everything here is known at once; the backend's own code is loaded when its
 * name is chosen. Another backend is one more line.
 */
export const builtInBackends: Readonly<Record<BuiltInName, BuiltInBackend>> = {
  // Its server is ours, and with it METRICS_PORT and METRICS_HOST.
  prometheus: row(
    { ...prometheusSettings, environment: [], without: ['listen', ...httpSettings.optionNames] },
    'prometheus',
    async (options, { service }) =>
      (await import('@sightline/backend-prometheus')).prometheusBackend({
        ...options,
        resource: { ...publicAttributes(resourceOf(service)), ...options.resource },
        listen: false,
      }),
  ),
  log: row(logSnapshotSettings, 'logSnapshot', async (options, { lines }) =>
    (await import('@sightline/backend-log-snapshot')).logSnapshotBackend({ logger: lines.logger, ...options }),
  ),
  otel: row(otelSettings, 'otel', async (options, { service }) =>
    (await import('@sightline/backend-otel')).otelBackend({
      ...options,
      resource: { ...resourceOf(service), ...options.resource },
    }),
  ),
  statsd: row(statsdSettings, 'statsd', async (options) =>
    (await import('@sightline/backend-statsd')).statsdBackend(options),
  ),
};

export type BuiltInName = 'prometheus' | 'log' | 'otel' | 'statsd';
export type BackendOptionsName = 'prometheus' | 'logSnapshot' | 'otel' | 'statsd';

export interface BuiltInBackend extends PackageSettings<object, object> {
  /** Of a backend with these options; known before it is loaded. */
  histogramNeedOf(options: object): HistogramNeed;
  /** The option of `createObservability` that holds the backend's own options. */
  readonly optionsName: BackendOptionsName;
  /** Where it sends; `undefined` if that is no address, or the options are wrong. */
  targetOf(options: object): string | undefined;
  load(options: object, setup: BuiltInSetup): Promise<MetricsBackend>;
}

export interface BuiltInSetup {
  readonly service: Service;
  readonly lines: LineTarget;
}

/** The logger that lends its destination to the backend `log`, once there is one. */
export interface LineTarget {
  logger: LogSnapshotOptions['logger'];
}

interface BackendSettings<O extends object> extends PackageSettings<O, object> {
  readonly histogramNeed: HistogramNeed | ((options: O) => HistogramNeed);
  /** Options that are none under an observability. */
  readonly without?: readonly string[];
  target?(options: O): string;
}

/** Forgets the type of a backend's options: they are checked by `resolve` before `load` gets them. */
function row<O extends object>(
  settings: BackendSettings<O>,
  optionsName: BackendOptionsName,
  load: (options: O, setup: BuiltInSetup) => Promise<MetricsBackend>,
): BuiltInBackend {
  const { histogramNeed: need, without = [] } = settings;
  return {
    ...settings,
    optionsName,
    optionNames: settings.optionNames.filter((name) => !without.includes(name)),
    histogramNeedOf: (options) => (typeof need === 'function' ? need(options as O) : need),
    targetOf(options) {
      try {
        return settings.target?.(options as O);
      } catch {
        return undefined; // reported by `resolve`
      }
    },
    load: (options, setup) => load(options as O, setup),
  };
}
