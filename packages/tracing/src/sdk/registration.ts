import { context, propagation, type TextMapPropagator, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** What became ours in this process, and the way back. */
export interface Registration {
  readonly problems: readonly string[];
  undo(): void;
}

/**
 * Makes provider, context manager and propagator those of the process. What somebody else registered stays: instrumentations then
 * go on reporting there, which the problems say.
 */
export function register(provider: TracerProvider, propagator: TextMapPropagator): Registration {
  const contexts = new AsyncLocalStorageContextManager().enable();
  const isProviderOurs = trace.setGlobalTracerProvider(provider);
  const isContextOurs = context.setGlobalContextManager(contexts);
  const isPropagatorOurs = propagation.setGlobalPropagator(propagator);
  if (!isContextOurs) contexts.disable();
  const taken = [...(isProviderOurs ? [] : ['tracer provider']), ...(isPropagatorOurs ? [] : ['propagator'])];
  const version = registeredVersion();
  // A second observability in one process is nobody's mistake: its own spans work all the same.
  const isSightline = Reflect.get(globalThis, registeredMark) === true;
  if (isProviderOurs) Reflect.set(globalThis, registeredMark, true);
  return {
    problems:
      taken.length === 0 || isSightline
        ? []
        : [
            `a ${taken.join(' and a ')} of somebody else ${taken.length === 1 ? 'is' : 'are'} registered already (@opentelemetry/api ${version}): instrumentations use ${taken.length === 1 ? 'it' : 'them'}, and their spans do not come here. Start only one tracing set-up, or pass { isGlobal: false }.`,
          ],
    undo() {
      if (isProviderOurs) {
        trace.disable();
        Reflect.deleteProperty(globalThis, registeredMark);
      }
      if (isPropagatorOurs) propagation.disable();
      // The context manager stays: it has no state, and others in this process may have come to rely on it.
    },
  };
}

/** Says that the process' provider is one of Sightline's, whichever copy of it. */
const registeredMark: symbol = Symbol.for('sightline.tracing.registered.v1');

/** The version of the API that registered first in this process (`@opentelemetry/api`, internal/global-utils). */
export function registeredVersion(): string {
  const shared = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as { version?: string } | undefined;
  return shared?.version ?? 'none';
}
