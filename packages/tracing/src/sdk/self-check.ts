import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { trace } from '@opentelemetry/api';
import { registeredVersion } from './registration.js';

/** Reasons for missing traces, one sentence each. */
export type Problems = readonly string[];

/**
 * Looks for silent reasons of missing traces: several copies of OpenTelemetry's API, missing hooks for ES modules,
 * instrumentations that are enabled too late.
 */
export function selfCheck({ hasInstrumentations }: { hasInstrumentations: boolean }): Problems {
  return [...copiesProblem(), ...(hasInstrumentations ? hooksProblem() : [])];
}

/** All copies of one major version of OpenTelemetry's API share a registration, but each refuses the provider of a newer one. */
function copiesProblem(): Problems {
  const copies = loadedApiCopies();
  const registered = registeredVersion();
  const others = copies.filter(({ version }) => version !== registered);
  if (copies.length < 2 || others.length === 0) return [];
  const list = copies.map(({ version, folder }) => `${version} in ${folder}`).join(', ');
  return [
    `${copies.length} copies of @opentelemetry/api are loaded (${list}), and spans of a newer one than ${registered} are lost. Install one version for all (npm ls @opentelemetry/api).`,
  ];
}

interface ApiCopy {
  readonly version: string;
  readonly folder: string;
}

function loadedApiCopies(): readonly ApiCopy[] {
  const cache = Reflect.get(Module, '_cache') as Record<string, unknown> | undefined;
  const folders = Object.keys(cache ?? {}).flatMap(
    (path) => /^(.*[\\/]@opentelemetry[\\/]api)[\\/]build[\\/]src[\\/]index\.js$/.exec(path)?.[1] ?? [],
  );
  return [...new Set(folders)].map((folder) => {
    try {
      const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version?: unknown };
      return { folder, version: String(version) };
    } catch {
      return { folder, version: 'unknown' };
    }
  });
}

/** Marks that the hooks for ES modules are registered; the code that registers them sets it. */
export const hooksMark: symbol = Symbol.for('sightline.esm-hooks.v1');

function hooksProblem(): Problems {
  if (!isModuleProgram() || Reflect.get(globalThis, hooksMark) === true) return [];
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (/instrumentation[\\/]hook|import-in-the-middle|auto-instrumentations-node|sdk[\\/]register/.test(flags))
    return [];
  return [
    'the instrumentations cannot patch ES modules: start with `node --import @sightline/sdk/register`, or with `--experimental-loader=@opentelemetry/instrumentation/hook.mjs`.',
  ];
}

/** Whether the entry point is an ES module. */
function isModuleProgram(): boolean {
  const entry = process.argv[1];
  const cache = Reflect.get(Module, '_cache') as Record<string, unknown> | undefined;
  return entry !== undefined && cache !== undefined && cache[entry] === undefined;
}

/** Whether spans of the global tracer reach `provider`. */
export function reachesProvider(provider: unknown): boolean {
  const current = trace.getTracerProvider() as { getDelegate?: () => unknown };
  return current === provider || current.getDelegate?.() === provider;
}
