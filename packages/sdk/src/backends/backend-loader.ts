import type { LazyBackend, MetricsBackend } from '@sightline/core';
import { DeclarationError } from '@sightline/core';
import type { HistogramNeed } from '@sightline/core/backend';
import type { Env, Service } from '@sightline/settings';

/**
 * Brings in a backend that `@sightline/sdk` does not know; called once, and only when its name is chosen. It gives the
 * backend itself, a function that makes it, or a module whose default export is either: `() => import('acme')`.
 */
export type BackendLoader = () => BackendSource | Promise<BackendSource>;

export type BackendSource = MetricsBackend | BackendFactory | { readonly default: BackendSource };

/** Makes a backend, once. What it throws or rejects with becomes the error of `obs.ready`. */
export type BackendFactory = (setup: BackendSetup) => MetricsBackend | Promise<MetricsBackend>;

/** What a backend may want to know; all of it was read once, when the observability was created. */
export interface BackendSetup {
  readonly service: Service;
  /** The environment to read further settings from. */
  readonly env: Env;
}

/** A loader, with what has to be known before it is called. A plain loader is for backends that read `explicit` histograms. */
export interface LoadableBackend {
  readonly histogramNeed: HistogramNeed;
  readonly load: BackendLoader;
}

export function lazyBackend(name: string, entry: BackendLoader | LoadableBackend, setup: BackendSetup): LazyBackend {
  const { histogramNeed, load } =
    typeof entry === 'function' ? { histogramNeed: 'explicit' as const, load: entry } : entry;
  return {
    name,
    histogramNeed,
    async load() {
      const backend = await backendOf(name, await load(), setup);
      if (backend.histogramNeed === histogramNeed) return backend;
      throw new DeclarationError(
        `[sdk] Backend "${name}" reads histograms as "${backend.histogramNeed}", which must be known before it is loaded. ` +
          `Pass { backends: { ${JSON.stringify(name)}: { histogramNeed: '${backend.histogramNeed}', load } } }.`,
      );
    },
  };
}

async function backendOf(name: string, source: unknown, setup: BackendSetup): Promise<MetricsBackend> {
  if (isBackend(source)) return source;
  if (typeof source === 'function') {
    const made: unknown = await source(setup);
    if (isBackend(made)) return made;
    throw new DeclarationError(`[sdk] The function that makes backend "${name}" returned none. ${whatIsOne}`);
  }
  // A CommonJS module that was compiled from an ES module has its default export one level further down.
  if (typeof source === 'object' && source !== null && 'default' in source) {
    return backendOf(name, source.default, setup);
  }
  throw new DeclarationError(
    `[sdk] What was loaded for backend "${name}" has no default export that is a backend or a function that makes one. ${whatIsOne}`,
  );
}

const whatIsOne = 'A backend has a name, a histogramNeed, start, flush and shutdown.';

export function isBackend(value: unknown): value is MetricsBackend {
  if (typeof value !== 'object' || value === null) return false;
  const { name, histogramNeed, start, flush, shutdown } = value as Partial<Record<keyof MetricsBackend, unknown>>;
  return (
    typeof name === 'string' &&
    typeof histogramNeed === 'string' &&
    [start, flush, shutdown].every((method) => typeof method === 'function')
  );
}
