import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/**
 * OpenTelemetry knows one context manager per process, without which no span is ever active. Registers one where there is none; one that
 * the service under test has registered stays. What is active belongs to the asynchronous calls of each test, so tests may share it.
 */
export function ensureContextManager(): void {
  const key = Symbol('test');
  const isThere = context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
  if (!isThere) context.setGlobalContextManager(new AsyncLocalStorageContextManager());
}
