// For services that cannot change their code: `node --import @sightline/sdk/register service.js`. Everything is set by the
// environment; the OpenTelemetry instrumentations that the service has installed are switched on. A service that calls
// `createObservability` all the same gets this one, with its options.

import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { startObservability } from './create-observability.js';
import type { Observability } from './observability.js';
import { registerEsmHooks } from './register/esm-hooks.js';
import { installedInstrumentations } from './register/installed-instrumentations.js';
import { isPackageManager } from './register/package-manager.js';
import { type PreloadOptions, preload } from './register/preload.js';
import { offerPreloaded, type Preloaded, preloadedHere } from './register/preloaded.js';

// Preloaded twice, such as by --import and --require, is preloaded once.
const preloaded = preloadedHere() ?? (isPackageManager(process.argv[1]) ? idle() : observing());

/** The observability of this thread; the service may import it after all. It starts when it is used. */
export const observability: Observability = preloaded.observability;

function idle(): Preloaded {
  return preload({
    instrumentations: [],
    problems: [],
    start: startObservability,
    leavesTracing: true,
    startsAlone: 'never',
  });
}

function observing(): Preloaded {
  const folder = serviceFolder();
  const leavesTracing = hasOwnSdk();
  const { instrumentations, hook, problems } = leavesTracing
    ? { instrumentations: [], hook: undefined, problems: [] }
    : installedInstrumentations(folder);
  if (hook !== undefined) {
    try {
      registerEsmHooks(hook, folder);
      Reflect.set(globalThis, Symbol.for('sightline.esm-hooks.v1'), true);
    } catch (error) {
      problems.push(
        `the hooks for ES modules could not be registered: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  const made = preload({
    instrumentations,
    problems,
    start: startObservability,
    leavesTracing,
    startsAlone: startsAlone(),
  });
  offerPreloaded(made);
  return made;
}

/** Its SDK registers itself and enables its own instrumentations, later than this. */
function hasOwnSdk(): boolean {
  return process.env['SIGHTLINE_TRACING_ENGINE']?.trim().toLowerCase() === 'registered';
}

/** A process may outlive the folder that it was started in, as after a deployment. */
function serviceFolder(): string {
  try {
    return process.cwd();
  } catch {
    return dirname(process.argv[1] ?? process.execPath);
  }
}

function startsAlone(): PreloadOptions['startsAlone'] {
  // The main thread reports what concerns the process.
  if (!isMainThread) return 'when traced';
  // The programs that a service calls get its NODE_OPTIONS, too, and what ends soon is no service.
  return /\bregister\b/.test(process.env['NODE_OPTIONS'] ?? '') ? 'when loaded' : 'when loaded or ending';
}
