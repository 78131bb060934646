import { isRecord, safeLog } from '@sightline/base';
import { enableInstrumentations, flatInstrumentations } from '@sightline/tracing/sdk';
import { configure } from '../configure.js';
import type { Observability } from '../observability.js';
import { connectInstrumentations } from '../opentelemetry/connect-instrumentations.js';
import { providersBefore } from '../opentelemetry/register-apis.js';
import type { ObservabilityOptions } from '../options.js';
import { fixedSettings } from './fixed-settings.js';
import { joinedInstrumentations } from './joined-instrumentations.js';
import type { Preloaded, StartWith } from './preloaded.js';

/**
 * Gives the service's first `createObservability` what `register` made ready. Where that has not started, it starts with the
 * options of the code; where it has, what cannot change any more is named in one warning.
 */
export function adopt(preloaded: Preloaded, options: ObservabilityOptions, start: StartWith): Observability {
  const { observability } = preloaded;
  if (preloaded.started === undefined) {
    preloaded.begin((preset) =>
      start(isRecord(options) ? { ...preset, ...withInstrumentations(options, preloaded) } : options),
    );
  } else {
    adoptRunning(preloaded.started, options, preloaded);
  }
  preloaded.isAdopted = true;
  return observability;
}

function withInstrumentations(options: ObservabilityOptions, { instrumentations }: Preloaded): ObservabilityOptions {
  const { tracing } = options;
  if (tracing !== undefined && tracing !== true && !isRecord(tracing)) return options; // off, or wrong
  const given = isRecord(tracing) ? tracing : {};
  if (given.instrumentations !== undefined && !Array.isArray(given.instrumentations)) return options;
  return {
    ...options,
    tracing: { ...given, instrumentations: joinedInstrumentations(instrumentations, given.instrumentations ?? []) },
  };
}

function adoptRunning(
  { observability, settings }: NonNullable<Preloaded['started']>,
  options: ObservabilityOptions,
  { instrumentations }: Preloaded,
): void {
  // What is wrong throws as it does without `register`; what is wrong in the environment was logged at the start.
  const { settings: wanted } = configure(options, silentLog);
  const inCode = isRecord(options.tracing) ? (options.tracing.instrumentations ?? []) : [];
  joinedInstrumentations(instrumentations, inCode);
  const problems = [
    ...enableInstrumentations(inCode, observability.tracing.provider).problems,
    ...connectInstrumentations(flatInstrumentations(inCode), providersBefore()),
  ];
  if (problems.length > 0) safeLog(observability.log).warn({ problems }, `[sdk] ${problems.join(' Also, ')}`);
  const fixed = fixedSettings(optionsWithoutInstrumentations(options), wanted, settings);
  if (fixed.length === 0) return;
  safeLog(observability.log).warn(
    { fixed },
    `[sdk] createObservability came after what was preloaded by --import @sightline/sdk/register had started, and takes it over as it is: ${fixed.join('; ')}. Call createObservability before the first request is made or handled and before anything is awaited, or set this by environment variables.`,
  );
}

function optionsWithoutInstrumentations(options: ObservabilityOptions): ObservabilityOptions {
  if (!isRecord(options.tracing)) return options;
  const { instrumentations: _switchedOn, ...tracing } = options.tracing;
  return { ...options, tracing };
}

const silentLog = { info() {}, warn() {}, error() {} };
