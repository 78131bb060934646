import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instrumentation } from '@sightline/tracing/sdk';

export interface InstalledInstrumentations {
  readonly instrumentations: readonly Instrumentation[];
  /** The file that lets instrumentations see ES modules. */
  readonly hook: string | undefined;
  /** What could not be loaded, a sentence each. */
  readonly problems: string[];
}

/**
 * The instrumentations among the dependencies of the package in `folder`, made with their defaults: those of
 * `@opentelemetry/auto-instrumentations-node`, or every `@opentelemetry/instrumentation-…` by itself; and those that Fastify and
 * Prisma publish.
 */
export function installedInstrumentations(folder: string): InstalledInstrumentations {
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

  if (dependencies.includes(auto)) {
    load(auto, ({ getNodeAutoInstrumentations }) => (getNodeAutoInstrumentations as () => Instrumentation[])());
  } else {
    for (const name of dependencies.filter((each) => /^@opentelemetry\/instrumentation-/.test(each))) load(name, allOf);
  }
  for (const [name, options] of published) {
    if (dependencies.includes(name)) load(name, (module) => allOf(module, options));
  }
  return { instrumentations, hook: hookFrom(loaded), problems };
}

const auto = '@opentelemetry/auto-instrumentations-node';

/** By the makers of what they instrument, with the options that they need to do so without a call of the service. */
const published: ReadonlyArray<readonly [name: string, options: object | undefined]> = [
  ['@fastify/otel', { registerOnInitialization: true }],
  ['@prisma/instrumentation', undefined],
];

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
function allOf(module: Record<string, unknown>, options?: object): readonly Instrumentation[] {
  return Object.entries(module).flatMap(([name, value]) => {
    if (!name.endsWith('Instrumentation') || typeof value !== 'function') return [];
    const made: unknown = new (value as new (options?: object) => unknown)(options);
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

/** `createRequire` is not imported: bundlers would read it as theirs, and the banners that they are given declare it themselves. */
function requireFrom(path: string): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(path);
}
