import { otlpSameSourceOptions } from '@sightline/otlp';
import type { EnvironmentRow } from '@sightline/settings';
import { type ResolvedTracingSettings, type TracingSettings, tracingEnvironment } from './sdk/fields.js';
import { reportJaegerVariables } from './sdk/jaeger-variables.js';
import { resolveTracingSettings } from './sdk/resolve-settings.js';

/** What a composition root has to know before it starts tracing. This entry loads nothing of OpenTelemetry's SDK. */
export const tracingSettings: {
  readonly environment: readonly EnvironmentRow[];
  /** Sets of options that say one thing together: of each set, code or the environment decides. */
  readonly sameSourceOptions: ReadonlyArray<readonly string[]>;
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: TracingSettings): ResolvedTracingSettings;
} = {
  environment: tracingEnvironment,
  sameSourceOptions: [...otlpSameSourceOptions, ['sampler', 'samplerArg', 'samplingRatio']],
  resolve: resolveTracingSettings,
};

export type { ResolvedTracingSettings, TracingSettings };
export { reportJaegerVariables };
