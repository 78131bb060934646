import { Module } from 'node:module';

/** A LoggerProvider as `@opentelemetry/api-logs` has it. */
export interface LoggerProvider {
  getLogger(name: string, version?: string, options?: object): { emit(record: object): void; enabled(): boolean };
}

// `@opentelemetry/api-logs` keeps its provider in a global getter by version (internal/global-utils). So it is registered without loading
// that package, which most services do not have. Copies that are loaded already are told through their own API, because the
// loggers that they have handed out wait for a provider there.

/** Registers the provider for this process, in every copy of the API. Only if none is registered. */
export function registerLogs(provider: LoggerProvider): void {
  for (const logs of loadedApis()) {
    Reflect.deleteProperty(globalThis, key);
    logs.setGlobalLoggerProvider(provider);
  }
  if (registeredLogs() !== provider) {
    const getter = (version: unknown): LoggerProvider => (version === VERSION ? provider : noop);
    Object.defineProperty(globalThis, key, { value: getter, configurable: true, enumerable: true, writable: true });
  }
}

/** What is registered; `undefined` if nothing is. */
export function registeredLogs(): unknown {
  const getter: unknown = Reflect.get(globalThis, key);
  return typeof getter === 'function' ? getter(VERSION) : getter;
}

export function unregisterLogs(): void {
  for (const logs of loadedApis()) logs.disable();
  Reflect.deleteProperty(globalThis, key);
}

const key: symbol = Symbol.for('io.opentelemetry.js.api.logs');
const VERSION = 1;

const noop: LoggerProvider = { getLogger: () => ({ emit() {}, enabled: () => false }) };

interface LogsApi {
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
  disable(): void;
}

function loadedApis(): readonly LogsApi[] {
  const cache = (Reflect.get(Module, '_cache') ?? {}) as Readonly<Record<string, { readonly exports?: unknown }>>;
  return Object.keys(cache).flatMap((path) => {
    if (!/[\\/]@opentelemetry[\\/]api-logs[\\/]build[\\/]src[\\/]index\.js$/.test(path)) return [];
    const logs: unknown = Reflect.get(Object(cache[path]?.exports), 'logs');
    const isApi = ['setGlobalLoggerProvider', 'disable'].every(
      (method) => typeof Reflect.get(Object(logs), method) === 'function',
    );
    return isApi ? [logs as LogsApi] : [];
  });
}
