import { context, propagation, type TextMapPropagator, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** The result of registering in this process. `undo` takes it back. */
export interface Registration {
  readonly problems: readonly string[];
  undo(): void;
}

/**
 * Registers provider, context manager and propagator for the process. Existing registrations stay: instrumentations then report
 * there, and `problems` says so.
 */
export function register(provider: TracerProvider, propagator: TextMapPropagator): Registration {
  const contexts = new AsyncLocalStorageContextManager().enable();
  const isProviderOurs = trace.setGlobalTracerProvider(provider);
  const isContextOurs = context.setGlobalContextManager(contexts);
  const isPropagatorOurs = propagation.setGlobalPropagator(propagator);
  if (!isContextOurs) contexts.disable();
  const taken = [...(isProviderOurs ? [] : ['tracer provider']), ...(isPropagatorOurs ? [] : ['propagator'])];
  const version = registeredVersion();
  // A second observability in one process is no error: its own spans work.
  const isSightline = Reflect.get(globalThis, registeredMark) === true;
  if (isProviderOurs) Reflect.set(globalThis, registeredMark, true);
  return {
    problems:
      taken.length === 0 || isSightline
        ? []
        : [
            `another ${taken.join(' and another ')} ${taken.length === 1 ? 'is' : 'are'} registered already (@opentelemetry/api ${version}): instrumentations use ${taken.length === 1 ? 'it' : 'them'}, and their spans are not sent from here. Start only one tracing set-up, or pass { isGlobal: false }.`,
          ],
    undo() {
      if (isProviderOurs) {
        trace.disable();
        Reflect.deleteProperty(globalThis, registeredMark);
      }
      if (isPropagatorOurs) propagation.disable();
      // The context manager stays: it has no state, and other code in this process may use it.
    },
  };
}

/** Marks that the process' provider is Sightline's, from any copy of this package. */
const registeredMark: symbol = Symbol.for('sightline.tracing.registered.v1');

/** The version of the API that registered first in this process (`@opentelemetry/api`, internal/global-utils). */
export function registeredVersion(): string {
  const shared = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as { version?: string } | undefined;
  return shared?.version ?? 'none';
}
