import { isRecord, suppressedTracingKey } from '@sightline/base';

/**
 * Runs `fn` with tracing suppressed, if the service uses OpenTelemetry's API: what the dashboard does for its own requests makes no spans
 * of the service. The API is found where all its copies meet (`Symbol.for('opentelemetry.js.api.1')`), so that it is no dependency.
 */
export function withoutTracing<T>(fn: () => T): T {
  const manager = contextManager();
  if (manager === undefined) return fn();
  const suppressed = manager.active().setValue(suppressedTracingKey, true);
  return manager.with(suppressed, fn);
}

interface Context {
  setValue(key: symbol, value: unknown): Context;
}

interface ContextManager {
  active(): Context;
  with<T>(context: Context, fn: () => T): T;
}

const apiKey = Symbol.for('opentelemetry.js.api.1');

function contextManager(): ContextManager | undefined {
  const api = (globalThis as { [apiKey]?: unknown })[apiKey];
  const manager = isRecord<{ context?: Partial<ContextManager> }>(api) ? api.context : undefined;
  return typeof manager?.active === 'function' && typeof manager.with === 'function'
    ? (manager as ContextManager)
    : undefined;
}
