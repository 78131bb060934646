import type { TextMapPropagator } from '@opentelemetry/api';
import { resolveOtlpOptions } from '@sightline/otlp';
import { checkOption, resolveFields } from '@sightline/settings/fields';
import { exportFields, queueFields, type ResolvedTracingSettings, type TracingSettings } from './fields.js';

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveTracingSettings(options: TracingSettings): ResolvedTracingSettings {
  const transport = resolveOtlpOptions(options, 'traces', subject);
  const exporting = resolveFields(subject, exportFields, options);
  const queue = resolveFields(subject, queueFields, options);
  const { exporter, sampler, samplerArg, propagators } = exporting;
  if (typeof exporter === 'string') oneOf('exporter', exporter, wordsOf(exportFields.exporter));
  if (typeof sampler === 'string') checkSampler(sampler, samplerArg);
  if (isList(propagators)) for (const name of propagators) oneOf('propagators', name, propagatorNames);
  const { maxQueueSize, maxBatchSize = Math.min(512, maxQueueSize) } = queue;
  const fits = maxBatchSize <= maxQueueSize;
  checkOption(subject, fits, 'maxBatchSize', maxBatchSize, `give at most maxQueueSize, which is ${maxQueueSize}`);
  return { ...transport, ...exporting, ...queue, maxBatchSize };
}

const subject = 'tracing';

export const propagatorNames: readonly string[] = wordsOf(exportFields.propagators);

export function isList(value: readonly string[] | TextMapPropagator): value is readonly string[] {
  return Array.isArray(value);
}

function checkSampler(name: string, arg: number | undefined): void {
  oneOf('sampler', name, wordsOf(exportFields.sampler));
  if (arg === undefined) return;
  const isShare = name.endsWith('ratio');
  if (isShare) checkOption(subject, arg >= 0 && arg <= 1, 'samplerArg', arg, 'give a number from 0 to 1');
  if (name.endsWith('adaptive')) checkOption(subject, arg > 0, 'samplerArg', arg, 'give a number of traces above 0');
}

/** What the variable of a field may be is what the option may be. */
function wordsOf({
  variables,
}: {
  readonly variables: Readonly<Record<string, { readonly words: object }>>;
}): string[] {
  return Object.values(variables).flatMap(({ words }) => Object.keys(words));
}

function oneOf(option: string, value: unknown, allowed: readonly string[]): void {
  const isRight = allowed.some((each) => each === value);
  checkOption(subject, isRight, option, value, `give ${allowed.map((each) => `'${each}'`).join(', ')}`);
}
