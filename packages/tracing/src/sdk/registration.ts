import { context, propagation, type TextMapPropagator, type TracerProvider, trace } from '@opentelemetry/api';
import { ContextManager } from '../context/context-manager.js';

/** The result of registering in this process. `undo` takes back what is still registered. */
export interface Registration {
  readonly problems: readonly string[];
  /** The class of another provider that has taken the place of the one registered here. */
  replacement(): string | undefined;
  undo(): void;
}

/** A provider that can pass its tracers on after a restart. */
interface Provider extends TracerProvider {
  handOver?(successor: TracerProvider): void;
}

/**
 * Registers provider, context manager and propagator for the process. Existing registrations stay: instrumentations then report
 * there, and `problems` says so. Tracers of a provider of ours that was registered before start their spans here.
 *
 * @param provider `undefined` to register only what propagates
 */
export function register(provider: Provider | undefined, propagator: TextMapPropagator): Registration {
  // One that is registered already stays: contexts are then kept there, and only our fields here.
  // The API reports a second registration as an error: what is there is not tried.
  const isFree = (name: ApiName): boolean => apiGlobal(name) === undefined;
  const isProviderOurs = provider !== undefined && isFree('trace') && trace.setGlobalTracerProvider(provider);
  if (isFree('context')) context.setGlobalContextManager(new ContextManager());
  const isPropagatorOurs = isFree('propagation') && propagation.setGlobalPropagator(propagator);
  const taken = [
    ...(isProviderOurs || provider === undefined ? [] : ['tracer provider']),
    ...(isPropagatorOurs ? [] : ['propagator']),
  ];
  // A second observability in one process is no error: its own spans work.
  const isSightline = registered()?.isCurrent === true;
  if (isProviderOurs) replaceProvider(provider);
  const proxy = apiGlobal('trace');
  return {
    problems:
      taken.length === 0 || isSightline
        ? []
        : [
            `another ${taken.join(' and another ')} ${taken.length === 1 ? 'is' : 'are'} registered already (@opentelemetry/api ${registeredVersion()}): instrumentations use ${taken.length === 1 ? 'it' : 'them'}, and their spans are not sent from here. Start only one tracing set-up; set { engine: "registered" } to use the one that is there, or { isGlobal: false } for spans apart from it.`,
          ],
    replacement() {
      const delegate = delegateOf(apiGlobal('trace'));
      // After a restart the next provider of ours is there.
      if (!isProviderOurs || delegate === undefined || delegate === provider) return undefined;
      return registered()?.provider === provider ? delegate.constructor.name : undefined;
    },
    undo() {
      // Other code may have registered its own since.
      if (isProviderOurs && apiGlobal('trace') === proxy && delegateOf(proxy) === provider) trace.disable();
      const mark = registered();
      if (mark !== undefined && mark.provider === provider) mark.isCurrent = false;
      if (isPropagatorOurs && apiGlobal('propagation') === propagator) propagation.disable();
      // The context manager stays: it has no state, and other code in this process may use it.
    },
  };
}

/** The provider of ours that was registered last, by any copy of this package. */
interface Registered {
  readonly provider: Provider;
  isCurrent: boolean;
}

const registeredKey: symbol = Symbol.for('sightline.tracing.registered.v2');

function registered(): Registered | undefined {
  return Reflect.get(globalThis, registeredKey) as Registered | undefined;
}

function replaceProvider(provider: Provider): void {
  // Modules keep their tracers for ever: those of the provider before would feed one that has been shut down.
  registered()?.provider.handOver?.(provider);
  Reflect.set(globalThis, registeredKey, { provider, isCurrent: true } satisfies Registered);
}

function delegateOf(proxy: unknown): object | undefined {
  return (proxy as { getDelegate?: () => object } | undefined)?.getDelegate?.();
}

type ApiName = 'trace' | 'context' | 'propagation' | 'diag';

/** What is registered with the API (`@opentelemetry/api`, internal/global-utils). */
export function apiGlobal(name: ApiName | 'version'): unknown {
  const shared: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return (shared as Readonly<Record<string, unknown>> | undefined)?.[name];
}

/** The version of the API that registered first in this process. */
export function registeredVersion(): string {
  return String(apiGlobal('version') ?? 'none');
}
