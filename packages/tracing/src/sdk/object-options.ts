import { hasNamedMembers, isObject, isRecord, messageOf, valueText } from '@sightline/base';
import { checkOption } from '@sightline/settings/fields';
import { isResource } from './resource.js';

/**
 * Checks the options that hold objects, which come from other packages and from callers without types. Returns a sentence for each
 * that cannot work. Never throws.
 */
export function objectOptionProblems(options: unknown): readonly string[] {
  if (!hasNamedMembers<object>(options)) return [`The options are ${valueText(options)}: give an object, or nothing.`];
  return Object.entries(objectOptions).flatMap(([name, check]) => {
    let value: unknown;
    try {
      value = Reflect.get(options, name);
    } catch {
      return [`${name} cannot be read: give another value, or leave it out.`]; // a getter or a proxy that throws
    }
    try {
      if (value !== undefined) check(name, value);
      return [];
    } catch (error) {
      return [messageOf(error).replace(/^\[tracing\] /, '')];
    }
  });
}

/** Throws an `Error` that says what to change. */
type Check = (name: string, value: unknown) => void;

const objectOptions: Readonly<Record<string, Check>> = {
  serviceName: isString,
  serviceVersion: isString,
  environment: isString,
  resource: one(
    (value) => isResource(value) || isRecord(value),
    'give an object of attributes, or a Resource of OpenTelemetry',
  ),
  samplingRules: listOf(
    (value) => isRecord(value) && typeof value['name'] === 'string' && hasMethods(value['sampler'], 'shouldSample'),
    'give rules as { name, sampler }, such as { name: "GET /health", sampler: alwaysOff }',
  ),
  instrumentations: listOf(
    isInstrumentation,
    'give instances of OpenTelemetry instrumentations, such as [new HttpInstrumentation()]',
  ),
  spanProcessors: listOf(
    (value) => hasMethods(value, 'onStart', 'onEnd', 'forceFlush', 'shutdown'),
    'give span processors, with onStart, onEnd, forceFlush and shutdown',
  ),
  // Their names are checked with the other settings.
  exporter: one(
    (value) => !isRecord(value) || hasMethods(value, 'export', 'shutdown'),
    "give 'otlp', 'console', 'none' or a span exporter, with export and shutdown",
  ),
  sampler: one(
    (value) => !isRecord(value) || hasMethods(value, 'shouldSample'),
    'give a name, or a sampler with shouldSample',
  ),
  propagators: one(
    (value) => !isRecord(value) || hasMethods(value, 'inject', 'extract', 'fields'),
    'give names, or a propagator with inject, extract and fields',
  ),
  metrics: one((value) => hasMethods(value, 'counter'), 'give a collector of metrics, such as observability.metrics'),
  log: one((value) => hasMethods(value, 'info', 'warn', 'error'), 'give a logger with info, warn and error'),
  clock: one((value) => hasMethods(value, 'now', 'monotonicMs', 'setTimer'), 'give a clock, or leave it out'),
  env: one(isRecord, 'give an object of variables, such as process.env'),
  isGlobal: isBoolean,
  drainsAtExit: isBoolean,
};

function one(isRight: (value: unknown) => boolean, remedy: string): Check {
  return (name, value) => checkOption('tracing', isRight(value), name, value, remedy);
}

function listOf(isRight: (value: unknown) => boolean, remedy: string): Check {
  return (name, value) => {
    checkOption('tracing', Array.isArray(value), name, value, `${remedy}, in a list`);
    for (const [i, each] of (value as readonly unknown[]).entries())
      checkOption('tracing', isRight(each), `${name}[${i}]`, each, remedy);
  };
}

function isString(name: string, value: unknown): void {
  checkOption('tracing', typeof value === 'string', name, value, 'give a string');
}

function isBoolean(name: string, value: unknown): void {
  checkOption('tracing', typeof value === 'boolean', name, value, 'give true or false');
}

/** Or a list of them. */
function isInstrumentation(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isInstrumentation) : hasMethods(value, 'setTracerProvider', 'enable');
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}
