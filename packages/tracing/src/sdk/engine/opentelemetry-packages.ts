import { readFileSync } from 'node:fs';
import { dirname as folderOf, join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';
import { messageOf } from '@sightline/base';
import { ConfigurationError } from '@sightline/settings';
import type { SpanExporter, SpanProcessor } from '../../tracer/readable-span.js';

/** What the engine uses of OpenTelemetry's packages, and their versions. */
export interface OpenTelemetryPackages {
  readonly sdk: SdkNode;
  readonly sdkVersion: string;
  readonly OTLPTraceExporter: new (config: object) => SpanExporter;
}

/** `@opentelemetry/sdk-node`: the classes that are the same in all versions of 0.2xx. */
interface SdkNode {
  readonly tracing: {
    readonly BasicTracerProvider: new (config: object) => TracerProvider;
    readonly BatchSpanProcessor: new (exporter: SpanExporter, config: object) => SpanProcessor;
    readonly ConsoleSpanExporter: new () => SpanExporter;
  };
  readonly resources: { defaultResource(): { readonly attributes: Readonly<Record<string, unknown>> } };
}

/**
 * Loads OpenTelemetry's SDK, for this engine only. Throws a `ConfigurationError` that says what to install.
 *
 * @param places looked through in turn. Default: what this package has, then what the service has
 */
export function openTelemetryPackages(
  places: ReadonlyArray<() => NodeJS.Require> = usualPlaces,
): OpenTelemetryPackages {
  const sdk = loaded('@opentelemetry/sdk-node', places);
  const exporter = loaded('@opentelemetry/exporter-trace-otlp-http', places);
  const missing = [sdk, exporter].flatMap((each) => (each.exported === undefined ? [each.problem] : []));
  if (missing.length > 0) {
    throw new ConfigurationError(
      [
        `engine is "opentelemetry", but ${missing.join(' and ')}. Install what it runs on: npm install @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-http`,
      ],
      'tracing',
    );
  }
  const { tracing, resources } = (sdk.exported ?? {}) as Partial<SdkNode>;
  const { OTLPTraceExporter } = (exporter.exported ?? {}) as Partial<OpenTelemetryPackages>;
  if (tracing?.BasicTracerProvider === undefined || resources === undefined || OTLPTraceExporter === undefined) {
    throw new ConfigurationError(
      [
        `engine is "opentelemetry", which is for versions from 0.200 to 0.2xx of @opentelemetry/sdk-node and @opentelemetry/exporter-trace-otlp-http, but ${sdk.version} and ${exporter.version} are installed.`,
      ],
      'tracing',
    );
  }
  return { sdk: { tracing, resources }, sdkVersion: sdk.version, OTLPTraceExporter };
}

interface LoadedPackage {
  readonly exported: unknown;
  readonly version: string;
  readonly problem: string;
}

function loaded(name: string, places: ReadonlyArray<() => NodeJS.Require>): LoadedPackage {
  let problem = `${name} is not installed`;
  for (const place of places) {
    try {
      const require = place();
      const exported: unknown = require(name);
      return { exported, version: versionAt(require.resolve(name)), problem: '' };
    } catch (error) {
      const isMissing =
        Reflect.get(Object(error), 'code') === 'MODULE_NOT_FOUND' && messageOf(error).includes(`'${name}'`);
      const isNoPlace = Reflect.get(Object(error), 'code') === 'ERR_INVALID_ARG_VALUE';
      if (!isMissing && !isNoPlace) problem = `${name} cannot be loaded: ${messageOf(error).split('\n')[0]}`;
    }
  }
  return { exported: undefined, version: '', problem };
}

declare const __filename: string | undefined;

const usualPlaces: ReadonlyArray<() => NodeJS.Require> = [
  () => requireFrom(typeof __filename === 'string' ? __filename : import.meta.url),
  () => requireFrom(join(process.cwd(), 'service.js')),
  () => requireFrom(process.argv[1] ?? ''),
];

/** Nothing is imported: bundlers must not include these packages, and `startTracing` is synchronous. */
function requireFrom(file: string): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(file);
}

/** The version of the package that has the file. */
function versionAt(file: string): string {
  for (let folder = folderOf(file); folder !== folderOf(folder); folder = folderOf(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      // Its folders above have one.
    }
  }
  return 'an unknown version';
}
