import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ContextManager } from '@sightline/tracing/tracer';

/**
 * OpenTelemetry has one context manager per process; without it no span is ever active. Registers one if there is none, and keeps one that
 * the service under test has registered. Tests may share it, because the active span belongs to the asynchronous calls of each test.
 */
export function ensureContextManager(): void {
  const key = Symbol('test');
  const isThere = context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
  if (!isThere) context.setGlobalContextManager(new ContextManager());
}
