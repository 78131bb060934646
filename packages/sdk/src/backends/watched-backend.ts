import type { LazyBackend, MetricsBackend } from '@sightline/core';

export interface StartListener {
  started(backend: MetricsBackend): void;
  failed(error: unknown): void;
}

/** The same backend; its start is reported. */
export function watchedBackend(
  backend: MetricsBackend | LazyBackend,
  listener: StartListener,
): MetricsBackend | LazyBackend {
  const { name, histogramNeed } = backend;
  if (!('load' in backend)) return watchedStart(backend, listener);
  return {
    name,
    histogramNeed,
    async load() {
      try {
        return watchedStart(await backend.load(), listener);
      } catch (error) {
        listener.failed(error);
        throw error;
      }
    },
  };
}

function watchedStart(backend: MetricsBackend, listener: StartListener): MetricsBackend {
  return {
    name: backend.name,
    histogramNeed: backend.histogramNeed,
    async start(context) {
      try {
        await backend.start(context);
      } catch (error) {
        listener.failed(error);
        throw error;
      }
      listener.started(backend);
    },
    flush: (deadline) => backend.flush(deadline),
    shutdown: (options) => backend.shutdown(options),
  };
}
