// For services that cannot change their code: `node --import @sightline/sdk/register service.js`. Everything is set by the
// environment; the OpenTelemetry instrumentations that the service has installed are switched on.

import { register as registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createObservability } from './create-observability.js';
import type { Observability } from './observability.js';
import { installedInstrumentations } from './register/installed-instrumentations.js';

const folder = process.cwd();
const { instrumentations, hook, problems } = installedInstrumentations(folder);

if (hook !== undefined) {
  try {
    registerHooks(pathToFileURL(hook).href, pathToFileURL(join(folder, '/')));
    Reflect.set(globalThis, Symbol.for('sightline.esm-hooks.v1'), true);
  } catch (error) {
    problems.push(
      `the hooks for ES modules could not be registered: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** The observability of this process; the service may import it after all. */
export const observability: Observability = createObservability({ tracing: { instrumentations } });

if (problems.length > 0) observability.log.warn({ problems }, `[sdk] Preloading: ${problems.join(' Also, ')}`);
