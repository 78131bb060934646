import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instrumentation } from '@sightline/tracing/sdk';
import { chosenInstrumentations } from './chosen-instrumentations.js';
import { requireFrom } from './require-from.js';

export interface InstalledInstrumentations {
  readonly instrumentations: readonly Instrumentation[];
  /** The file that lets instrumentations see ES modules. */
  readonly hook: string | undefined;
  /** What could not be loaded, a sentence each. */
  readonly problems: string[];
}

/**
 * The instrumentations of OpenTelemetry among the dependencies of the package in `folder`, made with their defaults: those of
 * `@opentelemetry/auto-instrumentations-node`, or every `@opentelemetry/instrumentation-…` by itself; and those that libraries bring,
 * `@prisma/instrumentation` and `@fastify/otel`. The environment may choose among them.
 */
export function installedInstrumentations(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): InstalledInstrumentations {
  const require = requireFrom(join(folder, 'package.json'));
  const problems: string[] = [];
  const dependencies = dependenciesOf(folder, problems);
  const instrumentations: Instrumentation[] = [];
  const loaded: string[] = [];

  const load = (name: string, make: (module: Record<string, unknown>) => readonly Instrumentation[]): void => {
    try {
      instrumentations.push(...make(require(name) as Record<string, unknown>));
      loaded.push(require.resolve(name));
    } catch (error) {
      problems.push(`${name} cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : error}.`);
    }
  };

  const hasAuto = dependencies.includes(auto);
  const candidates = dependencies.filter((each) => ofLibraries.has(each) || (!hasAuto && isOfficial.test(each)));
  const chosen = chosenInstrumentations(
    candidates.filter((each) => !isReplaced(each, dependencies)),
    env,
  );
  // It reads the same variables, and knows names that are none of our candidates.
  if (hasAuto)
    load(auto, ({ getNodeAutoInstrumentations }) => (getNodeAutoInstrumentations as () => Instrumentation[])());
  else problems.push(...chosen.problems);
  for (const name of chosen.packages) load(name, (module) => allOf(module, ofLibraries.get(name)));
  return { instrumentations, hook: hookFrom(loaded), problems };
}

const auto = '@opentelemetry/auto-instrumentations-node';
const isOfficial = /^@opentelemetry\/instrumentation-/;

/** Instrumentations of libraries themselves, with what they need to observe everything. */
const ofLibraries: ReadonlyMap<string, object> = new Map([
  ['@prisma/instrumentation', {}],
  ['@fastify/otel', { registerOnInitialization: true }],
]);

/** Both would make a span of each request. */
function isReplaced(name: string, dependencies: readonly string[]): boolean {
  return name === '@opentelemetry/instrumentation-fastify' && dependencies.includes('@fastify/otel');
}

function dependenciesOf(folder: string, problems: string[]): readonly string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(Object(manifest[kind]) as object),
    );
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ENOENT') problems.push(`${folder}/package.json cannot be read.`);
    return [];
  }
}

/** Every class whose name says that it is one. */
function allOf(module: Record<string, unknown>, config: object | undefined): readonly Instrumentation[] {
  return Object.entries(module).flatMap(([name, value]) => {
    if (!name.endsWith('Instrumentation') || typeof value !== 'function') return [];
    const made: unknown = new (value as new (config?: object) => unknown)(config);
    return isInstrumentation(made) ? [made] : [];
  });
}

function isInstrumentation(value: unknown): value is Instrumentation {
  return ['setTracerProvider', 'enable', 'disable'].every(
    (method) => typeof Reflect.get(Object(value), method) === 'function',
  );
}

/** Comes with every instrumentation, and is found from there. */
function hookFrom(loaded: readonly string[]): string | undefined {
  for (const path of loaded) {
    try {
      return requireFrom(path).resolve('@opentelemetry/instrumentation/hook.mjs');
    } catch {
      // Asked of the next one; the self-check of tracing says what is missing.
    }
  }
  return undefined;
}
