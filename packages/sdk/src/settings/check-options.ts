import { hasNamedMembers } from '@sightline/base';
import { unknownNames } from '@sightline/settings';
import { type Fields, readFields, serviceFields } from '@sightline/settings/fields';
import { backendFields, defaultFields, type ObservabilityOptions, observabilityFields } from '../options.js';
import { httpSettings } from './http-settings.js';

const { backend } = observabilityFields;
const fields: Fields = {
  ...serviceFields,
  ...backendFields,
  ...observabilityFields,
  defaults: { type: 'options', fields: { ...serviceFields, ...backendFields, backend, ...defaultFields } },
};

/**
 * What is wrong with the options of `createObservability`, but for those of backends and of the collector; and the
 * options without what is wrong, in which the rest can be looked for.
 */
export function checkOptions(options: ObservabilityOptions): { problems: string[]; usable: ObservabilityOptions } {
  const { resolved, problems } = readFields(fields, options);
  const texts = problems.map(({ text }) => text);
  if (!hasNamedMembers<object>(options)) return { problems: texts, usable: {} };
  const wrong = problems.map(({ option }) => option);
  const right = Object.entries(options).filter(([name]) => !wrong.includes(name));
  return {
    problems: [...unknownNames('createObservability', options, Object.keys(fields), belongsInMetrics), ...texts],
    // Of the defaults, those that are right.
    usable: { ...Object.fromEntries(right), defaults: resolved['defaults'] as ObservabilityOptions['defaults'] },
  };
}

/** Options that belong to the collector, not to the observability. */
function belongsInMetrics(name: string): string | undefined {
  return metricsOptionNames.includes(name) ? `It belongs in metrics: { ${name} }.` : undefined;
}

/** Options of the backend `prometheus` that are the observability's own. */
export function belongsInHttp(name: string): string | undefined {
  const isHttp = httpSettings.optionNames.includes(name);
  return isHttp ? `The server is the observability’s own: pass http: { ${name} }.` : undefined;
}

const metricsOptionNames: readonly string[] = [
  'maxSeries',
  'maxTotalSeries',
  'defaultLabels',
  'filters',
  'strict',
  'clock',
  'collectionIntervalMs',
  'collectTimeoutMs',
] satisfies ReadonlyArray<keyof NonNullable<ObservabilityOptions['metrics']>>;
