import { hasNamedMembers, isRecord } from '@sightline/base';
import { unknownNames } from '@sightline/settings';
import type { DefaultOptions, ObservabilityOptions } from '../options.js';
import { httpOptionNames } from './http-settings.js';

/**
 * What is wrong with the options of `createObservability`, but for those of backends and of the collector; and the
 * options without what is of a wrong type, in which the rest can be looked for.
 */
export function checkOptions(options: ObservabilityOptions): { problems: string[]; usable: ObservabilityOptions } {
  if (!isRecord<object>(options))
    return { problems: ['createObservability takes one object with options.'], usable: {} };
  const top = checked('createObservability', options, optionChecks);
  const { defaults } = top.usable;
  if (defaults === undefined) return top;
  const inDefaults = checked('defaults', defaults, defaultChecks);
  return {
    problems: [...top.problems, ...inDefaults.problems],
    usable: { ...top.usable, defaults: inDefaults.usable },
  };
}

type Check = readonly [isRight: (value: unknown) => boolean, expected: string];

const aText: Check = [(value) => typeof value === 'string' && value.trim() !== '', 'a text that is not empty'];
const aBoolean: Check = [(value) => typeof value === 'boolean', 'true or false'];
const anObject: Check = [hasNamedMembers, 'a plain object'];
const booleanOrObject: Check = [
  (value) => typeof value === 'boolean' || hasNamedMembers(value),
  'true, false or a plain object',
];
const aChoice: Check = [
  (value) => typeof value === 'string' || isRecord(value) || Array.isArray(value),
  'a name, a backend, or an array of these',
];
const aLog: Check = [
  (value) =>
    isRecord(value) && ['info', 'warn', 'error'].every((level) => typeof Reflect.get(value, level) === 'function'),
  'an object with info, warn and error: Sightline’s own messages go there. Options of the log backend are in logSnapshot',
];

const optionChecks: { readonly [K in keyof Required<ObservabilityOptions>]: Check } = {
  serviceName: aText,
  serviceVersion: aText,
  environment: aText,
  backend: aChoice,
  backends: anObject,
  prometheus: anObject,
  logSnapshot: anObject,
  otel: anObject,
  statsd: anObject,
  metrics: anObject,
  tracing: booleanOrObject,
  logger: [(value) => value === false || isRecord(value), 'false, an object with options, or a pino logger'],
  otlpLogs: booleanOrObject,
  openTelemetryApis: [
    (value) =>
      typeof value === 'boolean' ||
      (hasNamedMembers(value) &&
        Object.entries(value).every(
          ([name, is]) => ['metrics', 'logs'].includes(name) && (is === undefined || typeof is === 'boolean'),
        )),
    'true, false or { metrics: boolean, logs: boolean }',
  ],
  logsStart: aBoolean,
  isTestRun: aBoolean,
  processMetrics: booleanOrObject,
  http: booleanOrObject,
  defaults: anObject,
  env: anObject,
  log: aLog,
  signals: aBoolean,
  shutdownTimeoutMs: milliseconds(1),
  shutdownLingerMs: milliseconds(0),
};

const defaultChecks: { readonly [K in keyof Required<DefaultOptions>]: Check } = {
  serviceName: aText,
  serviceVersion: aText,
  environment: aText,
  backend: aChoice,
  http: anObject,
  tracing: anObject,
  logger: anObject,
  prometheus: anObject,
  logSnapshot: anObject,
  otel: anObject,
  statsd: anObject,
};

function checked<T extends object>(
  subject: string,
  options: T,
  checks: { readonly [K in keyof Required<T>]: Check },
): { problems: string[]; usable: T } {
  const usable = { ...options };
  const wrong: string[] = [];
  for (const [name, [isRight, expected]] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(options, name);
    if (value === undefined || isRight(value)) continue;
    wrong.push(`${nameOf(subject, name)} must be ${expected}.`);
    Reflect.deleteProperty(usable, name);
  }
  const hint = subject === 'createObservability' ? belongsInMetrics : undefined;
  return { problems: [...unknownNames(subject, options, Object.keys(checks), hint), ...wrong], usable };
}

function nameOf(subject: string, name: string): string {
  return subject === 'createObservability' ? name : `${subject}.${name}`;
}

/** Options that belong to the collector, not to the observability. */
function belongsInMetrics(name: string): string | undefined {
  return metricsOptionNames.includes(name) ? `It belongs in metrics: { ${name} }.` : undefined;
}

/** Options of a backend's own server, which under an observability is the observability's. */
export function belongsInHttp(name: string): string | undefined {
  const isHttp = httpOptionNames.includes(name);
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

// Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
function milliseconds(least: number): Check {
  return [
    (value) => typeof value === 'number' && value >= least && value < 2 ** 31,
    `a number of milliseconds from ${least} to 2147483647`,
  ];
}
